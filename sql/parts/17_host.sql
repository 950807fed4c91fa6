-- Says which host serves a wrapper: k8s_fdw's own, which is a library beside the extension's files, or Wrappers. Every
-- other part asks here.

CREATE OR REPLACE FUNCTION k8s_fdw.own_host(wrapper name DEFAULT 'k8s_fdw') RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM pg_foreign_data_wrapper AS w JOIN pg_proc AS p ON p.oid = w.fdwhandler JOIN pg_language AS l ON l.oid = p.prolang
     WHERE w.fdwname = wrapper AND l.lanname = 'c' AND p.prosrc = 'k8s_fdw_handler' AND p.probin = '$libdir/k8s_fdw')
$$;
