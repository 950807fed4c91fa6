-- Takes away from each function the path that it searches. A function whose names were resolved when it was made is
-- made anew.

SELECT format('ALTER ROUTINE %s RESET ALL', p.oid::regprocedure)
  FROM pg_proc AS p WHERE p.pronamespace = 'k8s_fdw'::regnamespace OR p.proname = 'k8s_fdw_validator' \gexec
SET search_path = hostile, pg_catalog;
SELECT pg_catalog.pg_get_functiondef(p.oid)
  FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
 WHERE n.nspname OPERATOR(pg_catalog.=) 'k8s_fdw'::pg_catalog.name AND p.prosqlbody IS NOT NULL \gexec
