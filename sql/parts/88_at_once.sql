-- Asks the clusters of a partitioned table at the same time, where the host itself asks them one after the other: each
-- partition is read through postgres_fdw, by a connection of its own, to this database or to another.

-- The values that a partition is for.
CREATE OR REPLACE FUNCTION k8s_fdw.clusters_of(partition regclass) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bound constant text := (SELECT pg_get_expr(c.relpartbound, c.oid) FROM pg_class AS c WHERE c.oid = partition);
  clusters text[];
BEGIN
  IF bound LIKE 'FOR VALUES IN (%)' THEN
    EXECUTE format('SELECT ARRAY[%s]::text[]', substr(bound, 16, length(bound) - 16)) INTO clusters;
  END IF;
  RETURN clusters;
END $$;

-- The clusters of a partitioned table, each with the table that shows it. One that is asked through this database itself is
-- asked directly; `server` is NULL for one that another Postgres has.
CREATE OR REPLACE FUNCTION k8s_fdw.parts_of(partitioned regclass) RETURNS TABLE (cluster text, relation regclass, server text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH leaf AS (
    SELECT p.relid, s.srvname::text AS srvname, own.oid IS NOT NULL AS is_own, c.cluster,
           (SELECT to_regclass(quote_ident(o.given->>'schema_name') || '.' || quote_ident(o.given->>'table_name'))
              FROM (SELECT jsonb_object_agg(g.option_name, g.option_value) AS given FROM pg_options_to_table(t.ftoptions) AS g) AS o) AS near
      FROM (SELECT r.relid FROM pg_partition_tree(partitioned) AS r UNION SELECT partitioned) AS p (relid) JOIN pg_foreign_table AS t ON t.ftrelid = p.relid
      JOIN pg_foreign_server AS s ON s.oid = t.ftserver LEFT JOIN k8s_fdw.own_servers() AS own ON own.oid = s.oid
      LEFT JOIN unnest(k8s_fdw.clusters_of(p.relid)) AS c (cluster) ON own.oid IS NULL)
  SELECT coalesce(l.cluster, l.srvname), CASE WHEN n.srvname IS NULL THEN l.relid ELSE l.near END, CASE WHEN l.is_own THEN l.srvname ELSE n.srvname END
    FROM leaf AS l LEFT JOIN pg_foreign_table AS t ON t.ftrelid = l.near
    LEFT JOIN k8s_fdw.own_servers() AS n ON n.oid = t.ftserver AND n.srvname = l.cluster
   WHERE l.is_own OR l.cluster IS NOT NULL ORDER BY 1, l.relid::regclass::text
$$;

-- What a session of postgres_fdw would not do as this one does: it has none of this session's settings, and Postgres
-- writes the warnings that come from there to its log.
CREATE OR REPLACE FUNCTION k8s_fdw.check_at_once(server pg_foreign_server, skip_in_log boolean) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wrong text;
BEGIN
  SELECT o.option_name INTO wrong FROM pg_options_to_table(server.srvoptions) AS o WHERE o.option_name LIKE 'impersonate%\_setting' LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'the server "%" has %, and the sessions that would ask it have other settings', server.srvname, wrong
      USING ERRCODE = 'feature_not_supported', HINT = 'Whoever asks would see what the role of the user mapping may see. Ask its clusters one after the other.';
  END IF;
  SELECT o.option_name INTO wrong FROM pg_options_to_table(server.srvoptions) AS o
   WHERE o.option_name IN ('unreachable', 'forbidden') AND o.option_value = 'skip' ORDER BY 1 DESC LIMIT 1;
  IF wrong IS NOT NULL AND NOT skip_in_log THEN
    RAISE EXCEPTION 'the server "%" has % ''skip'', and postgres_fdw does not bring the warning that says what is left out', server.srvname, wrong
      USING ERRCODE = 'feature_not_supported',
            HINT = format('With skip_in_log => true the warning stands in the server log alone, and k8s_fdw.clusters() says who is away. Or: ALTER SERVER %I OPTIONS (DROP %I);', server.srvname, wrong);
  END IF;
END $$;

-- The user mappings of a server whose options Postgres shows to this role, as statements make them. Others would be copied
-- without their passwords.
CREATE OR REPLACE FUNCTION k8s_fdw.visible_mappings(server pg_foreign_server) RETURNS TABLE (role text, options text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END,
         coalesce((SELECT ' OPTIONS (' || string_agg(format('%I %L', o.option_name, o.option_value), ', ') || ')' FROM pg_options_to_table(m.umoptions) AS o), '')
    FROM pg_user_mappings AS m JOIN pg_roles AS r ON r.rolname = current_user
   WHERE m.srvid = server.oid
     AND (r.rolsuper OR m.umuser = 0 AND pg_has_role(server.srvowner, 'USAGE')
          OR m.umuser = r.oid AND (pg_has_role(server.srvowner, 'USAGE') OR has_server_privilege(m.srvid, 'USAGE')))
$$;

-- Makes a server like another one, with its user mappings: postgres_fdw has one connection for each. One that is there
-- already is taken as it is.
CREATE OR REPLACE FUNCTION k8s_fdw.connection_like(template pg_foreign_server, wanted text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- Postgres' default is 100 rows for each question.
  options jsonb := '{"async_capable": "true", "fetch_size": "10000"}'::jsonb
    || coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(template.srvoptions) AS o), '{}');
  mapping record;
BEGIN
  IF EXISTS (SELECT FROM pg_foreign_server WHERE srvname = wanted) THEN
    IF (SELECT srvfdw FROM pg_foreign_server WHERE srvname = wanted) <> template.srvfdw THEN
      RAISE EXCEPTION 'there is a server "%" that is none of postgres_fdw', wanted
        USING ERRCODE = 'duplicate_object', HINT = format('Rename it, or rename "%s".', template.srvname);
    END IF;
    RETURN;
  END IF;
  EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER %I OPTIONS (%s)', wanted,
    (SELECT w.fdwname FROM pg_foreign_data_wrapper AS w WHERE w.oid = template.srvfdw),
    (SELECT string_agg(format('%I %L', key, value), ', ') FROM jsonb_each_text(options)));
  PERFORM k8s_fdw.keep_out_of_log();
  FOR mapping IN SELECT m.* FROM k8s_fdw.visible_mappings(template) AS m LOOP
    BEGIN
      -- A plain expression, of which no plan shows the password.
      EXECUTE format('CREATE USER MAPPING FOR %s SERVER %I%s', mapping.role, wanted, mapping.options);
    EXCEPTION WHEN OTHERS THEN
      -- The context of the error would be the statement with its password.
      PERFORM k8s_fdw.raise_quietly(format('the user mapping for %s cannot be made for the server "%s": %s', mapping.role, wanted, SQLERRM), SQLSTATE, '');
    END;
    IF mapping.options LIKE '%password%' AND current_setting('pg_stat_statements.track', true) = 'all' THEN
      RAISE NOTICE 'the statement that made the user mapping of server "%" is kept, with the password in it, by pg_stat_statements', wanted
        USING HINT = 'SELECT pg_stat_statements_reset(); takes it out there.';
    END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.at_once(partitioned regclass, server text, name text DEFAULT NULL, skip_in_log boolean DEFAULT false) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  template pg_foreign_server;
  part record;
  made text;
  one text;
  stale regclass;
