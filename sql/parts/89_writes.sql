-- By which requests this session has changed clusters. k8s_fdw's own host notes them; a ROLLBACK takes none of them back.

CREATE OR REPLACE FUNCTION k8s_fdw.writes()
RETURNS TABLE ("time" timestamptz, server name, "table" regclass, method text, path text, status integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF to_regprocedure('k8s_fdw.session_writes()') IS NULL THEN
    RAISE EXCEPTION 'Wrappers does not note what a session has changed'
      USING ERRCODE = 'feature_not_supported',
            HINT = 'SET k8s_fdw.trace = on prints each request.';
  END IF;
  -- The function is there only on that host, so no plan of it may be kept.
  RETURN QUERY EXECUTE $query$
    SELECT timestamptz 'epoch' + w.microseconds * interval '1 microsecond', s.srvname, nullif(w."table", 0)::regclass,
           w.method, w.path, w.status
      FROM ROWS FROM (json_to_recordset(k8s_fdw.session_writes())
             AS (microseconds bigint, server oid, "table" oid, method text, path text, status integer)) WITH ORDINALITY
        AS w (microseconds, server, "table", method, path, status, number)
      LEFT JOIN pg_foreign_server AS s ON s.oid = w.server
     ORDER BY w.number$query$;
END $$;
