-- Makes local tables that follow foreign ones, and ends that. It all runs with the rights of its caller.

-- The columns of a kept table, or with the version those of its history, as the table that shows the changes has them.
CREATE OR REPLACE FUNCTION k8s_fdw.kept_columns(watch regclass, part regclass, with_version boolean) RETURNS TABLE (number smallint, name name, type text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.number, w.name, w.type || w.collate_clause
    FROM k8s_fdw.object_columns(watch) AS w
   WHERE w.name IN (SELECT c.name FROM k8s_fdw.object_columns(part) AS c) OR w.name = 'uid' OR with_version AND w.name = 'resource_version'
$$;

-- Adds and retypes columns, and takes away those that came from the source and are no longer wanted. What a user has
-- added stays.
CREATE OR REPLACE FUNCTION k8s_fdw.follow_columns(relation regclass, watch regclass, part regclass, former text[], with_version boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted record;
  there text;
BEGIN
  FOR wanted IN SELECT k.* FROM k8s_fdw.kept_columns(watch, part, with_version) AS k ORDER BY k.number LOOP
    SELECT c.type || c.collate_clause INTO there FROM k8s_fdw.object_columns(relation) AS c WHERE c.name = wanted.name;
    IF NOT FOUND THEN
      EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', relation, wanted.name, wanted.type);
    ELSIF there <> wanted.type THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %I::text::%s', relation, wanted.name, wanted.type, wanted.name, split_part(wanted.type, ' COLLATE ', 1));
    END IF;
  END LOOP;
  FOR there IN SELECT c.name FROM k8s_fdw.object_columns(relation) AS c
                WHERE c.name = ANY (former) AND c.name NOT IN (SELECT k.name FROM k8s_fdw.kept_columns(watch, part, with_version) AS k) LOOP
    EXECUTE format('ALTER TABLE %s DROP COLUMN %I', relation, there);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.copy_comments(source regclass, relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('COMMENT ON TABLE %s IS %L', relation, obj_description(source, 'pg_class')) WHERE obj_description(source, 'pg_class') <> ''
    UNION ALL
    SELECT format('COMMENT ON COLUMN %s.%I IS %L', relation, a.attname, c.comment)
      FROM k8s_fdw.object_columns(source) AS c JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c.name
     WHERE c.comment <> '' AND col_description(a.attrelid, a.attnum) IS DISTINCT FROM c.comment
  LOOP
    EXECUTE statement;
  END LOOP;
END $$;

-- Makes the kept table, its history and the tables that show the changes, or brings them up to date, and notes all
-- that. Nothing is read yet.
CREATE OR REPLACE FUNCTION k8s_fdw.prepare_kept(source regclass, schema_name text, table_name text, every interval, history boolean, keep_for interval, indexes text[], reveal_secrets boolean)
RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made constant text := format('%I.%I', schema_name, table_name);
  target regclass := to_regclass(made);
  former k8s_fdw.kept_tables;
  made_watches regclass[] := '{}';
  made_clusters text[];
  made_namespaces text[];
  part record;
  first_part regclass;
  names text[];
  wanted text;
BEGIN
  IF target IS NOT NULL AND EXISTS (SELECT FROM k8s_fdw.kept_tables AS k WHERE k.relation = target) THEN
    former := k8s_fdw.kept_table(target);
    PERFORM k8s_fdw.drop_watches(former.watches);
  ELSIF target IS NOT NULL THEN
    RAISE EXCEPTION 'there is a table % already, and it is no kept one', target
      USING ERRCODE = 'duplicate_table', HINT = 'Give another name, or rename or drop it.';
  END IF;
  PERFORM k8s_fdw.check_source(source, reveal_secrets, coalesce(history, former.history IS NOT NULL));

  FOR part IN SELECT p.* FROM k8s_fdw.source_parts(source) AS p LOOP
    made_watches := made_watches || k8s_fdw.make_watch(part.part, part.namespace, schema_name, k8s_fdw.fitting_name(concat_ws('_', table_name, 'watch', part.cluster, part.namespace)));
    made_clusters := made_clusters || part.cluster;
    made_namespaces := made_namespaces || part.namespace;
  END LOOP;
  made_clusters := CASE WHEN array_remove(made_clusters, NULL) <> '{}' THEN made_clusters END;
  made_namespaces := CASE WHEN array_remove(made_namespaces, NULL) <> '{}' THEN made_namespaces END;

  first_part := (SELECT p.part FROM k8s_fdw.source_parts(source) AS p LIMIT 1);
  IF target IS NULL THEN
    EXECUTE format('CREATE TABLE %s (%s, PRIMARY KEY (%s))', made,
      (SELECT string_agg(format('%I %s', c.name, c.type), ', ' ORDER BY c.number) FROM k8s_fdw.kept_columns(made_watches[1], first_part, false) AS c),
      CASE WHEN made_clusters IS NULL THEN 'uid' ELSE 'cluster, uid' END);
    target := made::regclass;
    names := ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname IN ('name', 'namespace') ORDER BY a.attname);
    IF names <> '{}' THEN
      EXECUTE format('CREATE INDEX ON %s (%s)', target, array_to_string(names, ', '));
    END IF;
    INSERT INTO k8s_fdw.kept_tables (relation, source, watches, columns) VALUES (target, source, made_watches, '{}');
  ELSE
    PERFORM k8s_fdw.follow_columns(target, made_watches[1], first_part, former.columns, false);
  END IF;
  INSERT INTO k8s_fdw.kept_state (relation) VALUES (target) ON CONFLICT (relation) DO UPDATE SET versions = '{}';
  PERFORM k8s_fdw.copy_comments(source, target);
  FOREACH wanted IN ARRAY coalesce(indexes, '{}') LOOP
    CONTINUE WHEN wanted = ANY (former.indexes);
    EXECUTE format('CREATE INDEX ON %s %s', target, CASE WHEN wanted ~* '^\s*(using\M|\()' THEN wanted ELSE
      '(' || (SELECT string_agg(format('%I', btrim(one)), ', ') FROM unnest(string_to_array(wanted, ',')) AS one) || ')' END);
  END LOOP;

  UPDATE k8s_fdw.kept_tables AS k
     SET source = prepare_kept.source, watches = made_watches, clusters = made_clusters, namespaces = made_namespaces,
         columns = ARRAY(SELECT c.name::text FROM k8s_fdw.kept_columns(made_watches[1], first_part, false) AS c),
         indexes = coalesce(former.indexes, '{}') || ARRAY(SELECT i FROM unnest(prepare_kept.indexes) AS i WHERE i <> ALL (coalesce(former.indexes, '{}'))),
         every = coalesce(prepare_kept.every, k.every), keep_for = coalesce(prepare_kept.keep_for, k.keep_for)
   WHERE k.relation = target;
  PERFORM k8s_fdw.prepare_history(target, first_part, schema_name, table_name, history);
  RETURN target;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.full_name(relation regclass) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation $$;

-- The two parts of a name that a user wrote.
CREATE OR REPLACE FUNCTION k8s_fdw.split_target(target text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  parts constant text[] := parse_ident(target);
BEGIN
  IF cardinality(parts) IS DISTINCT FROM 2 THEN
    RAISE EXCEPTION 'the name of a kept table needs its schema, and % has none', target
      USING ERRCODE = 'invalid_name', HINT = 'For example ''kept.pods''.';
  ELSIF octet_length(parts[2]) > 63 THEN
    RAISE EXCEPTION 'the name of % is longer than 63 bytes', target USING ERRCODE = 'name_too_long', HINT = 'Give a shorter one.';
  ELSIF to_regnamespace(quote_ident(parts[1])) IS NULL THEN
    RAISE EXCEPTION 'there is no schema %', parts[1]
      USING ERRCODE = 'invalid_schema_name', HINT = format('Make it first: CREATE SCHEMA %I;', parts[1]);
  END IF;
  RETURN parts;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.keep(
  source regclass, target text, every interval DEFAULT NULL, history boolean DEFAULT NULL, keep_for interval DEFAULT NULL,
  indexes text[] DEFAULT NULL, reveal_secrets boolean DEFAULT false) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  parts constant text[] := k8s_fdw.split_target(target);
  kept regclass;
BEGIN
  PERFORM k8s_fdw.check_schedule(every), k8s_fdw.tidy_kept();
  kept := k8s_fdw.prepare_target(source, parts[1], parts[2], every, history, keep_for, indexes, reveal_secrets);
  PERFORM k8s_fdw.refresh(kept);
  EXECUTE format('ANALYZE %s', kept);
  PERFORM k8s_fdw.schedule(k8s_fdw.full_name(kept), every);
  RETURN kept;
END $$;

-- Keeps every table of a schema that can be kept, with one schedule, and says of each why it cannot.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_all(
  source_schema text, target_schema text, every interval DEFAULT NULL, history boolean DEFAULT NULL, keep_for interval DEFAULT NULL,
  except_tables text[] DEFAULT '{}') RETURNS TABLE (relation regclass, rows bigint, problem text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  source regclass;
  name name;
  here constant regnamespace := source_schema::regnamespace;
  is_other constant boolean := EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = target_schema::regnamespace AND k8s_fdw.is_other(c.oid));
  parts text[];
BEGIN
  PERFORM k8s_fdw.check_schedule(every), k8s_fdw.tidy_kept();
  FOR source, name IN
    SELECT c.oid::regclass, c.relname FROM pg_class AS c
     WHERE c.relnamespace = here AND NOT c.relispartition AND c.relname <> ALL (except_tables)
       AND (c.relkind = 'p' AND EXISTS (SELECT FROM pg_inherits AS i JOIN pg_foreign_table AS t ON t.ftrelid = i.inhrelid WHERE i.inhparent = c.oid)
            OR EXISTS (SELECT FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver
                        WHERE t.ftrelid = c.oid AND NOT t.ftoptions && '{watch=on,watch=true}'))
     ORDER BY c.relname
  LOOP
    relation := source;
    rows := NULL;
    problem := NULL;
    BEGIN
      parts := k8s_fdw.split_target(format('%s.%I', target_schema::regnamespace, name));
      IF is_other AND k8s_fdw.is_other(to_regclass(format('%I.%I', parts[1], parts[2]))) IS NOT TRUE THEN
        RAISE EXCEPTION 'there is no foreign table %.% of another Postgres', target_schema::regnamespace, name
          USING ERRCODE = 'undefined_table', HINT = 'k8s_fdw.remote_script() says how to make the table there, and IMPORT FOREIGN SCHEMA makes the foreign table.';
      END IF;
      relation := k8s_fdw.prepare_target(source, parts[1], parts[2], every, history, keep_for, '{}', false);
      PERFORM k8s_fdw.refresh(relation);
      EXECUTE format('ANALYZE %s', relation);
      SELECT s.object_count INTO rows FROM k8s_fdw.kept_state AS s WHERE s.relation = keep_all.relation;
    EXCEPTION WHEN OTHERS THEN
      relation := source;
      problem := SQLERRM;
    END;
    RETURN NEXT;
  END LOOP;
  PERFORM k8s_fdw.schedule((target_schema::regnamespace)::text, every);
END $$;

-- Ends it. The table and its history stay, as tables like others.
CREATE OR REPLACE FUNCTION k8s_fdw.stop_keeping(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ended constant k8s_fdw.kept_tables := k8s_fdw.kept_table(k8s_fdw.kept_for(relation));
BEGIN
  PERFORM k8s_fdw.unschedule(k8s_fdw.full_name(ended.relation));
  PERFORM k8s_fdw.drop_watches(ended.watches);
  PERFORM k8s_fdw.forget_kept(ended.relation);
END $$;
