-- Owns: the three event triggers, and the statements that they run in their turn.
-- Never: touching objects of other wrappers, nor reading a foreign table.

-- Without the statement's text around the error: it may hold a token.
CREATE OR REPLACE FUNCTION k8s_fdw.run(statement text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  advice text;
BEGIN
  PERFORM set_config('k8s_fdw.busy', 'on', true);
  BEGIN
    EXECUTE statement;
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
    IF advice = '' THEN
      RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
    END IF;
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE, HINT = advice;
  END;
  PERFORM set_config('k8s_fdw.busy', '', true);
END $$;

-- They run as the role that gives the statement, so they can do no more than that role could.
CREATE OR REPLACE FUNCTION k8s_fdw.remember() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  state jsonb;
BEGIN
  IF current_setting('k8s_fdw.busy', true) = 'on' THEN
    RETURN;
  ELSIF tg_tag = 'IMPORT FOREIGN SCHEMA' THEN
    -- The component sends descriptions along where somebody makes comments of them.
    IF coalesce(current_setting('k8s_fdw.comments', true), '') = '' THEN
      PERFORM set_config('k8s_fdw.comments', 'on', true);
    END IF;
    RETURN;
  ELSIF tg_tag = 'ALTER SERVER' OR tg_tag LIKE 'DROP %' THEN
    SELECT jsonb_object_agg(s.oid, k8s_fdw.server_state(s.oid)) INTO state
      FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
     WHERE w.fdwname = 'k8s_fdw';
  ELSE
    SELECT k8s_fdw.table_states(array_agg(t.ftrelid)) INTO state
      FROM pg_foreign_table AS t
      JOIN pg_foreign_server AS s ON s.oid = t.ftserver JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
     WHERE w.fdwname = 'k8s_fdw';
  END IF;
  PERFORM set_config('k8s_fdw.before', coalesce(state::text, ''), true);
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.complete() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before jsonb;
  target record;
  advice text;
BEGIN
  IF current_setting('k8s_fdw.busy', true) = 'on' THEN
    RETURN;
  END IF;
  IF tg_tag LIKE 'ALTER %' THEN
    before := nullif(current_setting('k8s_fdw.before', true), '')::jsonb;
    PERFORM set_config('k8s_fdw.before', '', true);
  END IF;

  FOR target IN
    SELECT s.oid, bool_or(c.command_tag = 'CREATE SERVER') AS is_new
      FROM pg_event_trigger_ddl_commands() AS c
      JOIN pg_foreign_server AS s ON c.classid = 'pg_foreign_server'::regclass AND s.oid = c.objid
      JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw AND w.fdwname = 'k8s_fdw'
     GROUP BY s.oid
  LOOP
    PERFORM k8s_fdw.complete_server(target.oid, target.is_new, before->target.oid::text);
  END LOOP;

  -- ALTER TABLE on a parent reaches the foreign tables that inherit from it.
  FOR target IN
    WITH RECURSIVE touched AS (
      SELECT c.objid AS oid FROM pg_event_trigger_ddl_commands() AS c WHERE c.classid = 'pg_class'::regclass
      UNION
      SELECT i.inhrelid FROM pg_inherits AS i JOIN touched ON i.inhparent = touched.oid)
    SELECT t.ftrelid AS oid
      FROM touched
      JOIN pg_foreign_table AS t ON t.ftrelid = touched.oid
      JOIN pg_foreign_server AS s ON s.oid = t.ftserver
      JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw AND w.fdwname = 'k8s_fdw'
  LOOP
    PERFORM k8s_fdw.complete_table(target.oid::regclass, before->target.oid::text);
  END LOOP;

  -- Also of tables of the plain Wrappers way, in a database that has this extension.
  FOR target IN
    SELECT t.ftrelid AS oid
      FROM pg_event_trigger_ddl_commands() AS c
      JOIN pg_foreign_table AS t ON c.classid = 'pg_class'::regclass AND t.ftrelid = c.objid
      JOIN pg_foreign_server AS s ON s.oid = t.ftserver
     WHERE 'fdw_package_name=k8s-fdw:k8s-fdw' = ANY (s.srvoptions)
       AND EXISTS (SELECT FROM unnest(t.ftoptions) AS o WHERE o LIKE 'comments=%')
  LOOP
    PERFORM k8s_fdw.take_comments(target.oid::regclass);
  END LOOP;
EXCEPTION WHEN fdw_error OR insufficient_privilege THEN
  -- Again from here, so that the reader is spared the helpers' call stack.
  GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
  IF tg_tag LIKE '% SERVER' THEN
    PERFORM k8s_fdw.keep_out_of_log();
  END IF;
  RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE, HINT = advice;
END $$;

-- Not with the extension itself: its event triggers are gone by then.
CREATE OR REPLACE FUNCTION k8s_fdw.forget() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before constant jsonb := nullif(current_setting('k8s_fdw.before', true), '')::jsonb;
  dropped record;
BEGIN
  FOR dropped IN SELECT objid AS oid, before->objid::text AS server FROM pg_event_trigger_dropped_objects()
                  WHERE classid = 'pg_foreign_server'::regclass AND before ? objid::text
  LOOP
    PERFORM k8s_fdw.remove_from_vault(dropped.server->>'api_key_id', dropped.oid, dropped.server->>'name');
  END LOOP;
  PERFORM set_config('k8s_fdw.before', '', true);
END $$;
