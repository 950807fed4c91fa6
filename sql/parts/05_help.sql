-- help(), which lists the functions that are meant for users. It knows the others by their comments, which begin with
-- "internal: ".

CREATE OR REPLACE FUNCTION k8s_fdw.help() RETURNS TABLE (call text, description text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('k8s_fdw.%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), d.description
    FROM pg_proc AS p JOIN pg_description AS d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
   WHERE p.pronamespace = 'k8s_fdw'::regnamespace AND d.description NOT LIKE 'internal: %'
   ORDER BY 1
$$;
