-- Which foreign tables can be kept, and the tables with the option watch that are made beside a kept one.

-- What a source consists of: a foreign table with one list, what the column "cluster" has in its rows if the source is
-- partitioned, and which of the several namespaces of the table the list is of. Each list has a version of its own.
CREATE OR REPLACE FUNCTION k8s_fdw.source_parts(source regclass) RETURNS TABLE (part regclass, cluster text, namespace text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  partitioned constant boolean := (SELECT c.relkind = 'p' FROM pg_class AS c WHERE c.oid = source);
  bound text;
BEGIN
  FOR part, bound IN
    SELECT source, NULL WHERE NOT partitioned
    UNION ALL
    SELECT c.oid::regclass, substring(pg_get_expr(c.relpartbound, c.oid) FROM '^FOR VALUES IN \((''.*'')\)$')
      FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE partitioned AND i.inhparent = source
     ORDER BY 1
  LOOP
    IF partitioned AND (bound IS NULL OR NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = 'cluster' AND NOT a.attisdropped)) THEN
      RAISE EXCEPTION '% is not partitioned by one cluster each', source
        USING ERRCODE = 'wrong_object_type', HINT = 'k8s_fdw.partition_by_cluster() makes a table that is.';
    END IF;
    -- Postgres wrote the bound, as one literal.
    EXECUTE 'SELECT ' || coalesce(bound, 'NULL::text') INTO cluster;
    RETURN QUERY
      SELECT p.part, p.cluster, btrim(n.one)
        FROM (SELECT source_parts.part, source_parts.cluster) AS p LEFT JOIN LATERAL (
          SELECT unnest(string_to_array(o.option_value, ',')) AS one FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o
           WHERE t.ftrelid = p.part AND o.option_name = 'namespaces') AS n ON true;
  END LOOP;
END $$;

