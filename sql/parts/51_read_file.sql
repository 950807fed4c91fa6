-- Reads a kubeconfig, and the token file that it names, from the database server's disk. Only superusers and members of
-- pg_read_server_files may call it, who can read any file anyway; and for a server's owner it must not read what he may
-- not read himself.

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

-- The first among this role and `owners` that may not read the server's files; NULL if all may.
CREATE OR REPLACE FUNCTION k8s_fdw.without_file_right(owners oid[]) RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.rolname FROM pg_roles AS r
   WHERE (r.rolname = current_user OR r.oid = ANY (owners)) AND NOT has_function_privilege(r.oid, 'k8s_fdw.read_server_file(text)', 'EXECUTE')
   ORDER BY r.rolname <> current_user LIMIT 1
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.file_right_advice(role name, instead text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN role = current_user THEN format('%s, or ask a superuser: GRANT pg_read_server_files TO %I.', instead, role)
              ELSE format('The server is that role''s, and files are read for a server only where its owner may read them. %s; '
                          'or GRANT pg_read_server_files TO %I; or ALTER SERVER … OWNER TO a role that may.', instead, role) END
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.refuse_path(path text, role name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'kubeconfig "%" is a file of the database server, and "%" may not read files there', path, role
    USING ERRCODE = 'insufficient_privilege',
          HINT = k8s_fdw.file_right_advice(role, 'Give the kubeconfig''s text instead of its path');
END $$;

-- A file that the kubeconfig names for any user or cluster, because the option context can pick another one later. Only
-- our `own` host has a use for client certificates.
CREATE OR REPLACE FUNCTION k8s_fdw.named_file(config jsonb, own boolean, OUT path text, OUT key text, OUT instead text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT * FROM (
    SELECT e #>> '{user,tokenFile}' AS path, 'tokenFile', 'Write the token itself there (token)'
      FROM jsonb_array_elements(CASE jsonb_typeof(config->'users') WHEN 'array' THEN config->'users' ELSE '[]' END) AS e
    UNION ALL
    SELECT e->'user'->>f.field, f.field, 'This puts it itself there: kubectl config view --raw --minify --flatten'
      FROM jsonb_array_elements(CASE jsonb_typeof(config->'users') WHEN 'array' THEN config->'users' ELSE '[]' END) AS e,
           unnest(ARRAY['client-certificate', 'client-key']) AS f (field)
     WHERE own AND coalesce(e->'user'->>(f.field || '-data'), '') = ''
    UNION ALL
    SELECT e #>> '{cluster,certificate-authority}', 'certificate-authority', 'This puts the CA itself there: kubectl config view --raw --minify --flatten'
      FROM jsonb_array_elements(CASE jsonb_typeof(config->'clusters') WHEN 'array' THEN config->'clusters' ELSE '[]' END) AS e
     WHERE coalesce(e #>> '{cluster,certificate-authority-data}', '') = '') AS n
   WHERE n.path <> '' LIMIT 1
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.refuse_named_files(config jsonb, owners oid[], own boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  role constant name := k8s_fdw.without_file_right(owners);
  found record;
BEGIN
  SELECT * INTO found FROM k8s_fdw.named_file(config, own);
  IF found.path IS NULL OR (role IS NULL AND owners IS NOT NULL) THEN
    RETURN;
  ELSIF role IS NULL THEN
    PERFORM k8s_fdw.refuse_kubeconfig(
      format('it names the file "%s" (%s), and files are read only by the statement that gives the kubeconfig, and not for a server that is complete already',
             found.path, found.key),
      format('%s; or give it again, ALTER SERVER … OPTIONS (SET kubeconfig …); or leave %s out of CREATE SERVER.',
             found.instead, CASE WHEN own THEN 'kubeconfig_read' ELSE 'fdw_package_url' END));
  END IF;
  RAISE EXCEPTION 'the kubeconfig names "%" (%), a file of the database server, and "%" may not read files there', found.path, found.key, role
    USING ERRCODE = 'insufficient_privilege', HINT = k8s_fdw.file_right_advice(role, found.instead);
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.read_kubeconfig(path text, owners oid[]) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  role constant name := k8s_fdw.without_file_right(owners);
BEGIN
  IF role IS NOT NULL THEN
    PERFORM k8s_fdw.refuse_path(path, role);
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

-- Checks only the file that the wrapper's owner named, so it may be called by anyone who can create a server. If the
-- check fails, the file is assumed to be there.
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
