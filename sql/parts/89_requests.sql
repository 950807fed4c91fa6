-- What this session asked of the API servers. k8s_fdw's own host counts it; Wrappers has a table of its own.

CREATE OR REPLACE FUNCTION k8s_fdw.requests()
RETURNS TABLE (server name, "table" regclass, requests bigint, failed bigint, bytes bigint, waited_ms double precision)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF to_regprocedure('k8s_fdw.session_requests()') IS NULL THEN
    RAISE EXCEPTION 'Wrappers does not count the requests of a session'
      USING ERRCODE = 'feature_not_supported',
            HINT = 'SET k8s_fdw.trace = on prints each request; the server''s option stats ''on'' adds to the table wrappers_fdw_stats.';
  END IF;
  -- The function is there only on that host, so no plan of it may be kept.
  RETURN QUERY EXECUTE $query$
    SELECT s.srvname, nullif(r."table", 0)::regclass, r.requests, r.failed, r.bytes, r.waited_ms
      FROM json_to_recordset(k8s_fdw.session_requests())
        AS r (server oid, "table" oid, requests bigint, failed bigint, bytes bigint, waited_ms double precision)
      LEFT JOIN pg_foreign_server AS s ON s.oid = r.server
     ORDER BY r.requests DESC, 1, 2$query$;
END $$;
