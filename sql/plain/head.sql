-- k8s_fdw @VERSION@ without CREATE EXTENSION, for databases where nothing can be installed: run it as it is, in Supabase's SQL editor or with
-- psql -f, after CREATE EXTENSION wrappers. It is one transaction, all goes to schema k8s_fdw, and running it again updates.
-- It also runs where you may not create event triggers, or not even a foreign data wrapper: warnings say what to do then.

BEGIN;

-- Where the database finds the component, and its SHA-256 checksum (the release has it in checksum.txt). Without them each server names its own.
-- SET LOCAL k8s_fdw.package_url = 'https://…/k8s_fdw.wasm';
-- SET LOCAL k8s_fdw.package_checksum = '…';

SET LOCAL search_path = k8s_fdw, pg_temp;

DO $$
DECLARE
  home pg_catalog.oid := (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'k8s_fdw');
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_extension AS e
               JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid
              WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = home) THEN
    RAISE EXCEPTION 'k8s_fdw is an extension in this database, and this script is for those without'
      USING ERRCODE = 'duplicate_object', HINT = 'To update it: ALTER EXTENSION k8s_fdw UPDATE.';
  ELSIF home IS NULL AND NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') THEN
    RAISE EXCEPTION '"%" may not create a schema in this database', current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = pg_catalog.format('Its owner can: GRANT CREATE ON DATABASE %I TO %I.', pg_catalog.current_database(), current_user);
  ELSIF NOT pg_catalog.pg_has_role((SELECT nspowner FROM pg_catalog.pg_namespace WHERE oid = home), 'USAGE') THEN
    RAISE EXCEPTION 'the schema k8s_fdw belongs to another role than "%"', current_user
      USING ERRCODE = 'insufficient_privilege', HINT = 'Run the script as the role that ran it first: \dn in psql shows the schema''s owner.';
  END IF;
END $$;
