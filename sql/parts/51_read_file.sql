-- Owns: reading a kubeconfig, and the token file that it names, from the database server's disk.
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

CREATE OR REPLACE FUNCTION k8s_fdw.read_token_file(file text, folder text, name text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  path constant text := k8s_fdw.kubeconfig_path(file, folder);
  token text;
BEGIN
  IF path IS NULL THEN
    PERFORM k8s_fdw.refuse_kubeconfig(
      format('user "%s" keeps its token in the file "%s" (tokenFile), and a kubeconfig given as text has no folder to find it in', name, file),
      'Write an absolute path of the database server there, or give the kubeconfig itself as such a path.');
  ELSIF NOT has_function_privilege('k8s_fdw.read_server_file(text)', 'EXECUTE') THEN
    RAISE EXCEPTION 'token file "%" of user "%" is a file of the database server, and "%" may not read files there', path, name, current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = format('Give the token instead: api_key, api_key_id (Vault) or api_key_name (Vault); or ask a superuser: GRANT pg_read_server_files TO %I.',
                          current_user);
  END IF;
  BEGIN
    token := btrim(k8s_fdw.read_server_file(path), E' \t\r\n');
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION 'token file "%" of user "%" cannot be read on the database server: %', path, name, SQLERRM
      USING ERRCODE = 'fdw_unable_to_create_execution',
            HINT = 'The path is one of the machine or container where PostgreSQL runs, and its operating-system user must be able to read the file.';
  END;
  IF token = '' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('token file "%s" of user "%s" is empty', path, name), 'Write the token into it.');
  END IF;
  RETURN token;
END $$;

-- Of that one file only, which the wrapper's owner named: so whoever may make a server may ask. Where it cannot be told, it is taken to be there.
CREATE OR REPLACE FUNCTION k8s_fdw.proxied_file_exists() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT (pg_stat_file(o.option_value, true)).size IS NOT NULL
            FROM pg_foreign_data_wrapper AS w, pg_options_to_table(w.fdwoptions) AS o
           WHERE w.fdwname = 'k8s_fdw' AND o.option_name = 'kubeconfig');
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END $$;
