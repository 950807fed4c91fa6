-- The three event triggers, and the statements that they run. Objects of other wrappers must not be touched, and no
-- foreign table may be read.

-- Runs a statement whose text is kept out of messages and errors, because it may hold a token: CONTEXT would quote it. So
-- no message below an error reaches the client meanwhile, nor the log if the role may say what goes there. The event
-- triggers see this statement like any other, and find nothing left to do.
CREATE OR REPLACE FUNCTION k8s_fdw.run(statement text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
AS $$
DECLARE
  former constant jsonb := (SELECT jsonb_object_agg(s.name, s.setting) FROM k8s_fdw.log_settings() AS s);
  advice text;
BEGIN
  PERFORM k8s_fdw.keep_out_of_log();
  EXECUTE statement;
  PERFORM set_config(s.name, former->>s.name, true) FROM k8s_fdw.log_settings() AS s WHERE s.setting <> former->>s.name;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
  IF advice = '' THEN
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
  END IF;
  RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE, HINT = advice;
END $$;

-- Whether run() is running the statement, so that nothing is reported twice. Nothing else may depend on it, because a
-- caller of run() can make it true.
CREATE OR REPLACE FUNCTION k8s_fdw.is_nested() RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  RETURN stack ~ '\mk8s_fdw\.run\(text\)';
END $$;

-- The event triggers run as the role that gives the statement, so they can do no more than that role. At this point it
-- is not known which objects the statement is about, so nothing is read yet: a cursor sees the catalogs as they were
-- when it was opened, and former_states() asks it for the objects that the statement has changed.
CREATE OR REPLACE FUNCTION k8s_fdw.remember() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  former refcursor;
BEGIN
  IF tg_tag = 'IMPORT FOREIGN SCHEMA' THEN
    -- The component sends descriptions only if this setting says that somebody makes comments of them.
    IF coalesce(current_setting('k8s_fdw.comments', true), '') = '' THEN
      PERFORM set_config('k8s_fdw.comments', 'on', true);
    END IF;
    RETURN;
  ELSIF tg_tag = 'ALTER SERVER' OR tg_tag LIKE 'DROP %' THEN
    OPEN former NO SCROLL FOR SELECT k8s_fdw.server_states(current_setting('k8s_fdw.asked')::oid[]);
  ELSE
    OPEN former NO SCROLL FOR SELECT k8s_fdw.table_states(current_setting('k8s_fdw.asked')::oid[]);
  END IF;
  PERFORM set_config('k8s_fdw.before', former::text, true);
END $$;

-- The objects as they were before the statement; NULL if that was not noted.
CREATE OR REPLACE FUNCTION k8s_fdw.former_states(objects oid[]) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  former refcursor := nullif(current_setting('k8s_fdw.before', true), '');
  states jsonb;
BEGIN
  PERFORM set_config('k8s_fdw.before', '', true);
  IF EXISTS (SELECT FROM pg_cursors AS c WHERE c.name = former::text) THEN
    IF cardinality(objects) > 0 THEN
      PERFORM set_config('k8s_fdw.asked', objects::text, true);
      FETCH former INTO states;
    END IF;
    CLOSE former;
  END IF;
  RETURN states;
END $$;

-- Those among these tables and the tables that inherit from them that are foreign tables: ALTER TABLE on a parent
-- reaches its children. Each is looked up by itself, here and below, and not by a join, so that other tables and
-- servers cost the statement nothing, however many and large they are.
CREATE OR REPLACE FUNCTION k8s_fdw.foreign_tables_among(relations oid[]) RETURNS oid[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH RECURSIVE touched AS (
    SELECT unnest(relations) AS oid
    UNION
    SELECT i.inhrelid FROM pg_inherits AS i JOIN touched ON i.inhparent = touched.oid)
  SELECT coalesce(array_agg(touched.oid), '{}') FROM touched
   WHERE (SELECT c.relkind FROM pg_class AS c WHERE c.oid = touched.oid) = 'f'
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.wrapper_of_server(server oid) RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT (SELECT w.fdwname FROM pg_foreign_data_wrapper AS w WHERE w.oid = s.srvfdw) FROM pg_foreign_server AS s WHERE s.oid = server $$;

CREATE OR REPLACE FUNCTION k8s_fdw.server_of_table(relation oid) RETURNS oid
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT t.ftserver FROM pg_foreign_table AS t WHERE t.ftrelid = relation $$;

-- Whether a table has comments to take. It may also be one of the plain Wrappers way, in a database that has this
-- extension.
CREATE OR REPLACE FUNCTION k8s_fdw.has_comments(relation oid) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM unnest(t.ftoptions) AS o WHERE o LIKE 'comments=%')
         AND (k8s_fdw.wrapper_of_server(t.ftserver) = 'k8s_fdw'
              OR (SELECT 'fdw_package_name=k8s-fdw:k8s-fdw' = ANY (s.srvoptions) FROM pg_foreign_server AS s WHERE s.oid = t.ftserver))
    FROM pg_foreign_table AS t WHERE t.ftrelid = relation
$$;

-- Why a kubeconfig is read by a statement that does not name it, such as SET page_size to the number that it is; NULL
-- if it is not.
CREATE OR REPLACE FUNCTION k8s_fdw.why_read_again(server oid, before jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'The statement leaves every option as it was, and by such a one the kubeconfig is read anew; one that changes another option does not read it.'
    FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
   WHERE s.oid = server AND o.option_name = 'kubeconfig' AND o.option_value LIKE '/%' AND before->>'all' = k8s_fdw.server_state(server)->>'all'
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.complete() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before jsonb;
  server oid;
  relation oid;
  servers oid[] := '{}';
  tables oid[] := '{}';
  mapping oid;
  advice text;
BEGIN
  IF tg_tag LIKE '% USER MAPPING' THEN
    FOR mapping IN SELECT DISTINCT c.objid FROM pg_event_trigger_ddl_commands() AS c WHERE c.classid = 'pg_user_mapping'::regclass LOOP
      PERFORM k8s_fdw.complete_mapping(mapping);
    END LOOP;
    RETURN;
  END IF;
  IF tg_tag LIKE '% SERVER' THEN
    servers := ARRAY(SELECT DISTINCT c.objid FROM pg_event_trigger_ddl_commands() AS c
                      WHERE c.classid = 'pg_foreign_server'::regclass AND k8s_fdw.wrapper_of_server(c.objid) = 'k8s_fdw');
  ELSE
    tables := k8s_fdw.foreign_tables_among(
      ARRAY(SELECT DISTINCT c.objid FROM pg_event_trigger_ddl_commands() AS c WHERE c.classid = 'pg_class'::regclass));
  END IF;
  IF tg_tag LIKE 'ALTER %' THEN
    before := k8s_fdw.former_states(servers || tables);
  END IF;

  FOREACH server IN ARRAY servers LOOP
    PERFORM k8s_fdw.complete_server(server, tg_tag = 'CREATE SERVER', before->server::text);
  END LOOP;
  FOREACH relation IN ARRAY tables LOOP
    IF k8s_fdw.wrapper_of_server(k8s_fdw.server_of_table(relation)) = 'k8s_fdw' THEN
      PERFORM k8s_fdw.complete_table(relation::regclass, before->relation::text);
    END IF;
    IF k8s_fdw.has_comments(relation) THEN
      PERFORM k8s_fdw.take_comments(relation::regclass);
    END IF;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
  advice := concat_ws(' ', k8s_fdw.why_read_again(server, before->server::text), nullif(advice, ''));
  IF tg_tag ~ ' (SERVER|USER MAPPING)$' OR SQLSTATE ~ '^HV' OR SQLSTATE = '42501' THEN
    -- The error is raised again from here, so that the reader does not see the call stack of the helpers, and neither
    -- it nor DETAIL can quote a token.
    PERFORM k8s_fdw.raise_quietly(SQLERRM, SQLSTATE, advice);
  END IF;
  RAISE;
END $$;

-- This does not run when the extension itself is dropped, because its event triggers are gone by then.
CREATE OR REPLACE FUNCTION k8s_fdw.forget() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  dropped record;
BEGIN
  FOR dropped IN
    SELECT each.key::oid AS oid, each.value AS server
      FROM jsonb_each(k8s_fdw.former_states(ARRAY(
             SELECT d.objid FROM pg_event_trigger_dropped_objects() AS d WHERE d.classid = 'pg_foreign_server'::regclass))) AS each
  LOOP
    PERFORM k8s_fdw.remove_from_vault(dropped.server->>'api_key_id', dropped.oid, dropped.server->>'name');
  END LOOP;
END $$;
