-- Owns: reading a kubeconfig from the database server's disk.
-- Never: being callable by anyone but superusers and members of pg_read_server_files, who may read any file anyway.

CREATE OR REPLACE FUNCTION k8s_fdw.read_server_file(path text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  limit_bytes constant integer := 1048576;
  content text;
BEGIN
  content := pg_read_file(path, 0, limit_bytes);
  IF octet_length(content) >= limit_bytes THEN
    RAISE EXCEPTION 'the file is larger than 1 MB' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  RETURN content;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.read_kubeconfig(path text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT has_function_privilege('k8s_fdw.read_server_file(text)', 'EXECUTE') THEN
    RAISE EXCEPTION 'kubeconfig "%" is a file of the database server, and "%" may not read files there', path, current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = format('Give the kubeconfig''s text instead of its path, or ask a superuser: GRANT pg_read_server_files TO %I.', current_user);
  END IF;
  BEGIN
    RETURN k8s_fdw.read_server_file(path);
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION 'kubeconfig "%" cannot be read on the database server: %', path, SQLERRM
      USING ERRCODE = 'fdw_unable_to_create_execution',
            HINT = 'The path is one of the machine or container where PostgreSQL runs, and its operating-system user must be able to read the file. '
                   'The kubeconfig''s text works as well as its path.';
  END;
END $$;
