-- The schema k8s_fdw, in which every helper lives, and version(). Only the validator is in the schema of the user's
-- choice.

-- Notes the functions that are there already for 95_rights.sql, which leaves their rights as they are. A schema that is
-- missing is made without IF NOT EXISTS, so that nobody else can make it in between.
DO $$
DECLARE
  stranger text;
BEGIN
  PERFORM set_config('k8s_fdw.there_before', ARRAY(
    SELECT p.oid FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
     WHERE n.nspname = 'k8s_fdw' OR p.oid = to_regprocedure('@extschema@.k8s_fdw_validator(text[], oid)'))::text, true);
  IF to_regnamespace('k8s_fdw') IS NULL THEN
    CREATE SCHEMA k8s_fdw;
    -- Default privileges may have let others create objects in it.
    FOR stranger IN
      SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
        FROM pg_namespace AS n CROSS JOIN LATERAL aclexplode(n.nspacl) AS a
       WHERE n.nspname = 'k8s_fdw' AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
    LOOP
      EXECUTE format('REVOKE CREATE ON SCHEMA k8s_fdw FROM %s', stranger);
    END LOOP;
    GRANT USAGE ON SCHEMA k8s_fdw TO PUBLIC;
  ELSE
    -- In CREATE EXTENSION, Postgres refuses this if the schema does not belong to the extension.
    CREATE SCHEMA IF NOT EXISTS k8s_fdw;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.version() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '@VERSION@' $$;
