-- Checks whether the extension is there, how many wrappers there are, and which functions search another path than they
-- have to.

SELECT count(*) > 60, (SELECT count(*) FROM pg_foreign_data_wrapper AS w WHERE w.fdwname = 'k8s_fdw'),
       string_agg(p.oid::regprocedure::text, ' ') FILTER (WHERE CASE
         WHEN p.prosqlbody IS NULL THEN NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
         -- What lies in pg_catalog is not written down.
         ELSE EXISTS (SELECT FROM pg_depend AS d
                       WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'n' AND NOT (
                         d.refclassid = 'pg_namespace'::regclass AND d.refobjid = p.pronamespace
                         OR d.refclassid = 'pg_proc'::regclass AND EXISTS (
                           SELECT FROM pg_proc AS own WHERE own.oid = d.refobjid AND own.pronamespace = p.pronamespace))) END)
  FROM pg_proc AS p
 -- A procedure that commits can have no path, and names everything in full; the traps try it.
 WHERE p.prokind <> 'p' AND p.pronamespace = to_regnamespace('k8s_fdw') OR p.oid IN (SELECT w.fdwvalidator FROM pg_foreign_data_wrapper AS w WHERE w.fdwname = 'k8s_fdw');
