-- renew(): a new token before the present one ends, kept where that one is. If anything fails, the present token must
-- stay. It runs with the caller's rights, and sends the secrets of a server's owner nowhere that the owner could not.

-- What the last renewal noted; NULL if there was none.
CREATE OR REPLACE FUNCTION k8s_fdw.login_record(options jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM (options->>'login_record')::jsonb->>'at', ((options->>'login_record')::jsonb->>'ends')::timestamptz;
  RETURN (options->>'login_record')::jsonb;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- Raises if the caller's rights would serve the owner of the server, who lacks them: his options name the secrets, and
-- where they are sent.
CREATE OR REPLACE FUNCTION k8s_fdw.check_login_rights(server name, owner oid, options jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  owner_name constant name := (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner);
BEGIN
  IF NOT pg_has_role(owner, 'USAGE') THEN
    RAISE EXCEPTION 'must be owner of foreign server %', server
      USING ERRCODE = 'insufficient_privilege', HINT = format('Its owner "%s" can renew its token.', owner_name);
  ELSIF owner_name <> current_user AND options ?| ARRAY['api_key_id', 'api_key_name', 'login_secret'] AND NOT coalesce(
      k8s_fdw.reads_vault(owner) AND (SELECT bool_and(has_function_privilege(owner, p.oid, 'EXECUTE')) FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                                       WHERE n.nspname = 'vault' AND p.proname = 'update_secret'), false) THEN
    RAISE EXCEPTION 'server "%" names a secret of Vault, and its owner "%" may not read and change secrets there', server, owner_name
      USING ERRCODE = 'insufficient_privilege', HINT = 'With your rights the secret would be sent where the owner of the server says. Own the server yourself, or let its owner use Vault.';
  END IF;
END $$;

-- Whether it is time: less than `before` is left, which is a third of the token's life and at least ten minutes if it is
-- NULL. A token that does not say when it ends is always due.
CREATE OR REPLACE FUNCTION k8s_fdw.is_due(begins timestamptz, ends timestamptz, before interval) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(ends - clock_timestamp() < coalesce(before, greatest((ends - begins) / 3, interval '10 minutes'), interval '10 minutes'), true) $$;

CREATE OR REPLACE FUNCTION k8s_fdw.options_of_server(server oid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(s.srvoptions) AS o), '{}')
    FROM pg_foreign_server AS s WHERE s.oid = server
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.set_server_options(server name, given jsonb, wanted jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  changes constant text := k8s_fdw.option_changes(given, wanted);
BEGIN
  IF changes IS NOT NULL THEN
    PERFORM k8s_fdw.run(format('ALTER SERVER %I OPTIONS (%s)', server, changes));
  END IF;
END $$;

-- Puts a secret into a user mapping of the server. A mapping that was taken from a kubeconfig stays one.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_in_mapping(server oid, server_name name, role text, option text, secret text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given jsonb;
  mark text := '';
  nothing text;
BEGIN
  SELECT coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(m.umoptions) AS o), '{}') INTO given
    FROM pg_user_mappings AS m WHERE m.srvid = server AND CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END = role;
  IF given ? 'taken_from_kubeconfig' AND given = k8s_fdw.with_mark(given) THEN
    mark := format(', SET taken_from_kubeconfig %L', k8s_fdw.with_mark(given || jsonb_build_object(option, secret))->>'taken_from_kubeconfig');
  END IF;
  nothing := k8s_fdw.run(CASE WHEN given IS NULL THEN format('CREATE USER MAPPING FOR %s SERVER %I OPTIONS (%I %L)', role, server_name, option, secret)
    ELSE format('ALTER USER MAPPING FOR %s SERVER %I OPTIONS (%s %I %L%s)', role, server_name, CASE WHEN given ? option THEN 'SET' ELSE 'ADD' END, option, secret, mark) END);
  IF current_setting('pg_stat_statements.track', true) = 'all' THEN
    PERFORM k8s_fdw.remark_kept_text(server_name);
  END IF;
END $$;

-- Keeps the new token where the present one is; a first one in Vault if the role may use it, else in a user mapping of
-- our own host. Gives the server's options as they are then.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_token(server oid, server_name name, options jsonb, place text, key text, token text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own constant boolean := k8s_fdw.own_host(k8s_fdw.wrapper_of_server(server));
  secret_id text;
  nothing text;
BEGIN
  IF place = 'vault' THEN
    nothing := vault.update_secret(key::uuid, token);
  ELSIF place = 'mapping' OR key IS NOT NULL THEN
    nothing := k8s_fdw.keep_in_mapping(server, server_name, key, 'token', token);
  ELSIF k8s_fdw.vault_state() = 'usable' THEN
    secret_id := k8s_fdw.keep_in_vault(token, NULL, server, server_name);
    RETURN options || jsonb_build_object('api_key_id', secret_id);
  ELSIF own THEN
    nothing := k8s_fdw.keep_in_mapping(server, server_name, 'PUBLIC', 'token', token);
  ELSE
    RAISE EXCEPTION 'there is no place for the token of server "%"', server_name
      USING ERRCODE = 'feature_not_supported', HINT = 'It takes Vault, and the right to use it: CREATE EXTENSION supabase_vault;';
  END IF;
  RETURN options;
END $$;

-- Keeps a login's secret where the former one is.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_login_secret(server oid, server_name name, options jsonb, secret text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found record;
  nothing text;
BEGIN
  found := k8s_fdw.login_secret(server, options);
  IF found.place = 'vault' THEN
    nothing := vault.update_secret(found.key::uuid, secret);
  ELSE
    nothing := k8s_fdw.keep_in_mapping(server, server_name, found.key, 'login_key', secret);
  END IF;
END $$;

-- Raises unless the cluster takes the token. An API server answers 401 to one that it does not take, whatever is asked.
CREATE OR REPLACE FUNCTION k8s_fdw.check_new_token(server oid, options jsonb, token text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  reply record;
BEGIN
  reply := k8s_fdw.login_request(server, rtrim(options->>'api_url', '/') || '/version', '', token, true);
  IF reply.status = 401 THEN
    RAISE EXCEPTION 'the cluster does not take the new token (HTTP 401), so the present one stays'
      USING ERRCODE = 'fdw_unable_to_create_reply', HINT = 'The login gave a token that is for something else: see the login_ options of the server. SELECT * FROM k8s_fdw.renew(…) tries again.';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.renew(server_name name, force boolean DEFAULT false, before interval DEFAULT NULL)
RETURNS TABLE (server name, renewed boolean, ends timestamptz, detail text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  subject record;
  options jsonb;
  present record;
  told record;
  kept jsonb;
  method text;
  made record;
  rotated boolean := false;
  problem text;
  advice text;
  nothing text;
BEGIN
  SELECT s.oid, s.srvname, s.srvowner, w.fdwname INTO subject
    FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw WHERE s.srvname = server_name;
  options := k8s_fdw.options_of_server(subject.oid);
  PERFORM k8s_fdw.check_server_name(server_name, subject.fdwname, options), k8s_fdw.check_login_rights(server_name, subject.srvowner, options);
  -- Two at once would use a refresh token twice, which some take for a theft.
  PERFORM pg_advisory_xact_lock(hashtext('k8s_fdw.renew'), subject.oid::integer);
  options := k8s_fdw.options_of_server(subject.oid);
  present := k8s_fdw.present_token(subject.oid);
  kept := k8s_fdw.login_record(options);
  told := k8s_fdw.token_end(present.token);
  IF NOT told.says AND kept->>'mark' = k8s_fdw.token_mark(present.token) THEN
    told.begins := kept->>'at';
    told.ends := kept->>'ends';
  END IF;

  IF present.place = 'elsewhere' THEN
    RETURN QUERY SELECT server_name, false, NULL::timestamptz, 'the token comes from a file or a program, and is read anew when it changes';
    RETURN;
  ELSIF present.place = 'option' THEN
    RAISE EXCEPTION 'the token of server "%" stands in its options, where every role can read it, so it is not renewed there', server_name
      USING ERRCODE = 'feature_not_supported', HINT = format('SELECT vault.create_secret(''<token>'', %1$L); then ALTER SERVER %2$I OPTIONS (DROP api_key, ADD api_key_name %1$L). '
        'On k8s_fdw''s own host a user mapping is as good: CREATE USER MAPPING FOR PUBLIC SERVER %2$I OPTIONS (token ''<token>'').', 'token of ' || server_name, server_name);
  ELSIF present.place IS NOT NULL AND present.token IS NULL THEN
    RAISE EXCEPTION 'the token of server "%" cannot be read', server_name
      USING ERRCODE = 'insufficient_privilege', HINT = CASE present.place WHEN 'vault' THEN format('Is the secret there? GRANT USAGE ON SCHEMA vault TO %1$I; GRANT SELECT ON vault.decrypted_secrets TO %1$I;', current_user)
        ELSE 'Postgres shows a user mapping to the owner of the server: let the owner renew.' END;
  END IF;
  method := coalesce(options->>'login', CASE WHEN k8s_fdw.jwt_claims(present.token)->>'sub' LIKE 'system:serviceaccount:%' THEN 'service_account' END);
  IF method IS NULL THEN
    RAISE EXCEPTION 'server "%" does not say how its token is renewed', server_name
      USING ERRCODE = 'fdw_option_name_not_found', HINT = format('The option login says it: ALTER SERVER %I OPTIONS (ADD login ''…'').', server_name);
  ELSIF NOT force AND told.says AND told.ends IS NULL THEN
    RETURN QUERY SELECT server_name, false, NULL::timestamptz, 'the token has no end';
    RETURN;
  ELSIF NOT force AND present.token IS NOT NULL AND NOT k8s_fdw.is_due(told.begins, told.ends, before) THEN
    RETURN QUERY SELECT server_name, false, told.ends, format('the token is good for another %s', k8s_fdw.span_text(told.ends - clock_timestamp()));
    RETURN;
  END IF;

  -- A server without a token has no place for it yet; then the login itself says what it lacks.
  IF method <> 'service_account' AND coalesce(present.place = 'vault', false) AND (k8s_fdw.login_secret(subject.oid, options)).key = present.key THEN
    RAISE EXCEPTION 'server "%" has its token and the secret of its login in one secret of Vault, so the token would replace it', server_name
      USING ERRCODE = 'fdw_invalid_attribute_value', HINT = format('ALTER SERVER %I OPTIONS (DROP api_key_…); the first renewal makes a secret for the token.', server_name);
  END IF;
  CASE method
    WHEN 'eks' THEN made := k8s_fdw.login_eks(subject.oid, options);
    WHEN 'azure' THEN made := k8s_fdw.login_azure(subject.oid, options);
    WHEN 'google' THEN made := k8s_fdw.login_google(subject.oid, options);
    WHEN 'oidc' THEN
      made := k8s_fdw.login_oidc(subject.oid, options);
      rotated := made.renewed IS NOT NULL;
      IF rotated THEN
        nothing := k8s_fdw.keep_login_secret(subject.oid, server_name, options, made.renewed);
      END IF;
    ELSE made := k8s_fdw.login_service_account(subject.oid, options, present.token);
  END CASE;
  BEGIN
    IF coalesce(made.token !~ '^[!-~]+$', true) THEN
      RAISE EXCEPTION 'what the login gave for server "%" is no bearer token', server_name
        USING ERRCODE = 'fdw_unable_to_create_reply',
              HINT = CASE method WHEN 'oidc' THEN 'Is openid among the scopes (login_scope)? ' ELSE 'See the login_ options of the server. ' END || 'The present token stays.';
    END IF;
    nothing := k8s_fdw.check_new_token(subject.oid, options, made.token);
    options := k8s_fdw.keep_token(subject.oid, server_name, options, present.place, present.key, made.token) || jsonb_build_object('login_record', jsonb_build_object(
      'at', k8s_fdw.time_text(clock_timestamp()), 'ends', k8s_fdw.time_text(made.ends), 'how', method, 'mark', k8s_fdw.token_mark(made.token))::text);
    PERFORM k8s_fdw.set_server_options(server_name, k8s_fdw.options_of_server(subject.oid), options);
  EXCEPTION WHEN OTHERS THEN
    IF NOT rotated THEN
      RAISE;
    END IF;
    -- The former refresh token may be worth nothing by now, so the new one must not be lost with this statement.
    GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
    problem := SQLERRM;
    RAISE WARNING 'the token of server "%" was not renewed: %', server_name, problem USING HINT = advice;
    RETURN QUERY SELECT server_name, false, told.ends, problem;
    RETURN;
  END;
  RETURN QUERY SELECT server_name, true, made.ends, format('a new token by %s', method);
END $$;

-- Every server that says how, or has been renewed before, of those that this role may renew. One that fails is a row and
-- a warning, and the others go on.
CREATE OR REPLACE FUNCTION k8s_fdw.renew_all(force boolean DEFAULT false, before interval DEFAULT NULL)
RETURNS TABLE (server name, renewed boolean, ends timestamptz, detail text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  each record;
  advice text;
BEGIN
  FOR each IN
    SELECT s.srvname FROM pg_foreign_server AS s
     WHERE pg_has_role(s.srvowner, 'USAGE') AND EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name IN ('login', 'login_record'))
     ORDER BY 1
  LOOP
    BEGIN
      RETURN QUERY SELECT r.* FROM k8s_fdw.renew(each.srvname, force, before) AS r;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
      RETURN QUERY SELECT each.srvname, NULL::boolean, NULL::timestamptz, SQLERRM || coalesce(' ' || nullif(advice, ''), '');
      advice := coalesce(nullif(advice, ''), format('SELECT * FROM k8s_fdw.renew(%L, force => true); tries it alone.', each.srvname));
      RAISE WARNING 'the token of server "%" was not renewed: %', each.srvname, SQLERRM USING HINT = advice;
    END;
  END LOOP;
END $$;
