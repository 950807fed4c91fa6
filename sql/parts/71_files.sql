-- Keeps a role that may not read the server's files from naming one in a server's options, because a superuser would
-- read it later, in ALTER SERVER or when a dump is restored. This is part of the validator because no setting switches
-- that off, and it runs as the role that gives the statement.

CREATE OR REPLACE FUNCTION k8s_fdw.check_named_files(given jsonb, own boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  source constant text := given->>'kubeconfig';
  role constant name := k8s_fdw.without_file_right('{}');
  wrapper jsonb;
BEGIN
  IF role IS NOT NULL AND own AND given ? 'fdw_package_url' THEN
    -- Our host says of any file whether it is there, and runs what is in it.
    RAISE EXCEPTION 'fdw_package_url "%" is a file of the database server, and "%" may not read files there', given->>'fdw_package_url', role
      USING ERRCODE = 'insufficient_privilege',
            HINT = k8s_fdw.file_right_advice(role, 'Leave it out (OPTIONS (DROP fdw_package_url)): then the component is the file beside the extension''s');
  ELSIF role IS NULL OR source IS NULL OR k8s_fdw.is_former_text(source) THEN
    RETURN;
  ELSIF source NOT LIKE '/%' THEN
    PERFORM k8s_fdw.refuse_named_files(k8s_fdw.parse_kubeconfig(source), '{}', own);
    RETURN;
  END IF;
  SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') INTO wrapper
    FROM pg_foreign_data_wrapper AS w, pg_options_to_table(w.fdwoptions) AS o WHERE w.fdwname = 'k8s_fdw';
  -- A server that is complete, as in a dump, keeps its path, because the file is not read then. Nor is the kubeconfig
  -- of the wrapper's own proxy.
  IF NOT k8s_fdw.is_complete(given)
     AND NOT (k8s_fdw.has_proxy(given, wrapper) AND NOT given ?| array_append(k8s_fdw.token_options(), 'api_url')) THEN
    PERFORM k8s_fdw.refuse_path(source, role);
  END IF;
END $$;
