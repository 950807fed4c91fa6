-- Makes a partitioned table of the same kind in several clusters, with a partition for each server. Foreign tables that
-- are there already are not changed.

-- The columns of a foreign table with their options, for another table like it, without "cluster".
CREATE OR REPLACE FUNCTION k8s_fdw.columns_like(template regclass) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT string_agg(
           format(', %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
           || coalesce((SELECT format(' OPTIONS (%s)', string_agg(format('%I %L', o.option_name, o.option_value), ', '))
                          FROM pg_options_to_table(a.attfdwoptions) AS o HAVING count(*) > 0), '')
           || coalesce((SELECT format(' COLLATE %I.%I', n.nspname, c.collname)
                          FROM pg_type AS t, pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
                         WHERE t.oid = a.atttypid AND c.oid = a.attcollation AND c.oid <> t.typcollation), '')
           || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, '' ORDER BY a.attnum)
    FROM pg_attribute AS a
   WHERE a.attrelid = template AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'cluster'
$$;

-- A name that is short enough for Postgres. The end of one that is longer than 63 bytes is replaced by the hash of the
-- whole name, because what tells clusters apart is often at the end, as in an ARN. No character is cut in two.
CREATE OR REPLACE FUNCTION k8s_fdw.fitting_name(wanted text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN octet_length(wanted) <= 63 THEN wanted
              ELSE (SELECT left(wanted, max(n)) FROM generate_series(0, 54) AS n WHERE octet_length(left(wanted, n)) <= 54)
                   || '_' || left(md5(wanted), 8) END
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.add_cluster(partitioned regclass, server text, template regclass DEFAULT NULL) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  source regclass := coalesce(template, (
    SELECT i.inhrelid FROM pg_inherits AS i JOIN pg_foreign_table AS t ON t.ftrelid = i.inhrelid
     WHERE i.inhparent = partitioned ORDER BY i.inhrelid LIMIT 1));
  -- A path that is a quoted text is a constant.
  own_path text := format('{%s}', to_json(server));
  made text;
  options text;
BEGIN
  IF source IS NULL THEN
    RAISE EXCEPTION '% has no partition that says what the new one is like', partitioned
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Give a foreign table as third argument: SELECT k8s_fdw.add_cluster(''all_pods'', ''west'', ''pods'').';
  ELSIF NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = server) THEN
    RAISE EXCEPTION 'there is no server "%"', server
      USING ERRCODE = 'undefined_object',
            HINT = format('Make it first: CREATE SERVER %I FOREIGN DATA WRAPPER k8s_fdw OPTIONS (…).', coalesce(server, 'west'));
  END IF;
  SELECT format('%I.%I', n.nspname, k8s_fdw.fitting_name(c.relname || '_' || server)) INTO made
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = partitioned;
  SELECT string_agg(format('%I %L', o.option_name, CASE
           -- The path of the column that is left out belongs to the other server.
           WHEN o.option_name = 'columns' THEN (o.option_value::jsonb - 'cluster')::text
           ELSE o.option_value END), ', ')
    INTO options
    FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o WHERE t.ftrelid = source;

  EXECUTE format('CREATE FOREIGN TABLE %s (cluster text OPTIONS (alias %L)%s) SERVER %I%s',
    made, own_path, k8s_fdw.columns_like(source), server, ' OPTIONS (' || options || ')');
  -- This completes the table once more, for databases without event triggers.
  PERFORM k8s_fdw.complete_table(made::regclass, NULL);
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%L)', partitioned, made, server);
  RETURN made::regclass;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.partition_by_cluster(template regclass, servers text[], name text DEFAULT NULL) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made text;
  server text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_foreign_table WHERE ftrelid = template) THEN
    RAISE EXCEPTION '% is no foreign table', template
      USING ERRCODE = 'wrong_object_type', HINT = 'Give the foreign table of one cluster: the others are shown like it.';
  ELSIF EXISTS (SELECT FROM pg_attribute WHERE attrelid = template AND attname = 'cluster' AND NOT attisdropped) THEN
    RAISE EXCEPTION '% has a column "cluster" already', template
      USING ERRCODE = 'duplicate_column', HINT = 'Rename it: that column is to say which cluster a row is of.';
  ELSIF coalesce(cardinality(servers), 0) = 0 THEN
    RAISE EXCEPTION 'there is no cluster without a server'
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the names of servers: servers => ARRAY[''east'', ''west''].';
  END IF;
  SELECT format('%I.%I', n.nspname, k8s_fdw.fitting_name(coalesce(name, c.relname || '_by_cluster'))) INTO made
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = template;
  EXECUTE format('CREATE TABLE %s (cluster text, LIKE %s) PARTITION BY LIST (cluster)', made, template);
  FOREACH server IN ARRAY servers LOOP
    PERFORM k8s_fdw.add_cluster(made::regclass, server, template);
  END LOOP;
  RETURN made::regclass;
END $$;

-- The public function. A cluster that fails is a row too, and the others are asked nevertheless. Whether another Postgres
-- has left one out is not known here.
CREATE OR REPLACE FUNCTION k8s_fdw.clusters(partitioned regclass)
RETURNS TABLE (cluster text, relation regclass, reachable boolean, version text, "rows" bigint, seconds numeric, error text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  server text;
  asked record;
  started timestamptz;
  through boolean;
  code text;
BEGIN
  FOR cluster, relation, server IN SELECT * FROM k8s_fdw.parts_of(partitioned) LOOP
    started := clock_timestamp();
    code := NULL;
    reachable := NULL;
    version := NULL;
    error := NULL;
    "rows" := NULL;
    IF server IS NOT NULL AND has_server_privilege(server, 'USAGE') THEN
      SELECT * INTO asked FROM k8s_fdw.ask(server, 'version', 'git_version text OPTIONS (alias ''gitVersion'')', '');
      version := asked.answer->0->>'git_version';
      code := asked.code;
      -- What Postgres itself refused tells nothing of the cluster.
      reachable := CASE WHEN code IS DISTINCT FROM '' THEN code IS DISTINCT FROM 'connect' END;
      error := asked.problem;
    END IF;
    IF error IS NULL OR code = '' THEN
      BEGIN
        -- The rights on the partitioned table are enough to read it.
        through := NOT has_table_privilege(relation, 'SELECT') AND k8s_fdw.clusters_of(relation) = ARRAY[cluster];
        EXECUTE format('SELECT count(*) FROM %s%s', CASE WHEN through THEN partitioned ELSE relation END,
          CASE WHEN through OR server IS NULL THEN ' WHERE cluster = $1' ELSE '' END) INTO "rows" USING cluster;
        reachable := coalesce(reachable, "rows" > 0 OR NULL);
      EXCEPTION WHEN OTHERS THEN
        error := SQLERRM;
        reachable := coalesce(reachable, CASE WHEN SQLSTATE LIKE '08%' OR SQLERRM LIKE '%k8s_fdw[connect]%' THEN false END);
      END;
    END IF;
    seconds := round(extract(epoch FROM clock_timestamp() - started), 3);
    RETURN NEXT;
  END LOOP;
  IF relation IS NULL THEN
    RAISE EXCEPTION '% has no partition that shows a cluster', partitioned
      USING ERRCODE = 'wrong_object_type', HINT = 'Give a table that k8s_fdw.partition_by_cluster() has made, or a foreign table.';
  END IF;
END $$;