BEGIN
  SELECT s.* INTO template FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw JOIN pg_proc AS p ON p.oid = w.fdwhandler
   WHERE s.srvname = server AND p.proname = 'postgres_fdw_handler';
  IF template IS NULL THEN
    RAISE EXCEPTION 'no server of postgres_fdw is called "%"', server
      USING ERRCODE = 'undefined_object',
            HINT = format('It says how this database is reached: CREATE SERVER %I FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host ''localhost'', dbname %L); CREATE USER MAPPING FOR CURRENT_USER SERVER %1$I OPTIONS (user %3$L, password ''…'');', coalesce(server, 'here'), current_database(), current_user);
  ELSIF NOT EXISTS (SELECT FROM pg_user_mappings WHERE srvid = template.oid) THEN
    RAISE EXCEPTION 'the server "%" has no user mapping', server
      USING ERRCODE = 'undefined_object', HINT = format('CREATE USER MAPPING FOR CURRENT_USER SERVER %I OPTIONS (user %L, password ''…'');', server, current_user);
  ELSIF NOT EXISTS (SELECT FROM k8s_fdw.visible_mappings(template)) THEN
    RAISE EXCEPTION 'the server "%" has no user mapping that Postgres shows to "%"', server, current_user
      USING ERRCODE = 'insufficient_privilege', HINT = 'Each cluster''s connection needs one like it. Have the server''s owner call this, or make a server and its mapping as this role.';
  ELSIF (SELECT relkind FROM pg_class WHERE oid = partitioned) <> 'p' OR NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = partitioned) THEN
    RAISE EXCEPTION '% is not partitioned, or is without partitions', partitioned
      USING ERRCODE = 'wrong_object_type', HINT = 'Give a table that k8s_fdw.partition_by_cluster() has made.';
  END IF;
  SELECT format('%I.%I', n.nspname, k8s_fdw.fitting_name(coalesce(name, c.relname || '_at_once'))) INTO made
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = partitioned;
  IF to_regclass(made) = partitioned OR (SELECT c.relkind <> 'p' FROM pg_class AS c WHERE c.oid = to_regclass(made)) THEN
    RAISE EXCEPTION '% is there already, and is another table', made
      USING ERRCODE = 'duplicate_table', HINT = 'Give another name: name => ''…''. A table that at_once() has made before is brought up to date.';
  ELSIF to_regclass(made) IS NULL THEN
    EXECUTE format('CREATE TABLE %s (LIKE %s) PARTITION BY LIST (cluster)', made, partitioned);
  END IF;
  -- What is left of clusters that have been taken out, or whose table has another name now.
  FOR stale IN
    SELECT t.ftrelid FROM pg_inherits AS i JOIN pg_foreign_table AS t ON t.ftrelid = i.inhrelid JOIN pg_foreign_server AS s ON s.oid = t.ftserver
     WHERE i.inhparent = made::regclass AND s.srvname = k8s_fdw.fitting_name(server || '_' || (k8s_fdw.clusters_of(t.ftrelid))[1])
       AND NOT EXISTS (SELECT FROM pg_inherits AS p JOIN pg_class AS c ON c.oid = p.inhrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE p.inhparent = partitioned AND k8s_fdw.clusters_of(p.inhrelid) = k8s_fdw.clusters_of(t.ftrelid)
                          AND t.ftoptions @> ARRAY['schema_name=' || n.nspname, 'table_name=' || c.relname])
  LOOP
    EXECUTE format('DROP FOREIGN TABLE %s', stale);
  END LOOP;
  FOR part IN
    SELECT i.inhrelid::regclass AS relation, n.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound, k8s_fdw.clusters_of(i.inhrelid) AS clusters, own AS of_server
      FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_foreign_table AS t ON t.ftrelid = c.oid LEFT JOIN k8s_fdw.own_servers() AS own ON own.oid = t.ftserver
     WHERE i.inhparent = partitioned ORDER BY c.relname
  LOOP
    IF part.of_server IS NULL OR part.clusters IS NULL THEN
      RAISE EXCEPTION '% is no foreign table of a cluster', part.relation
        USING ERRCODE = 'wrong_object_type', HINT = 'Give a table whose partitions k8s_fdw.partition_by_cluster() and add_cluster() have made.';
    END IF;
    PERFORM k8s_fdw.check_at_once(part.of_server, skip_in_log);
    CONTINUE WHEN EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhparent = made::regclass AND k8s_fdw.clusters_of(i.inhrelid) && part.clusters);
    PERFORM k8s_fdw.connection_like(template, k8s_fdw.fitting_name(server || '_' || part.clusters[1]));
    SELECT format('%I.%I', n.nspname, k8s_fdw.fitting_name(c.relname || '_' || part.clusters[1])) INTO one
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = made::regclass;
    EXECUTE format('CREATE FOREIGN TABLE %s PARTITION OF %s %s SERVER %I OPTIONS (schema_name %L, table_name %L)', one, made, part.bound,
      k8s_fdw.fitting_name(server || '_' || part.clusters[1]), part.nspname, part.relname);
  END LOOP;
  RETURN made::regclass;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.add_postgres(partitioned regclass, server text, clusters text[], relation text) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  names constant text[] := parse_ident(relation);
  made text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw JOIN pg_proc AS p ON p.oid = w.fdwhandler
                  WHERE s.srvname = server AND p.proname = 'postgres_fdw_handler') THEN
    RAISE EXCEPTION 'no server of postgres_fdw is called "%"', server
      USING ERRCODE = 'undefined_object',
            HINT = format('It says how the other Postgres is reached: CREATE SERVER %I FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host ''…'', dbname ''…'', async_capable ''true'', fetch_size ''10000'');', coalesce(server, 'second'));
  ELSIF (SELECT relkind FROM pg_class WHERE oid = partitioned) <> 'p' THEN
    RAISE EXCEPTION '% is not partitioned, or is without partitions', partitioned
      USING ERRCODE = 'wrong_object_type', HINT = 'Give a table that k8s_fdw.at_once() or partition_by_cluster() has made.';
  ELSIF coalesce(cardinality(clusters), 0) = 0 OR array_position(clusters, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'it is not said which clusters the server "%" has', server
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Give their names: clusters => ARRAY[''north'', ''south''].';
  ELSIF cardinality(names) <> 2 THEN
    RAISE EXCEPTION '"%" is not the name of a table with its schema', relation
      USING ERRCODE = 'invalid_name', HINT = 'Give the name that the table has there: relation => ''fleet.pods''.';
  END IF;
  SELECT format('%I.%I', n.nspname, k8s_fdw.fitting_name(c.relname || '_' || server)) INTO made
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = partitioned;
  EXECUTE format('CREATE FOREIGN TABLE %s PARTITION OF %s FOR VALUES IN (%s) SERVER %I OPTIONS (schema_name %L, table_name %L)', made, partitioned,
    (SELECT string_agg(quote_literal(c), ', ') FROM unnest(clusters) AS c), server, names[1], names[2]);
  RETURN made::regclass;
END $$;
