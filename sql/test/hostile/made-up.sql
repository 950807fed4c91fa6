-- Puts a trap in place of each function in the schemas k8s_fdw and pgtle, whoever made them. Each trap has the
-- signature of its function, because a script finds that first.

SET search_path = pg_catalog;
SELECT format('CREATE OR REPLACE FUNCTION %s(%s) RETURNS %s LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.caught(); %s END $$', p.oid::regproc,
         pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
         CASE WHEN NOT p.proretset AND p.prorettype NOT IN ('void'::regtype, 'record'::regtype, 'event_trigger'::regtype) AND p.proargmodes IS NULL THEN 'RETURN NULL;' END)
  FROM pg_proc AS p WHERE p.pronamespace IN (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname IN ('k8s_fdw', 'pgtle')) AND p.prokind = 'f' \gexec
