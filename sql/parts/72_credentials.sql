-- A kubeconfig on our own host: what says how the cluster is reached becomes options of the server, and what nobody else
-- may see becomes a user mapping for PUBLIC, whose options only the server's owner can read. Nothing secret may get
-- into the server's options, and a mapping that somebody made by hand must not be changed.

-- What a kubeconfig has as `field`-data, or the content of the file that it names as `field`, in base64; NULL if it has
-- neither. As for kubectl, the data count more than the file.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_data(holder jsonb, field text, subject text, folder text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  data constant text := regexp_replace(coalesce(holder->>(field || '-data'), ''), '\s', '', 'g');
  file constant text := coalesce(holder->>field, '');
  path constant text := k8s_fdw.kubeconfig_path(file, folder);
BEGIN
  IF data <> '' OR file = '' THEN
    RETURN nullif(data, '');
  ELSIF path IS NULL THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('%s names the file "%s" (%s), and a kubeconfig given as text has no folder to find it in', subject, file, field),
      'This puts the content itself there: kubectl config view --raw --minify --flatten');
  ELSIF NOT has_function_privilege('k8s_fdw.read_server_file(text)', 'EXECUTE') THEN
    PERFORM k8s_fdw.refuse_path(path, current_user);
  END IF;
  BEGIN
    RETURN translate(encode(convert_to(k8s_fdw.read_server_file(path), 'UTF8'), 'base64'), E'\n', '');
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION 'the file "%" of % (%) cannot be read on the database server: %', path, subject, field, SQLERRM
      USING ERRCODE = 'fdw_unable_to_create_execution',
            HINT = 'The path is one of the machine or container where PostgreSQL runs, and its operating-system user must be able to read the file. '
                   'This puts the content itself there: kubectl config view --raw --minify --flatten';
  END;
END $$;

-- How a cluster is reached, as options of a server. Every role reads those, so of the CA's file only certificates are
-- taken, whatever else stands in it.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_connection(cluster jsonb, name text, folder text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  insecure constant boolean := coalesce(cluster->>'insecure-skip-tls-verify' = 'true', false);
  url constant text := k8s_fdw.kubeconfig_server(cluster, name);
  authority constant text := k8s_fdw.kubeconfig_data(cluster, 'certificate-authority', format('cluster "%s"', name), folder);
  certificates text[];
BEGIN
  IF authority IS NOT NULL THEN
    IF insecure THEN
      PERFORM k8s_fdw.refuse_kubeconfig(format('cluster "%s" has a certificate authority and says insecure-skip-tls-verify', name),
        'kubectl refuses it as well, for nobody can tell whether the certificate is to be verified: remove one of them.');
    END IF;
    certificates := k8s_fdw.pem_certificates(k8s_fdw.pem_text(authority));
    IF coalesce(cardinality(certificates), 0) = 0 THEN
      PERFORM k8s_fdw.refuse_kubeconfig(format('the certificate authority of cluster "%s" is no certificate in PEM', name),
        'This prints a kubeconfig that kubectl takes: kubectl config view --raw --minify --flatten');
    END IF;
  END IF;
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'api_url', url,
    'certificate_authority_data', translate(encode(convert_to((
      SELECT string_agg(format(E'-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n', regexp_replace(c, '(.{64})(?=.)', E'\\1\n', 'g')), '')
        FROM unnest(certificates) AS c), 'UTF8'), 'base64'), E'\n', ''),
    'insecure_skip_tls_verify', CASE WHEN insecure THEN 'true' END,
    'tls_server_name', nullif(cluster->>'tls-server-name', ''),
    'proxy_url', nullif(cluster->>'proxy-url', '')));
END $$;

-- Whether the setting k8s_fdw.exec_plugins lists the program of a kubeconfig: its path, or one that ends in its name.
CREATE OR REPLACE FUNCTION k8s_fdw.allows_program(command text) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM regexp_split_to_table(current_setting('k8s_fdw.exec_plugins', true), '\s*,\s*') AS listed
                  WHERE listed LIKE '/%' AND command <> '' AND command IN (listed, regexp_replace(listed, '^.*/', '')))
$$;

