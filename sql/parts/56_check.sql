-- Owns: check(server): what a person would try one after the other when a server gives no rows.
-- Never: an error for what the cluster, the network or a right lacks: that is a row; nor a plan that is kept.

-- One question to the cluster, through a table that is gone afterwards. `problem` and `advice` are an error's, `code` is k8s_fdw[code].
CREATE OR REPLACE FUNCTION k8s_fdw.ask(
  server name, object text, columns text, conditions text, OUT answer jsonb, OUT code text, OUT problem text, OUT advice text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  parts text[];
BEGIN
  EXECUTE format('CREATE FOREIGN TABLE pg_temp.k8s_fdw_check (%s) SERVER %I OPTIONS (object %L)', columns, server, object);
  EXECUTE 'SELECT coalesce(jsonb_agg(to_jsonb(t)), ''[]'') FROM (SELECT * FROM pg_temp.k8s_fdw_check ' || conditions || ' OFFSET 0) AS t'
    INTO answer;
  EXECUTE 'DROP FOREIGN TABLE pg_temp.k8s_fdw_check';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
  parts := regexp_match(SQLERRM, 'k8s_fdw\[(\w+)\] (.*)\. Hint: (.*)$');
  code := coalesce(parts[1], '');
  problem := coalesce(parts[2], SQLERRM);
  advice := coalesce(parts[3], nullif(advice, ''));
END $$;

-- What the server's tables show, as can_i takes it; what most clusters have, where it has no tables.
CREATE OR REPLACE FUNCTION k8s_fdw.shown_resources(server name, OUT resource text, OUT namespace text) RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH given AS (
    SELECT (SELECT jsonb_object_agg(lower(o.option_name), o.option_value) FROM pg_options_to_table(t.ftoptions) AS o) AS options
      FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE s.srvname = server),
  shown AS (
    SELECT DISTINCT coalesce(options->>'object', lower(options->>'kind') || coalesce('.' || substring(options->>'apiversion' FROM '^(.*)/'), '')),
                    btrim(namespace)
      FROM given LEFT JOIN LATERAL unnest(string_to_array(coalesce(options->>'namespaces', options->>'namespace'), ',')) AS namespace ON true
     WHERE coalesce(options->>'object', '') NOT IN ('version', 'whoami', 'can_i', 'api_resources')
     ORDER BY 1, 2 LIMIT 50)
  TABLE shown
  UNION ALL
  SELECT usual, NULL FROM unnest(ARRAY['pods', 'services', 'deployments.apps', 'configmaps', 'namespaces', 'nodes']) AS usual
   WHERE NOT EXISTS (TABLE shown)
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.check(server name)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  options jsonb;
  here record;
  who record;
  place text;
  may record;
  is_tls boolean;
  user_name text;
  subject text;
  not_asked constant text := 'not asked';
BEGIN
  SELECT coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(s.srvoptions) AS o), '{}')
         || jsonb_build_object('wrapper', w.fdwname)
    INTO options
    FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw WHERE s.srvname = server;
  IF options IS NULL THEN
    RAISE EXCEPTION 'server "%" does not exist', server USING ERRCODE = 'undefined_object';
  ELSIF options->>'wrapper' <> 'k8s_fdw' AND options->>'fdw_package_name' IS DISTINCT FROM 'k8s-fdw:k8s-fdw' THEN
    RAISE EXCEPTION 'server "%" is of another wrapper (%), not of k8s_fdw', server, options->>'wrapper' USING ERRCODE = 'wrong_object_type';
  ELSIF NOT has_server_privilege(server, 'USAGE') THEN
    RAISE EXCEPTION 'permission denied for foreign server %', server
      USING ERRCODE = 'insufficient_privilege', HINT = format('Its owner can: GRANT USAGE ON FOREIGN SERVER %I TO %I.', server, current_user);
  END IF;

  here := k8s_fdw.ask(server, 'version', 'git_version text, platform text', '');
  is_tls := here.code = 'connect' AND here.problem ~* 'certificate|ssl|tls';

  "check" := 'credentials';
  detail := CASE WHEN options ? 'api_key_id' THEN 'a bearer token in Vault (api_key_id)'
                 WHEN options ? 'api_key_name' THEN 'a bearer token in Vault (api_key_name)'
                 WHEN options ? 'api_key' THEN 'a bearer token in the options (api_key), which every role of this database can read'
                 ELSE 'none: fine for a kubectl proxy' END;
  ok := true;
  IF here.code = 'option' OR (here.code = '' AND here.problem ~ 'vault') THEN
    ok := false; detail := here.problem;
    hint := coalesce(here.advice, format('The role %I needs USAGE on schema vault and SELECT on vault.decrypted_secrets.', current_user));
  END IF;
  RETURN NEXT;

  "check" := 'reachable';
  hint := NULL;
  IF ok AND (here.problem IS NULL OR here.code IN ('status', 'decode') OR is_tls) THEN
    detail := options->>'api_url';
  ELSIF ok THEN
    ok := false; detail := here.problem; hint := here.advice;
  ELSE
    ok := NULL; detail := not_asked;
  END IF;
  RETURN NEXT;

  "check" := 'TLS';
  IF is_tls THEN
    ok := false; detail := here.problem; hint := here.advice;
  ELSIF ok AND options->>'api_url' ~* '^http:' THEN
    ok := NULL; detail := 'none: the URL begins with http://'; hint := NULL;
  ELSE
    hint := NULL;
    ok := nullif(coalesce(ok, false), false);
    detail := CASE WHEN ok THEN 'the certificate is one that the PostgreSQL server process trusts' ELSE not_asked END;
  END IF;
  RETURN NEXT;

  "check" := 'API version';
  ok := NULL; detail := not_asked; hint := NULL;
  IF here.problem IS NULL THEN
    ok := true; detail := concat_ws(', ', here.answer #>> '{0,git_version}', here.answer #>> '{0,platform}');
  ELSIF here.code IN ('status', 'decode') AND here.problem !~ ': 401 ' THEN
    ok := false; detail := here.problem; hint := here.advice;
  END IF;
  RETURN NEXT;

  "check" := 'authenticated';
  IF here.problem ~ ': 401 ' THEN
    ok := false; detail := here.problem; hint := here.advice;
  ELSIF ok THEN
    who := k8s_fdw.ask(server, 'whoami', 'username text, groups jsonb', '');
    user_name := who.answer #>> '{0,username}';
    ok := CASE WHEN who.problem IS NULL THEN user_name <> 'system:anonymous' WHEN who.problem ~ ': 404 ' THEN NULL ELSE false END;
    detail := coalesce(who.problem, 'as ' || user_name
      || coalesce(' (' || (SELECT string_agg(g, ', ') FROM jsonb_array_elements_text(who.answer #> '{0,groups}') AS g) || ')', ''));
    hint := CASE WHEN user_name = 'system:anonymous' THEN 'Give the server a token: api_key_id (Vault), api_key_name (Vault) or api_key.' ELSE who.advice END;
  ELSE
    ok := NULL; detail := not_asked; hint := NULL;
  END IF;
  RETURN NEXT;

  subject := coalesce(regexp_replace(user_name, '^(?:system:serviceaccount:([^:]+):([^:]+)|(.*))$',
    CASE WHEN user_name LIKE 'system:serviceaccount:%' THEN '--serviceaccount=\1:\2' ELSE '--user=\3' END), '--user=…');
  IF here.problem IS NOT NULL OR ok = false AND user_name IS NULL THEN
    "check" := 'may list'; ok := NULL; detail := not_asked; hint := NULL;
    RETURN NEXT;
    RETURN;
  END IF;
  FOR place IN SELECT DISTINCT coalesce(r.namespace, '') FROM k8s_fdw.shown_resources(server) AS r ORDER BY 1 LOOP
    may := k8s_fdw.ask(server, 'can_i', 'verb text, resource text, namespace text, allowed boolean, reason text, evaluation_error text',
      format('WHERE verb = ''list'' AND resource = ANY (%L) %s',
             ARRAY(SELECT r.resource FROM k8s_fdw.shown_resources(server) AS r WHERE coalesce(r.namespace, '') = place),
             CASE WHEN place <> '' THEN format('AND namespace = %L', place) ELSE '' END));
    IF may.problem IS NOT NULL THEN
      "check" := 'may list'; ok := false; detail := may.problem; hint := may.advice;
      RETURN NEXT;
      CONTINUE;
    END IF;
    FOR may IN SELECT a.value->>'resource' AS resource, (a.value->>'allowed')::boolean AS allowed,
                      coalesce(nullif(a.value->>'evaluation_error', ''), nullif(a.value->>'reason', '')) AS reason
                 FROM jsonb_array_elements(may.answer) AS a
    LOOP
      "check" := 'may list ' || may.resource;
      ok := may.allowed;
      detail := concat_ws(': ', CASE place WHEN '' THEN 'in all namespaces' ELSE 'in namespace ' || place END, may.reason);
      hint := CASE WHEN ok THEN NULL ELSE format(
        'kubectl create clusterrole read-%1$s --verb=get,list --resource=%1$s; kubectl create %2$s read-%1$s --clusterrole=read-%1$s %3$s%4$s',
        may.resource, CASE place WHEN '' THEN 'clusterrolebinding' ELSE 'rolebinding' END, subject,
        CASE place WHEN '' THEN '' ELSE ' --namespace=' || place END) END;
      RETURN NEXT;
    END LOOP;
  END LOOP;
END $$;
