-- How each kind of cluster gives a new token. A function for each: from the server's options and secrets to a token and
-- when it ends.

-- Kubernetes' own TokenRequest: a service account's token asks for the next one, which takes a right to do so.
CREATE OR REPLACE FUNCTION k8s_fdw.login_service_account(server oid, options jsonb, present text, OUT token text, OUT ends timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  claims constant jsonb := k8s_fdw.jwt_claims(present);
  account constant text[] := regexp_match(claims->>'sub', '^system:serviceaccount:([a-z0-9]([-a-z0-9]*[a-z0-9])?):([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$');
  former constant record := k8s_fdw.token_end(present);
  url constant text := format('%s/api/v1/namespaces/%s/serviceaccounts/%s/token', rtrim(options->>'api_url', '/'), account[1], account[3]);
  -- What the present token lasts, unless the server says. Kubernetes gives none for less than ten minutes.
  seconds constant bigint := coalesce((options->>'login_seconds')::bigint, greatest(600, extract(epoch FROM former.ends - former.begins)::bigint), 3600);
  audiences constant text[] := regexp_split_to_array(options->>'login_audience', '\s*,\s*');
  reply record;
BEGIN
  IF account IS NULL THEN
    RAISE EXCEPTION 'the token is not that of a service account, so Kubernetes gives no new one for it'
      USING ERRCODE = 'fdw_invalid_attribute_value',
            HINT = 'The server option login says where its tokens come from. Or give it the token of a service account: kubectl create token …';
  END IF;
  reply := k8s_fdw.login_request(server, url, jsonb_build_object(
    'apiVersion', 'authentication.k8s.io/v1', 'kind', 'TokenRequest',
    'spec', jsonb_strip_nulls(jsonb_build_object('audiences', to_jsonb(audiences), 'expirationSeconds', seconds)))::text, present, true);
  token := reply.answer #>> '{status,token}';
  IF reply.status NOT IN (200, 201) OR token IS NULL THEN
    PERFORM k8s_fdw.login_refused(url, reply.status, reply.answer, ARRAY[present], CASE
      WHEN reply.status = 401 THEN format('The present token is not taken any more. Give the server a new one: kubectl create token %s --namespace=%s', account[3], account[1])
      WHEN reply.status = 403 THEN format('The account needs the right to ask for its own tokens: kubectl create role %1$s --verb=create --resource=serviceaccounts/token --resource-name=%2$s --namespace=%3$s; '
        'kubectl create rolebinding %1$s --role=%1$s --serviceaccount=%3$s:%2$s --namespace=%3$s', 'renew-' || account[3], account[3], account[1])
      WHEN reply.status = 422 THEN 'The options login_seconds and login_audience say what is asked for.'
      ELSE 'Is api_url the URL of an API server? The present token stays.' END);
  END IF;
  ends := coalesce((k8s_fdw.token_end(token)).ends, (reply.answer #>> '{status,expirationTimestamp}')::timestamptz);
END $$;

-- The secret that a login is proved with: of the user mapping on our own host, or of Vault, where the option login_secret
-- has its name or id. `place` and `key` are as for present_token().
CREATE OR REPLACE FUNCTION k8s_fdw.login_secret(server oid, options jsonb, OUT place text, OUT key text, OUT secret text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF options ? 'login_secret' THEN
    place := 'vault';
    IF k8s_fdw.vault_state() IN ('usable', 'denied') AND k8s_fdw.reads_vault((SELECT r.oid FROM pg_roles AS r WHERE r.rolname = current_user)) THEN
      SELECT d.id, btrim(d.decrypted_secret, E' \t\r\n') INTO key, secret FROM vault.decrypted_secrets AS d
       WHERE d.name = options->>'login_secret' OR d.id::text = lower(options->>'login_secret') ORDER BY d.name IS DISTINCT FROM options->>'login_secret' LIMIT 1;
    END IF;
  ELSIF k8s_fdw.own_host(k8s_fdw.wrapper_of_server(server)) THEN
    SELECT 'mapping', CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, btrim(o.option_value, E' \t\r\n') INTO place, key, secret
      FROM pg_user_mappings AS m CROSS JOIN pg_options_to_table(m.umoptions) AS o
     WHERE m.srvid = server AND (m.umuser = 0 OR m.usename = current_user) AND o.option_name = 'login_key'
     ORDER BY m.umuser = 0 LIMIT 1;
  END IF;
  IF coalesce(secret, '') = '' THEN
    RAISE EXCEPTION 'the secret for the login % cannot be read', options->>'login'
      USING ERRCODE = 'insufficient_privilege',
            HINT = CASE WHEN place = 'vault' THEN format('Vault has no secret "%s" for you: vault.create_secret() keeps one, and it takes USAGE on schema vault and SELECT on vault.decrypted_secrets to read it.', options->>'login_secret')
              ELSE 'Keep it in Vault, and give its name to the server as login_secret. On k8s_fdw''s own host a user mapping has it as well: OPTIONS (login_key ''<secret>'').' END;
  END IF;
END $$;

-- The secret as JSON; NULL if it is a text.
CREATE OR REPLACE FUNCTION k8s_fdw.secret_json(secret text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN CASE WHEN secret LIKE '{%' THEN secret::jsonb END;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- Raises if one of these options is not there, and the method cannot do without.
CREATE OR REPLACE FUNCTION k8s_fdw.need_options(options jsonb, VARIADIC names text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing constant text[] := ARRAY(SELECT n FROM unnest(names) AS n WHERE NOT options ? n);
BEGIN
  IF missing <> '{}' THEN
    RAISE EXCEPTION 'the login % needs the server option %', options->>'login', array_to_string(missing, ' and ')
      USING ERRCODE = 'fdw_option_name_not_found', HINT = 'ALTER SERVER … OPTIONS (ADD ' || array_to_string(missing, ' ''…'', ADD ') || ' ''…'').';
  END IF;
END $$;

-- A token of an OAuth 2.0 token endpoint: `field` of its answer. `secrets` are not repeated if it refuses.
CREATE OR REPLACE FUNCTION k8s_fdw.login_oauth(server oid, url text, body text, field text, secrets text[], advice text, OUT token text, OUT ends timestamptz, OUT answer jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  reply record;
  nothing text;
BEGIN
  PERFORM k8s_fdw.check_login_url(url);
  reply := k8s_fdw.login_request(server, url, body, NULL, false);
  answer := CASE jsonb_typeof(reply.answer) WHEN 'object' THEN reply.answer END;
  token := answer->>field;
  -- Where there is another refresh token and nothing else, it has to be kept before that is an error.
  IF reply.status <> 200 OR token IS NULL AND NOT coalesce(answer ? 'refresh_token', false) THEN
    nothing := k8s_fdw.login_refused(url, reply.status, reply.answer, secrets, CASE WHEN reply.status = 200 THEN format('The answer has no %s.', field) ELSE advice END);
  END IF;
  ends := coalesce((k8s_fdw.token_end(token)).ends,
    clock_timestamp() + make_interval(secs => CASE WHEN answer->>'expires_in' ~ '^[0-9]{1,9}$' THEN (answer->>'expires_in')::double precision END));
END $$;

-- EKS: the token is a request to STS that says who asks, signed and never sent. EKS sends it. So nothing is asked for.
CREATE OR REPLACE FUNCTION k8s_fdw.eks_token(host text, region text, cluster text, key text, secret text, session text, moment text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- In the order of their names. The cluster's name is a header that is signed as well, so the token is for no other.
  query constant text := k8s_fdw.form('Action', 'GetCallerIdentity', 'Version', '2011-06-15', 'X-Amz-Algorithm', 'AWS4-HMAC-SHA256',
    'X-Amz-Credential', concat_ws('/', key, left(moment, 8), region, 'sts', 'aws4_request'), 'X-Amz-Date', moment, 'X-Amz-Expires', '60',
    'X-Amz-Security-Token', session, 'X-Amz-SignedHeaders', 'host;x-k8s-aws-id');
  canonical constant text := concat_ws(E'\n', 'GET', '/', query, 'host:' || host, 'x-k8s-aws-id:' || cluster, '', 'host;x-k8s-aws-id', encode(sha256(''), 'hex'));
BEGIN
  RETURN 'k8s-aws-v1.' || k8s_fdw.base64url(convert_to(format('https://%s/?%s&X-Amz-Signature=%s', host, query,
    k8s_fdw.aws_signature(secret, moment, region, 'sts', canonical)), 'UTF8'));
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.login_eks(server oid, options jsonb, OUT token text, OUT ends timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found record;
  -- As `aws sts assume-role` and `aws configure export-credentials` print it; or the secret access key alone.
  keys jsonb;
  region constant text := options->>'login_region';
  host text;
BEGIN
  PERFORM k8s_fdw.need_options(options, 'login_cluster', 'login_region');
  found := k8s_fdw.login_secret(server, options);
  keys := k8s_fdw.secret_json(found.secret);
  keys := coalesce(keys->'Credentials', keys, jsonb_build_object('AccessKeyId', options->>'login_client', 'SecretAccessKey', found.secret));
  IF coalesce(keys->>'AccessKeyId' !~ '^[A-Za-z0-9_]{4,}$', true) OR coalesce(keys->>'SecretAccessKey', '') = '' THEN
    RAISE EXCEPTION 'the secret for the login eks is no access key'
      USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'Keep what "aws configure export-credentials" prints; or the secret access key alone, and give its id to the server as login_client.';
  END IF;
  IF region !~ '^[a-z0-9-]+$' THEN
    RAISE EXCEPTION 'the option login_region is no region of AWS' USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'aws configure get region prints one: eu-west-1.';
  ELSIF options->>'login_url' !~ '^https://([^/]+)/?$' THEN
    RAISE EXCEPTION 'the option login_url is no endpoint of STS' USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'For example https://sts.eu-west-1.amazonaws.com. Without it login_region says the endpoint.';
  END IF;
  host := coalesce(substring(options->>'login_url' FROM '^https://([^/]+)/?$'), 'sts.' || region || CASE
    WHEN region LIKE 'cn-%' THEN '.amazonaws.com.cn' WHEN region LIKE 'eusc-%' THEN '.amazonaws.eu'
    WHEN region LIKE 'us-isob-%' THEN '.sc2s.sgov.gov' WHEN region LIKE 'us-iso-%' THEN '.c2s.ic.gov' ELSE '.amazonaws.com' END);
  token := k8s_fdw.eks_token(host, region, options->>'login_cluster', keys->>'AccessKeyId', keys->>'SecretAccessKey', keys->>'SessionToken',
                             to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'));
  ends := (k8s_fdw.token_end(token)).ends;
END $$;

-- AKS with Entra ID: an application's secret for a token for AKS, which is an application of that id in every tenant.
CREATE OR REPLACE FUNCTION k8s_fdw.login_azure(server oid, options jsonb, OUT token text, OUT ends timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found record;
  given record;
BEGIN
  PERFORM k8s_fdw.need_options(options, VARIADIC ARRAY['login_client'] || CASE WHEN options ? 'login_url' THEN '{}' ELSE ARRAY['login_tenant'] END);
  IF options->>'login_tenant' !~ '^[A-Za-z0-9.-]+$' THEN
    RAISE EXCEPTION 'the option login_tenant is no id or domain of a tenant' USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'az account show prints it as tenantId.';
  END IF;
  found := k8s_fdw.login_secret(server, options);
  given := k8s_fdw.login_oauth(server, coalesce(options->>'login_url', format('https://login.microsoftonline.com/%s/oauth2/v2.0/token', options->>'login_tenant')),
    k8s_fdw.form('grant_type', 'client_credentials', 'client_id', options->>'login_client', 'client_secret', found.secret,
                 'scope', coalesce(options->>'login_scope', '6dae42f8-4368-4678-94ff-3960e28e3630/.default')),
    'access_token', ARRAY[found.secret], 'Are login_tenant and login_client right, and is the secret the value of a client secret that has not ended? The present token stays.');
  token := given.token;
  ends := given.ends;
END $$;

-- OpenID Connect: a refresh token for an ID token, as kubectl's oidc does it. `renewed` is the secret as it has to be kept
-- from then on, if the provider gave another refresh token: the former may be worth nothing any more.
CREATE OR REPLACE FUNCTION k8s_fdw.login_oidc(server oid, options jsonb, OUT token text, OUT ends timestamptz, OUT renewed text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found record;
  given record;
  reply record;
  keys jsonb;
  refresh text;
  issuer constant text := rtrim(options->>'login_url', '/');
BEGIN
  PERFORM k8s_fdw.need_options(options, 'login_url', 'login_client');
  PERFORM k8s_fdw.check_login_url(issuer);
  found := k8s_fdw.login_secret(server, options);
  keys := k8s_fdw.secret_json(found.secret);
  refresh := CASE WHEN keys IS NULL THEN found.secret ELSE keys->>'refresh_token' END;
  IF coalesce(refresh, '') = '' THEN
    RAISE EXCEPTION 'the secret for the login oidc has no refresh token'
      USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'Keep the refresh token alone, or {"refresh_token": "…", "client_secret": "…"}.';
  END IF;
  reply := k8s_fdw.login_request(server, issuer || '/.well-known/openid-configuration', '', NULL, false);
  IF reply.status <> 200 OR reply.answer->>'token_endpoint' IS NULL OR rtrim(reply.answer->>'issuer', '/') IS DISTINCT FROM issuer THEN
    RAISE EXCEPTION '% is not the issuer that its own description names', issuer
      USING ERRCODE = 'fdw_unable_to_create_reply', HINT = format('%s/.well-known/openid-configuration must have this issuer and a token_endpoint (HTTP %s). The option login_url takes the issuer, as idp-issuer-url of the kubeconfig or --oidc-issuer-url has it.', issuer, reply.status);
  END IF;
  given := k8s_fdw.login_oauth(server, reply.answer->>'token_endpoint',
    k8s_fdw.form('grant_type', 'refresh_token', 'refresh_token', refresh, 'client_id', options->>'login_client', 'client_secret', keys->>'client_secret', 'scope', options->>'login_scope'),
    'id_token', ARRAY[refresh, keys->>'client_secret'],
    'A refresh token that has ended or was used before takes a new login: keep the new refresh token in its place. The client''s secret, if it has one, is sent in the form (client_secret_post). The present token stays.');
  token := given.token;
  ends := given.ends;
  IF jsonb_typeof(given.answer->'refresh_token') = 'string' AND given.answer->>'refresh_token' NOT IN ('', refresh) THEN
    renewed := CASE WHEN keys IS NULL THEN given.answer->>'refresh_token' ELSE (keys || jsonb_build_object('refresh_token', given.answer->>'refresh_token'))::text END;
  END IF;
END $$;

-- GKE: the key of a Google service account signs a request for a token; or a user's refresh token, as
-- `gcloud auth application-default login` writes it.
CREATE OR REPLACE FUNCTION k8s_fdw.login_google(server oid, options jsonb, OUT token text, OUT ends timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found record;
  given record;
  keys jsonb;
  endpoint text;
  now_seconds constant bigint := extract(epoch FROM clock_timestamp());
  -- With the second one GKE knows the account by its e-mail address, as role bindings name it.
  scope constant text := coalesce(options->>'login_scope', 'https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email');
  message text;
  signed bytea;
  body text;
BEGIN
  found := k8s_fdw.login_secret(server, options);
  keys := k8s_fdw.secret_json(found.secret);
  endpoint := coalesce(keys->>'token_uri', 'https://oauth2.googleapis.com/token');
  IF keys->>'type' = 'service_account' THEN
    message := k8s_fdw.base64url(convert_to(jsonb_strip_nulls(jsonb_build_object('alg', 'RS256', 'typ', 'JWT', 'kid', keys->>'private_key_id'))::text, 'UTF8')) || '.'
      || k8s_fdw.base64url(convert_to(jsonb_build_object('iss', keys->>'client_email', 'scope', scope, 'aud', endpoint, 'iat', now_seconds, 'exp', now_seconds + 3600)::text, 'UTF8'));
    signed := k8s_fdw.rsa_sha256(keys->>'private_key', convert_to(message, 'UTF8'));
    IF signed IS NULL OR coalesce(keys->>'client_email', '') = '' THEN
      RAISE EXCEPTION 'the private key for the login google is none'
        USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'Keep the file whole that "gcloud iam service-accounts keys create" writes.';
    END IF;
    body := k8s_fdw.form('grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'assertion', message || '.' || k8s_fdw.base64url(signed));
  ELSIF keys->>'type' = 'authorized_user' THEN
    body := k8s_fdw.form('grant_type', 'refresh_token', 'client_id', keys->>'client_id', 'client_secret', keys->>'client_secret', 'refresh_token', keys->>'refresh_token');
  ELSE
    RAISE EXCEPTION 'the secret for the login google is neither a service account''s key nor a user''s credentials'
      USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'Keep the JSON of "gcloud iam service-accounts keys create", or application_default_credentials.json.';
  END IF;
  given := k8s_fdw.login_oauth(server, coalesce(options->>'login_url', endpoint), body, 'access_token',
    ARRAY[keys->>'private_key', keys->>'client_secret', keys->>'refresh_token', message],
    'Was the key deleted or the consent taken back, or is the clock of the database server wrong? The present token stays.');
  token := given.token;
  ends := given.ends;
END $$;
