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
