-- Finds the URL and the bearer token in a kubeconfig's text, for the name of a context. No message may have a token.

CREATE OR REPLACE FUNCTION k8s_fdw.refuse_kubeconfig(problem text, advice text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'kubeconfig: %', problem USING ERRCODE = 'fdw_invalid_attribute_value', HINT = advice;
END $$;

-- A warning. It is only a notice if the statement may hold a token and is inside a function, because the log would
-- quote it.
CREATE OR REPLACE FUNCTION k8s_fdw.caution(problem text, advice text, statement_holds_secret boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  IF statement_holds_secret AND stack !~ 'k8s_fdw\.complete\(\)[^\n]*$' THEN
    RAISE NOTICE '%', problem USING HINT = advice;
  ELSE
    RAISE WARNING '%', problem USING HINT = advice;
  END IF;
END $$;

-- kubectl reads relative paths from the folder of the kubeconfig, and a kubeconfig that is a text has none. NULL if the
-- place is not known.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_path(path text, folder text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN path LIKE '/%' THEN path ELSE folder || path END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.parse_kubeconfig(content text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bare text := ltrim(content, chr(65279) || E' \t\r\n');
  config jsonb;
  mistaken text;
BEGIN
  IF bare LIKE '{%' THEN
    BEGIN
      config := bare::jsonb;
    EXCEPTION WHEN data_exception THEN
      PERFORM k8s_fdw.refuse_kubeconfig('it begins like JSON and is not valid JSON',
        'This prints it whole: kubectl config view --raw --minify --flatten -o json');
    END;
  ELSE
    config := k8s_fdw.yaml_to_jsonb(ltrim(content, chr(65279)));
  END IF;
  IF jsonb_typeof(config) <> 'object' OR coalesce(config->>'kind', 'Config') <> 'Config'
     OR NOT config ?| ARRAY['clusters', 'contexts', 'users'] THEN
    PERFORM k8s_fdw.refuse_kubeconfig('this is not a kubeconfig: it has no clusters, contexts and users',
      'A kubeconfig is what this prints: kubectl config view --raw --minify --flatten');
  END IF;
  PERFORM k8s_fdw.check_kubeconfig(config);
  -- This looks at all users, and comes before any error about the file, which could name one.
  SELECT e->>'name' INTO mistaken
    FROM jsonb_array_elements(CASE jsonb_typeof(config->'users') WHEN 'array' THEN config->'users' ELSE '[]' END) AS e
   WHERE k8s_fdw.holds_token(e #>> '{user,tokenFile}') LIMIT 1;
  IF FOUND THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('the tokenFile of user "%s" is a token itself, and not the path of a file', mistaken),
      'Give it as token, or the path of a file that holds it.');
  END IF;
  RETURN config;
END $$;

-- Raises an error if the field is there and not of that JSON type: kubectl refuses a file that has a number or a yes in
-- place of a text.
CREATE OR REPLACE FUNCTION k8s_fdw.check_field(holder text, object jsonb, field text, wanted text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  words constant jsonb := '{"string": "a text", "number": "a number", "boolean": "true or false", "object": "a map", "array": "a list"}';
  found constant text := jsonb_typeof(object->field);
BEGIN
  IF found NOT IN (wanted, 'null') THEN
    PERFORM k8s_fdw.refuse_kubeconfig(
      format('"%s" of %s is %s, and kubectl takes only %s there', field, holder, words->>found, words->>wanted),
      CASE WHEN wanted = 'string' AND found IN ('number', 'boolean')
           THEN 'Write it in quotes: for kubectl y, yes and on are true, n, no and off false, and 012, 0x1f and 1_000 numbers.'
           WHEN wanted = 'boolean' THEN 'Write true or false, without quotes.'
           ELSE 'This prints a kubeconfig that kubectl takes: kubectl config view --raw --minify --flatten' END);
  END IF;
END $$;

-- What kubectl refuses whichever context is wanted: values of another type, and two entries of one name. Clients
-- disagree about which of those counts, so a token could go to another cluster than its own.
CREATE OR REPLACE FUNCTION k8s_fdw.check_kubeconfig(config jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kind record;
  entry jsonb;
  field text;
  holder text;
  twice record;
BEGIN
  PERFORM k8s_fdw.check_field('the kubeconfig', config, 'current-context', 'string');
  FOR kind IN
    SELECT * FROM (VALUES
      ('clusters', 'cluster', ARRAY['server', 'certificate-authority', 'certificate-authority-data', 'proxy-url', 'tls-server-name']),
      ('contexts', 'context', ARRAY['cluster', 'user', 'namespace']),
      ('users', 'user', ARRAY['token', 'tokenFile', 'client-certificate', 'client-certificate-data', 'client-key', 'client-key-data',
                              'username', 'password', 'as', 'as-uid'])) AS k (list, singular, texts)
  LOOP
    PERFORM k8s_fdw.check_field('the kubeconfig', config, kind.list, 'array');
    CONTINUE WHEN jsonb_typeof(config->kind.list) IS DISTINCT FROM 'array';
    FOR entry IN SELECT e FROM jsonb_array_elements(config->kind.list) AS e WHERE e <> 'null' LOOP
      IF jsonb_typeof(entry) <> 'object' THEN
        PERFORM k8s_fdw.refuse_kubeconfig(format('one of its %s is no map', kind.list),
          format('Each is written so: - name: …, and below it %s: with its fields.', kind.singular));
      END IF;
      PERFORM k8s_fdw.check_field(format('a %s', kind.singular), entry, 'name', 'string');
      holder := format('%s "%s"', kind.singular, coalesce(entry->>'name', ''));
      PERFORM k8s_fdw.check_field(holder, entry, kind.singular, 'object');
      FOREACH field IN ARRAY kind.texts LOOP
        PERFORM k8s_fdw.check_field(holder, entry->kind.singular, field, 'string');
      END LOOP;
      IF kind.list = 'clusters' THEN
        PERFORM k8s_fdw.check_field(holder, entry->'cluster', 'insecure-skip-tls-verify', 'boolean');
      ELSIF kind.list = 'users' THEN
        PERFORM k8s_fdw.check_field(holder, entry->'user', 'as-groups', 'array');
      END IF;
    END LOOP;

    -- An entry without a name has the name "".
    SELECT coalesce(e->>'name', '') AS name, count(*) AS number INTO twice
      FROM jsonb_array_elements(config->kind.list) AS e GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1;
    IF FOUND THEN
      PERFORM k8s_fdw.refuse_kubeconfig(
        CASE WHEN twice.name = '' THEN format('it has %s %s without a name', twice.number, kind.list)
             ELSE format('it has %s %s of the name "%s"', twice.number, kind.list, twice.name) END,
        'kubectl refuses it as well, for nobody can tell which one counts: rename one, also where a context names it, or remove it.');
    END IF;
  END LOOP;
END $$;

-- The entry of that name in config.<list>. If it is missing, the error lists the names that are there.
-- check_kubeconfig() has made sure that there is no second one.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_entry(config jsonb, list text, singular text, wanted text)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entries jsonb := CASE WHEN jsonb_typeof(config->list) = 'array' THEN config->list ELSE '[]' END;
  found jsonb;
  names text;
BEGIN
  SELECT e->singular INTO STRICT found FROM (SELECT) AS one LEFT JOIN jsonb_array_elements(entries) AS e ON e->>'name' = wanted;
  IF jsonb_typeof(found) = 'object' THEN
    RETURN found;
  ELSIF EXISTS (SELECT FROM jsonb_array_elements(entries) AS e WHERE e->>'name' = wanted) THEN
    RETURN '{}';
  END IF;
  SELECT string_agg(format('"%s"', e->>'name'), ', ') INTO names FROM jsonb_array_elements(entries) AS e;
  PERFORM k8s_fdw.refuse_kubeconfig(
    CASE WHEN wanted IS NULL THEN format('it does not say which %s to use', singular)
         ELSE format('there is no %s %s in it', singular, CASE WHEN length(wanted) <= 200 THEN format('"%s"', wanted) ELSE k8s_fdw.shown(wanted) END) END,
    CASE WHEN names IS NULL THEN format('It has no %s at all.', list) ELSE format('The %s that exist: %s.', list, names) END
    || CASE WHEN singular = 'context' THEN ' The server option context picks one.' ELSE '' END);
END $$;

-- The URL, whatever else the cluster says about how it is reached.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_server(cluster jsonb, name text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  url constant text := coalesce(cluster->>'server', '');
BEGIN
  IF url = '' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('cluster "%s" has no server', name),
      'Give the URL yourself with the server option api_url.');
  END IF;
  BEGIN
    PERFORM k8s_fdw.check_url('server', url);
  EXCEPTION WHEN fdw_invalid_attribute_value THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('the server of cluster "%s" is not a URL that can be used', name),
      'It must be https://host:port or http://host:port, with a path if need be, without a user name, query or fragment.');
  END;
  RETURN url;
END $$;

-- The same for Wrappers, which can do nothing else that a cluster may ask for.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_url(cluster jsonb, name text, folder text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(cluster->>'server', '') = '' THEN
    RETURN k8s_fdw.kubeconfig_server(cluster, name);
  ELSIF cluster->>'insecure-skip-tls-verify' = 'true' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(
      format('cluster "%s" says insecure-skip-tls-verify, and Wrappers always verifies certificates', name),
      'Let the PostgreSQL server process trust the cluster''s CA (its machine''s CA store, or SSL_CERT_FILE in its environment) '
      'and remove the line, or run kubectl proxy beside it and give api_url ''http://127.0.0.1:8001''.');
  ELSIF coalesce(cluster->>'proxy-url', '') <> '' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('cluster "%s" wants a proxy (proxy-url), which Wrappers cannot use', name),
      'Run kubectl proxy where the proxy is reachable, and give its address as api_url.');
  ELSIF coalesce(cluster->>'tls-server-name', '') <> '' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(
      format('cluster "%s" has a tls-server-name of its own, which Wrappers cannot use', name),
      'Give an api_url whose host name stands in the API server''s certificate.');
  END IF;
  PERFORM k8s_fdw.kubeconfig_server(cluster, name);
  PERFORM k8s_fdw.check_authority(cluster, name, folder);
  RETURN cluster->>'server';
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_token(login jsonb, name text, folder text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ways_out constant text := 'Three ways out. '
    '1. A token of a service account: kubectl create serviceaccount k8s-fdw; '
    'kubectl create clusterrolebinding k8s-fdw --clusterrole=view --serviceaccount=default:k8s-fdw; '
    'kubectl create token k8s-fdw --duration=24h; give that as api_key, api_key_id or api_key_name. '
    '2. kubectl proxy on the database''s machine, and api_url ''http://127.0.0.1:8001''. '
    '3. The same proxy as a sidecar container beside the database.';
  token text := coalesce(login->>'token', '');
BEGIN
  -- As for kubectl, the content of the file counts, and the token beside it is used only while the file cannot be read.
  IF coalesce(login->>'tokenFile', '') <> '' THEN
    BEGIN
      token := k8s_fdw.read_token_file(login->>'tokenFile', folder, name);
    EXCEPTION WHEN OTHERS THEN
      IF token = '' THEN
        RAISE;
      END IF;
    END;
  END IF;
  token := btrim(token, E' \t\r\n');
  IF token <> '' THEN
    IF token !~ '^[!-~]+$' THEN
      PERFORM k8s_fdw.refuse_kubeconfig(format('the token of user "%s" has white space or other characters inside', name),
        'Make a new one: kubectl create token …');
    END IF;
    RETURN token;
  ELSIF login ? 'exec' AND login->'exec' <> 'null' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format(
      'user "%s" logs in by running a program (exec: %s), and a database cannot run it',
      name, coalesce(login #>> '{exec,command}', 'unnamed')
        || CASE WHEN login #>> '{exec,command}' = 'kubectl' THEN coalesce(' ' || (login #>> '{exec,args,0}'), '') ELSE '' END), ways_out || coalesce(k8s_fdw.login_advice(login), ''));
  ELSIF login ? 'auth-provider' AND login->'auth-provider' <> 'null' THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" logs in through an auth-provider (%s), which only kubectl can',
      name, coalesce(login #>> '{auth-provider,name}', 'unnamed')), ways_out || coalesce(k8s_fdw.login_advice(login), ''));
  ELSIF login ?| ARRAY['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'] THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format(
      'user "%s" logs in with a client certificate, and Wrappers cannot present one', name), ways_out);
  ELSIF login ?| ARRAY['username', 'password'] THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format(
      'user "%s" logs in with a user name and password, which Kubernetes no longer accepts', name), ways_out);
  END IF;
  RETURN NULL;
END $$;

-- Whom a user acts as, as options of a server; empty if the user acts as itself.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_impersonation(login jsonb, name text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  another constant text := 'Give a token of the user that it acts as: api_key, api_key_id (Vault) or api_key_name (Vault).';
  groups jsonb := CASE WHEN jsonb_typeof(login->'as-groups') = 'array' THEN login->'as-groups' ELSE '[]' END;
BEGIN
  IF coalesce(login->>'as', '') = '' AND (login ?| ARRAY['as-uid', 'as-user-extra'] OR groups <> '[]') THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" acts in a group or with a uid, but as nobody (as)', name),
      'Kubernetes takes those only together with a user.');
  ELSIF login ?| ARRAY['as-uid', 'as-user-extra'] THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" acts as somebody else with as-uid or as-user-extra, which are not taken over', name), another);
  ELSIF jsonb_array_length(groups) > 1 THEN
    PERFORM k8s_fdw.refuse_kubeconfig(format('user "%s" acts as a member of several groups (as-groups), and Wrappers can send only one', name), another);
  END IF;
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'impersonate_user', nullif(login->>'as', ''), 'impersonate_groups', groups->>0));
END $$;

-- What a context says that is not taken over, and that it has nobody to log in as.
CREATE OR REPLACE FUNCTION k8s_fdw.remark_context(context jsonb, context_name text, anonymous boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  remark text;
BEGIN
  IF anonymous THEN
    remark := 'The kubeconfig has no credentials for this context: requests will go out as an anonymous user.';
    RAISE NOTICE '%', remark;
  END IF;
  IF coalesce(context->>'namespace', 'default') NOT IN ('', 'default') THEN
    remark := format('The namespace "%s" of context "%s" is not taken over: a table without the option namespace shows all namespaces.',
                     context->>'namespace', context_name);
    RAISE NOTICE '%', remark USING HINT = format('For that one only, in CREATE FOREIGN TABLE: OPTIONS (namespace %L).', context->>'namespace');
  END IF;
END $$;

-- `folder` is the folder of the kubeconfig, with a / at the end; NULL for a kubeconfig that is a text.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_access(
  config jsonb, folder text, wanted_context text, needs_url boolean, needs_token boolean, impersonates boolean,
  OUT context_name text, OUT url text, OUT token text, OUT impersonation jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context jsonb;
  login jsonb := '{}';
BEGIN
  impersonation := '{}';
  context_name := coalesce(wanted_context, nullif(config->>'current-context', ''));
  context := k8s_fdw.kubeconfig_entry(config, 'contexts', 'context', context_name);
  IF needs_token AND coalesce(context->>'user', '') <> '' THEN
    login := k8s_fdw.kubeconfig_entry(config, 'users', 'user', context->>'user');
    IF NOT impersonates THEN
      impersonation := k8s_fdw.kubeconfig_impersonation(login, context->>'user');
    END IF;
    token := k8s_fdw.kubeconfig_token(login, context->>'user', folder);
  END IF;
  IF needs_url THEN
    url := k8s_fdw.kubeconfig_url(
      k8s_fdw.kubeconfig_entry(config, 'clusters', 'cluster', context->>'cluster'), context->>'cluster', folder);
  END IF;
  PERFORM k8s_fdw.remark_context(context, context_name, needs_token AND token IS NULL);
END $$;