-- What a user logs in with, as options of a user mapping; empty for a user without credentials.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_credentials(login jsonb, name text, folder text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ways_out constant text := 'Two ways out. '
    '1. A token of a service account: kubectl create serviceaccount k8s-fdw; '
    'kubectl create clusterrolebinding k8s-fdw --clusterrole=view --serviceaccount=default:k8s-fdw; '
    'kubectl create token k8s-fdw --duration=24h; give that as token of a user mapping, or api_key_name (Vault). '
    '2. kubectl proxy on the database''s machine, and api_url ''http://127.0.0.1:8001''.';
  subject constant text := format('user "%s"', name);
  token text := btrim(coalesce(login->>'token', ''), E' \t\r\n');
  file text;
  certificate text;
  key text;
BEGIN
  -- As for kubectl, the content of the file counts, and the token beside it is used only while the file cannot be read.
  -- Only the file's path is kept: our host reads it anew when it changes.
  IF coalesce(login->>'tokenFile', '') <> '' THEN
    BEGIN
      PERFORM k8s_fdw.read_token_file(login->>'tokenFile', folder, name);
      file := k8s_fdw.kubeconfig_path(login->>'tokenFile', folder);
      token := '';
    EXCEPTION WHEN OTHERS THEN
      IF token = '' THEN
        RAISE;
      END IF;
    END;
  END IF;
  IF token <> '' AND token !~ '^[!-~]+$' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('the token of user "%s" has white space or other characters inside', name),
      'Make a new one: kubectl create token …');
  ELSIF token = '' AND file IS NULL AND login ? 'exec' AND login->'exec' <> 'null' THEN
    -- The library asks again when the program is to be run; this is to say early what it would say.
    IF k8s_fdw.allows_program(login #>> '{exec,command}') AND pg_has_role('pg_execute_server_program', 'USAGE') THEN
      RETURN jsonb_build_object('exec', (login->'exec')::text);
    END IF;
    PERFORM k8s_fdw.refuse_kubeconfig(format(
      'user "%s" logs in by running a program (exec: %s), which a superuser would have to allow',
      name, coalesce(login #>> '{exec,command}', 'unnamed')
        || CASE WHEN login #>> '{exec,command}' = 'kubectl' THEN coalesce(' ' || (login #>> '{exec,args,0}'), '') ELSE '' END),
      replace(ways_out, 'Two ways', 'Three ways') || format(' 3. As superuser: ALTER SYSTEM SET k8s_fdw.exec_plugins = ''/path/to/%1$s'' and SELECT pg_reload_conf(), '
        'if %1$s is installed on the database''s machine; and GRANT pg_execute_server_program to the server''s owner.', login #>> '{exec,command}') || coalesce(k8s_fdw.login_advice(login), ''));
  ELSIF token = '' AND file IS NULL AND login ? 'auth-provider' AND login->'auth-provider' <> 'null' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" logs in through an auth-provider (%s), which only kubectl can',
      name, coalesce(login #>> '{auth-provider,name}', 'unnamed')), ways_out || coalesce(k8s_fdw.login_advice(login), ''));
  END IF;

  certificate := k8s_fdw.kubeconfig_data(login, 'client-certificate', subject, folder);
  key := k8s_fdw.kubeconfig_data(login, 'client-key', subject, folder);
  IF (certificate IS NULL) <> (key IS NULL) THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" has only one of client-certificate and client-key', name), 'Each is of no use without the other.');
  ELSIF coalesce(login->>'username', '') <> '' AND (token <> '' OR file IS NOT NULL) THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" has a token and a user name', name),
      'kubectl refuses it as well, for only one of them can be sent: remove the other.');
  ELSIF (coalesce(login->>'username', '') = '') <> (coalesce(login->>'password', '') = '') THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" has only one of username and password', name), 'Each is of no use without the other.');
  END IF;
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'token', nullif(token, ''), 'token_file', file, 'client_certificate_data', certificate, 'client_key_data', key,
    'username', nullif(login->>'username', ''), 'password', nullif(login->>'password', '')));
END $$;

-- The server's options as its kubeconfig wants them, and the credentials. `kept` are the options that the statement
-- itself gave. `owners` are as for with_kubeconfig(). A by_hand server has a token of its own.
CREATE OR REPLACE FUNCTION k8s_fdw.with_own_kubeconfig(
  given jsonb, new_server oid, owners oid[], kept text[], by_hand boolean, own_user boolean, OUT options jsonb, OUT credentials jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  source constant text := given->>'kubeconfig';
  folder constant text := substring(source FROM '^/(?:.*/)?');
  config jsonb;
  context_name text;
  context jsonb;
  login jsonb := '{}';
  impersonation jsonb := '{}';
  former constant text[] := ARRAY(SELECT o FROM unnest(k8s_fdw.connection_options() || ARRAY['api_url']) AS o WHERE o <> ALL (kept));
BEGIN
  IF folder IS NOT NULL THEN
    config := k8s_fdw.parse_kubeconfig(k8s_fdw.read_kubeconfig(source, owners));
  ELSE
    config := k8s_fdw.parse_kubeconfig(source);
    PERFORM k8s_fdw.refuse_named_files(config, owners, true);
  END IF;
  IF new_server IS NOT NULL AND (folder IS NOT NULL OR (k8s_fdw.named_file(config, true)).path IS NOT NULL) THEN
    PERFORM set_config('k8s_fdw.read_for', concat_ws(',', nullif(current_setting('k8s_fdw.read_for', true), ''), new_server), false);
  END IF;

  context_name := coalesce(given->>'context', nullif(config->>'current-context', ''));
  context := k8s_fdw.kubeconfig_entry(config, 'contexts', 'context', context_name);
  credentials := '{}';
  IF NOT by_hand AND coalesce(context->>'user', '') <> '' THEN
    login := k8s_fdw.kubeconfig_entry(config, 'users', 'user', context->>'user');
    IF NOT own_user THEN
      impersonation := k8s_fdw.kubeconfig_impersonation(login, context->>'user');
    END IF;
    credentials := k8s_fdw.kubeconfig_credentials(login, context->>'user', folder);
  END IF;
  options := given - former
    || (k8s_fdw.kubeconfig_connection(k8s_fdw.kubeconfig_entry(config, 'clusters', 'cluster', context->>'cluster'), context->>'cluster', folder) - kept);
  -- A CA that the statement gave is meant to be used, and a certificate that it does not want verified is not.
  IF options ?& ARRAY['certificate_authority_data', 'insecure_skip_tls_verify'] THEN
    options := options - CASE WHEN 'certificate_authority_data' = ANY (kept) THEN 'insecure_skip_tls_verify' ELSE 'certificate_authority_data' END;
  END IF;
  IF impersonation <> '{}' THEN
    options := options - 'impersonate_groups' || impersonation;
  END IF;
  options := CASE WHEN folder IS NULL THEN options - ARRAY['context', 'kubeconfig_read'] || jsonb_build_object('kubeconfig', 'text, context ' || context_name)
                  ELSE options || '{"kubeconfig_read": "true"}' END;
  PERFORM k8s_fdw.remark_context(context, context_name, NOT by_hand AND credentials = '{}');
END $$;

-- What marks a mapping as the extension's own: a checksum of its other options, so that one which somebody has changed
-- counts as made by hand.
CREATE OR REPLACE FUNCTION k8s_fdw.with_mark(credentials jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT credentials || jsonb_build_object('taken_from_kubeconfig', md5(string_agg(o.key || '=' || o.value, E'\n' ORDER BY o.key COLLATE "C")))
    FROM jsonb_each_text(credentials - 'taken_from_kubeconfig') AS o
$$;

-- Whether any mapping of the server names a file. It runs with its owner's rights, as others may not see the options,
-- and tells no more of them.
CREATE OR REPLACE FUNCTION k8s_fdw.names_token_file(server oid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM pg_user_mapping AS m, pg_options_to_table(m.umoptions) AS o WHERE m.umserver = server AND o.option_name = 'token_file')
$$;

-- Lets Postgres drop the extension's own mapping with its server, for who writes DROP SERVER does not know of it; one
-- that was made or changed by hand keeps the server from being dropped without CASCADE, as any mapping does. Nothing
-- but the kind of that dependency is changed, so whoever calls this gains nothing by it.
CREATE OR REPLACE FUNCTION k8s_fdw.tie_mapping(server oid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE pg_depend AS d SET deptype = m.wanted
    FROM (SELECT u.oid, CASE WHEN g.given = k8s_fdw.with_mark(g.given) THEN 'a' ELSE 'n' END::"char" AS wanted
            FROM pg_user_mapping AS u
            JOIN pg_foreign_server AS s ON s.oid = u.umserver
            JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
            CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') AS given FROM pg_options_to_table(u.umoptions) AS o) AS g
           WHERE u.umserver = server AND u.umuser = 0 AND k8s_fdw.own_host(w.fdwname)) AS m
   WHERE d.classid = 'pg_user_mapping'::regclass AND d.objid = m.oid AND d.objsubid = 0
     AND d.refclassid = 'pg_foreign_server'::regclass AND d.refobjid = server AND d.deptype IN ('a', 'n') AND d.deptype <> m.wanted;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END $$;

-- Gives the server's mapping for PUBLIC these credentials; none of them means that there is to be no such mapping. The
-- credentials of a former cluster must not be sent to this one.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_credentials(server oid, server_name text, credentials jsonb, from_text boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted constant jsonb := CASE WHEN credentials = '{}' THEN '{}' ELSE k8s_fdw.with_mark(credentials) END;
  there record;
  problem text;
  remark text;
BEGIN
  SELECT m.umid, coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(m.umoptions) AS o), '{}') AS options
    INTO there FROM pg_user_mappings AS m WHERE m.srvid = server AND m.umuser = 0;
  IF there.umid IS NOT NULL AND there.options IS DISTINCT FROM k8s_fdw.with_mark(there.options) THEN
    IF credentials <> '{}' THEN
      problem := format('the credentials of the kubeconfig are not taken, as server "%s" has a user mapping for PUBLIC that was made by hand', server_name);
      PERFORM k8s_fdw.caution(problem,
        format('What that holds is sent to %s. To take the kubeconfig''s: DROP USER MAPPING FOR PUBLIC SERVER %I; then ALTER SERVER %I OPTIONS (SET kubeconfig …).',
               (SELECT o.option_value FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o WHERE s.oid = server AND o.option_name = 'api_url'),
               server_name, server_name), from_text);
    END IF;
    RETURN;
  END IF;
  IF wanted = '{}' THEN
    IF there.umid IS NOT NULL THEN
      PERFORM k8s_fdw.run(format('DROP USER MAPPING FOR PUBLIC SERVER %I', server_name));
    END IF;
    RETURN;
  ELSIF there.umid IS NULL THEN
    PERFORM k8s_fdw.run(format('CREATE USER MAPPING FOR PUBLIC SERVER %I OPTIONS (%s)', server_name,
      (SELECT string_agg(format('%I %L', o.key, o.value), ', ' ORDER BY o.key) FROM jsonb_each_text(wanted) AS o)));
    remark := format('the credentials of the kubeconfig are kept in the user mapping of server "%s" for PUBLIC: its tables are read with them, and only its owner can see them',
                     server_name);
    RAISE NOTICE '%', remark;
  ELSIF there.options <> wanted THEN
    PERFORM k8s_fdw.run(format('ALTER USER MAPPING FOR PUBLIC SERVER %I OPTIONS (%s)', server_name, k8s_fdw.option_changes(there.options, wanted)));
  END IF;
  PERFORM k8s_fdw.tie_mapping(server);
END $$;

-- After CREATE and ALTER USER MAPPING. The file of a mapping is read for the server's owner too, who decides where its
-- content is sent, so he needs the right to read files as well as who named it.
CREATE OR REPLACE FUNCTION k8s_fdw.complete_mapping(mapping oid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  server record;
BEGIN
  SELECT s.oid, s.srvname, s.srvowner, m.umoptions IS NULL OR EXISTS (
           SELECT FROM pg_options_to_table(m.umoptions) AS o WHERE o.option_name IN ('token', 'password', 'client_key_data', 'login_key')) AS holds_secret
    INTO server
    FROM pg_user_mappings AS m JOIN pg_foreign_server AS s ON s.oid = m.srvid JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
   WHERE m.umid = mapping AND k8s_fdw.own_host(w.fdwname);
  IF server.oid IS NOT NULL THEN
    PERFORM k8s_fdw.refuse_token_file(server.oid, server.srvname, server.srvowner);
    PERFORM k8s_fdw.tie_mapping(server.oid);
    IF server.holds_secret AND NOT k8s_fdw.is_nested() THEN
      PERFORM k8s_fdw.remark_kept_text(server.srvname);
    END IF;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.refuse_token_file(server oid, server_name text, owner oid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT has_function_privilege(owner, 'k8s_fdw.read_server_file(text)', 'EXECUTE') AND k8s_fdw.names_token_file(server) THEN
    RAISE EXCEPTION 'a user mapping of server "%" has a token_file, and its owner "%" may not read the server''s files',
        server_name, (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner)
      USING ERRCODE = 'insufficient_privilege',
            HINT = format('The owner says where the token is sent. Give the token itself (token); or GRANT pg_read_server_files TO %I.',
                          (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner));
  END IF;
END $$;
