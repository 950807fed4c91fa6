-- Switches the event triggers on. It comes last, when everything that they call is there.

DO $do$
DECLARE
  remark text;
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger WHERE evtname ~ '^(k8s_fdw_(remember|complete|forget)|_k8s_fdw_log_off|zzz_k8s_fdw_log_on)$') THEN
    DROP EVENT TRIGGER IF EXISTS k8s_fdw_remember;
    DROP EVENT TRIGGER IF EXISTS k8s_fdw_complete;
    DROP EVENT TRIGGER IF EXISTS k8s_fdw_forget;
    DROP EVENT TRIGGER IF EXISTS _k8s_fdw_log_off;
    DROP EVENT TRIGGER IF EXISTS zzz_k8s_fdw_log_on;
  END IF;
  CREATE EVENT TRIGGER k8s_fdw_remember ON ddl_command_start
    WHEN TAG IN ('ALTER SERVER', 'ALTER FOREIGN TABLE', 'ALTER TABLE', 'IMPORT FOREIGN SCHEMA',
                 'DROP SERVER', 'DROP FOREIGN DATA WRAPPER', 'DROP OWNED')
    EXECUTE FUNCTION k8s_fdw.remember();
  CREATE EVENT TRIGGER k8s_fdw_complete ON ddl_command_end
    WHEN TAG IN ('CREATE SERVER', 'ALTER SERVER', 'CREATE USER MAPPING', 'ALTER USER MAPPING', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
                 'ALTER TABLE', 'IMPORT FOREIGN SCHEMA')
    EXECUTE FUNCTION k8s_fdw.complete();
  CREATE EVENT TRIGGER k8s_fdw_forget ON sql_drop
    WHEN TAG IN ('DROP SERVER', 'DROP FOREIGN DATA WRAPPER', 'DROP OWNED')
    EXECUTE FUNCTION k8s_fdw.forget();

  -- Event triggers run in the order of their names. One of somebody else's that refuses a statement must not come
  -- before the first or after the last.
  CREATE EVENT TRIGGER _k8s_fdw_log_off ON ddl_command_start
    WHEN TAG IN ('CREATE SERVER', 'ALTER SERVER', 'CREATE USER MAPPING', 'ALTER USER MAPPING', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
                 'ALTER TABLE', 'IMPORT FOREIGN SCHEMA', 'CREATE FOREIGN DATA WRAPPER', 'ALTER FOREIGN DATA WRAPPER')
    EXECUTE FUNCTION k8s_fdw.log_off();
  CREATE EVENT TRIGGER zzz_k8s_fdw_log_on ON ddl_command_end
    WHEN TAG IN ('CREATE SERVER', 'ALTER SERVER', 'CREATE USER MAPPING', 'ALTER USER MAPPING', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
                 'ALTER TABLE', 'IMPORT FOREIGN SCHEMA', 'CREATE FOREIGN DATA WRAPPER', 'ALTER FOREIGN DATA WRAPPER')
    EXECUTE FUNCTION k8s_fdw.log_on();

  COMMENT ON EVENT TRIGGER _k8s_fdw_log_off IS 'keeps a statement that may hold a token out of the log, if it fails';
  COMMENT ON EVENT TRIGGER zzz_k8s_fdw_log_on IS 'ends what _k8s_fdw_log_off begins';
  COMMENT ON EVENT TRIGGER k8s_fdw_remember IS 'notes k8s_fdw''s servers and tables before they are altered or dropped';
  COMMENT ON EVENT TRIGGER k8s_fdw_complete IS 'completes k8s_fdw''s new and altered servers and tables';
  COMMENT ON EVENT TRIGGER k8s_fdw_forget IS 'removes what Vault keeps for k8s_fdw''s servers that are dropped';
EXCEPTION WHEN insufficient_privilege THEN
  IF NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'k8s_fdw_complete' AND evtfoid = 'k8s_fdw.complete()'::regprocedure) THEN
    remark := format('there are no event triggers, for "%s" may not create any: new and altered servers and tables are not completed by themselves', current_user);
    RAISE WARNING '%', remark
      USING HINT = 'After CREATE or ALTER SERVER, CREATE or ALTER FOREIGN TABLE, IMPORT FOREIGN SCHEMA and DROP SERVER: SELECT * FROM k8s_fdw.apply();';
  END IF;
END $do$;
