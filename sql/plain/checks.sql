
DO $$
DECLARE
  home constant oid := (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = 'k8s_fdw');
BEGIN
  IF EXISTS (SELECT FROM pg_extension AS e JOIN pg_depend AS d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
              WHERE d.classid = 'pg_namespace'::regclass AND d.objid = home) THEN
    RAISE EXCEPTION 'k8s_fdw is an extension in this database, and this script is for those without'
      USING ERRCODE = 'duplicate_object', HINT = 'To update it: ALTER EXTENSION k8s_fdw UPDATE.';
  ELSIF home IS NULL AND NOT has_database_privilege(current_database(), 'CREATE') THEN
    RAISE EXCEPTION '"%" may not create a schema in this database', current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = format('Its owner can: GRANT CREATE ON DATABASE %I TO %I.', current_database(), current_user);
  END IF;
END $$;

