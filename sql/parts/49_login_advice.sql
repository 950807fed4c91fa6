-- How a user of a kubeconfig who logs in by a program, or by an auth-provider, can be served by renew(): the options of
-- the server, as far as the kubeconfig has them. NULL if there is no way. Secrets of the kubeconfig are not repeated.

-- The value of an argument, `--name=value` or `--name value`.
CREATE OR REPLACE FUNCTION k8s_fdw.argument_of(args jsonb, names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH given AS (SELECT a.value, a.ordinality AS place FROM jsonb_array_elements_text(CASE jsonb_typeof(args) WHEN 'array' THEN args ELSE '[]' END) WITH ORDINALITY AS a)
  SELECT coalesce(nullif(substr(g.value, length(n.name) + 2), ''), (SELECT after.value FROM given AS after WHERE after.place = g.place + 1))
    FROM unnest(names) AS n (name) JOIN given AS g ON g.value LIKE n.name || '=%' OR g.value = n.name
   ORDER BY g.place LIMIT 1
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.login_advice(login jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  program constant text := regexp_replace(coalesce(login #>> '{exec,command}', ''), '^.*/|\.exe$', '', 'g');
  args constant jsonb := login #> '{exec,args}';
  provider constant text := login #>> '{auth-provider,name}';
  config constant jsonb := login #> '{auth-provider,config}';
  options jsonb;
BEGIN
  options := CASE
    WHEN program IN ('aws', 'aws-iam-authenticator') THEN jsonb_build_object('login', 'eks',
      'login_cluster', k8s_fdw.argument_of(args, ARRAY['--cluster-name', '--cluster-id', '-i']),
      'login_region', coalesce(k8s_fdw.argument_of(args, ARRAY['--region']), (SELECT e->>'value' FROM jsonb_array_elements(CASE jsonb_typeof(login #> '{exec,env}') WHEN 'array' THEN login #> '{exec,env}' ELSE '[]' END) AS e
                                                                              WHERE e->>'name' IN ('AWS_REGION', 'AWS_DEFAULT_REGION') LIMIT 1)))
    WHEN program = 'gke-gcloud-auth-plugin' OR provider = 'gcp' THEN jsonb_build_object('login', 'google')
    WHEN program = 'kubelogin' AND args @> '["--server-id"]' OR provider = 'azure' THEN jsonb_build_object('login', 'azure',
      'login_tenant', coalesce(k8s_fdw.argument_of(args, ARRAY['--tenant-id', '-t']), config->>'tenant-id'),
      'login_client', coalesce(k8s_fdw.argument_of(args, ARRAY['--client-id']), config->>'client-id'))
    WHEN program IN ('kubelogin', 'kubectl-oidc_login') OR program = 'kubectl' AND args->>0 = 'oidc-login' OR provider = 'oidc' THEN jsonb_build_object('login', 'oidc',
      'login_url', coalesce(k8s_fdw.argument_of(args, ARRAY['--oidc-issuer-url']), config->>'idp-issuer-url'),
      'login_client', coalesce(k8s_fdw.argument_of(args, ARRAY['--oidc-client-id']), config->>'client-id')) END;
  RETURN (SELECT ' Or k8s_fdw.renew() logs in by itself, where docs/renewing.md says what secret it takes: give the server api_url, and in place of a kubeconfig '
            || string_agg(format('%s %L', o.key, coalesce(o.value, '…')), ', ' ORDER BY o.key) || ', login_secret ''…''.'
            FROM jsonb_each_text(options) AS o);
END $$;
