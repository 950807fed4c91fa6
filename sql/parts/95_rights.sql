-- Who may call the functions that are new. Those that were there before keep their rights, so that an update does not
-- undo a REVOKE. A function that somebody else put into the schema must get no right.

DO $$
DECLARE
  made regprocedure;
BEGIN
  FOR made IN
    SELECT p.oid FROM pg_proc AS p
     WHERE (p.pronamespace = 'k8s_fdw'::regnamespace OR p.oid = '@extschema@.k8s_fdw_validator(text[], oid)'::regprocedure)
       AND p.oid <> ALL (current_setting('k8s_fdw.there_before')::oid[])
  LOOP
    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', made,
      CASE WHEN made IN ('k8s_fdw.read_server_file(text)'::regprocedure, 'k8s_fdw.trust_file()'::regprocedure) THEN 'pg_read_server_files' ELSE 'PUBLIC' END);
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION k8s_fdw.read_server_file(text), k8s_fdw.trust_file() FROM PUBLIC;