-- The columns of a foreign table that show something of an object, without those that only narrow a request. `path` is
-- NULL where the name says it.
CREATE OR REPLACE FUNCTION k8s_fdw.object_columns(relation regclass) RETURNS TABLE (number smallint, name name, type text, collate_clause text, path text, comment text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
         coalesce((SELECT format(' COLLATE %I.%I', n.nspname, c.collname)
                     FROM pg_type AS t, pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
                    WHERE t.oid = a.atttypid AND c.oid = a.attcollation AND c.oid <> t.typcollation), ''),
         p.path, col_description(a.attrelid, a.attnum)
    FROM pg_attribute AS a
    CROSS JOIN LATERAL (
      SELECT (SELECT o.option_value::jsonb->>a.attname
                FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o
               WHERE t.ftrelid = a.attrelid AND o.option_name = 'columns') AS path) AS p
   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
     AND NOT (p.path IS NULL AND a.attname IN ('label_selector', 'field_selector', 'object_key'))
$$;

-- Raises with the reason why a foreign table cannot be kept.
CREATE OR REPLACE FUNCTION k8s_fdw.check_source(source regclass, reveal_secrets boolean, history boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  one regclass;
  given jsonb;
  of_server jsonb;
  wrong name;
BEGIN
  IF NOT EXISTS (SELECT FROM k8s_fdw.source_parts(source)) THEN
    RAISE EXCEPTION '% has no partition', source
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'k8s_fdw.add_cluster() adds the table of a cluster to it.';
  END IF;
  FOR one IN SELECT DISTINCT p.part FROM k8s_fdw.source_parts(source) AS p LOOP
    SELECT (SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') FROM pg_options_to_table(t.ftoptions) AS o),
           (SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') FROM pg_options_to_table(s.srvoptions) AS o)
      INTO given, of_server
      FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver WHERE t.ftrelid = one;
    IF NOT FOUND THEN
      RAISE EXCEPTION '% is no foreign table of k8s_fdw', one
        USING ERRCODE = 'wrong_object_type', HINT = 'Give a foreign table that shows a kind, as IMPORT FOREIGN SCHEMA makes it.';
    ELSIF given->>'watch' IN ('on', 'true') THEN
      RAISE EXCEPTION '% shows changes, for it has the option watch', one
        USING ERRCODE = 'wrong_object_type', HINT = 'Give a table of the same kind without it.';
    ELSIF given->>'object' IN ('version', 'whoami', 'can_i', 'can_show', 'api_resources') OR given->>'object' LIKE '%/%' OR given->>'apiversion' LIKE 'metrics.k8s.io/%' OR given->>'object' LIKE '%.metrics.k8s.io' THEN
      RAISE EXCEPTION '% cannot be kept: what it shows has no uid and cannot be watched', one
        USING ERRCODE = 'wrong_object_type', HINT = 'INSERT INTO … SELECT … keeps what it shows at one time.';
    ELSIF EXISTS (SELECT FROM jsonb_object_keys(of_server) AS o WHERE o LIKE 'impersonate%') THEN
      RAISE EXCEPTION '% cannot be kept: its server impersonates, and others would see what one user may see', one
        USING ERRCODE = 'wrong_object_type', HINT = 'Give a table of a server without impersonation, and GRANT or a row-level security policy on the kept table.';
    ELSIF given->>'reveal_secrets' = 'true' AND (given->>'kind' = 'Secret' OR given->>'object' ~* '^secrets?(\.|$)') AND reveal_secrets IS NOT TRUE THEN
      RAISE EXCEPTION '% shows the values of Secrets, and a kept table would store them', one
        USING ERRCODE = 'wrong_object_type', HINT = 'Give a table without reveal_secrets, or say that this is meant: reveal_secrets => true.';
    END IF;
    IF given ? 'namespaces' AND NOT EXISTS (SELECT FROM k8s_fdw.object_columns(one) AS c WHERE c.name = 'namespace' AND (c.path IS NULL OR c.path ~ '^\{?\.?metadata\.namespace\}?$')) THEN
      RAISE EXCEPTION '% is of several namespaces, and has no column "namespace"', one
        USING ERRCODE = 'wrong_object_type', HINT = 'Add that column: what is gone is found by namespace.';
    END IF;
    SELECT c.name INTO wrong FROM k8s_fdw.object_columns(one) AS c
     WHERE c.name IN ('change', 'since', 'wait_seconds', 'mark', 'field_selector', 'k8s_fdw_created', 'k8s_fdw_deleted', 'k8s_fdw_nth')
        OR c.name IN ('uid', 'resource_version')
           AND c.path !~ CASE WHEN c.name = 'uid' THEN '^\{?\.?metadata\.uid\}?$' ELSE '^\{?\.?metadata\.resourceVersion\}?$' END
        OR history AND c.name IN ('valid', 'changed')
     LIMIT 1;
    IF wrong IS NOT NULL THEN
      RAISE EXCEPTION 'column "%" of % has a name that a kept table needs itself', wrong, one
        USING ERRCODE = 'duplicate_column', HINT = format('Rename it: ALTER FOREIGN TABLE %s RENAME COLUMN %I TO …; its path stays.', one, wrong);
    END IF;
  END LOOP;
END $$;

-- The options of a source that the table with its changes has too.
CREATE OR REPLACE FUNCTION k8s_fdw.watched_options() RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT ARRAY['apiversion', 'apiVersion', 'kind', 'object', 'namespace', 'label_selector', 'field_selector', 'on_error', 'reveal_secrets'] $$;

-- What a foreign table asks for, apart from its columns.
CREATE OR REPLACE FUNCTION k8s_fdw.read_as(relation regclass, namespace text) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_build_object('server', t.ftserver::bigint)
         || coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(t.ftoptions) AS o WHERE o.option_name = ANY (k8s_fdw.watched_options())), '{}')
         || CASE WHEN namespace IS NULL THEN '{}' ELSE jsonb_build_object('namespace', namespace) END
    FROM pg_foreign_table AS t WHERE t.ftrelid = relation
$$;

-- Makes the table that shows the changes of one part of the source, and gives it the columns in the source's order.
CREATE OR REPLACE FUNCTION k8s_fdw.make_watch(part regclass, namespace text, schema_name text, table_name text) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made constant text := format('%I.%I', schema_name, table_name);
  own constant jsonb := (SELECT jsonb_object_agg(o.option_name, o.option_value)
    FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o WHERE t.ftrelid = part);
  names constant text[] := ARRAY(SELECT c.name FROM k8s_fdw.object_columns(part) AS c);
  columns text;
  paths jsonb;
  options text;
BEGIN
  SELECT string_agg(format('%I %s%s', c.name, c.type, c.collate_clause), ', ' ORDER BY c.number),
         coalesce(jsonb_object_agg(c.name, c.path) FILTER (WHERE c.path IS NOT NULL), '{}')
           || '{"k8s_fdw_created": "metadata.creationTimestamp", "k8s_fdw_deleted": "metadata.deletionTimestamp"}'
    INTO columns, paths
    FROM k8s_fdw.object_columns(part) AS c;
  columns := concat_ws(', ', columns,
    CASE WHEN 'uid' <> ALL (names) THEN 'uid text' END,
    CASE WHEN 'resource_version' <> ALL (names) THEN 'resource_version text' END,
    'change text, since text, wait_seconds integer, mark text, field_selector text, k8s_fdw_created timestamptz, k8s_fdw_deleted timestamptz');
  SELECT string_agg(format('%I %L', o.key, o.value), ', ') INTO options
    FROM jsonb_each_text(own || jsonb_build_object('columns', paths::text, 'watch', 'on')
           || CASE WHEN namespace IS NULL THEN '{}' ELSE jsonb_build_object('namespace', namespace) END) AS o
   WHERE o.key = ANY (k8s_fdw.watched_options() || ARRAY['columns', 'watch']);
  EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS (%s)', made, columns,
    (SELECT s.srvname FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE t.ftrelid = part), options);
  EXECUTE format('COMMENT ON FOREIGN TABLE %s IS %L', made, 'the changes that k8s_fdw.refresh() reads');
  RETURN made::regclass;
END $$;
