-- check(server): tries one thing after the other, as a person would if a server gives no rows. Whatever the cluster,
-- the network or a right lacks must become a row and not an error.

-- Asks the cluster one question, through a table that is dropped afterwards. If there is an error, `problem` and
-- `advice` are its texts, and `code` is the one in k8s_fdw[code].
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
  IF parts IS NULL THEN
    -- Our own host gives the hint as one.
    parts := regexp_match(rtrim(SQLERRM, '.'), 'k8s_fdw\[(\w+)\] (.*)$');
  END IF;
  code := coalesce(parts[1], '');
  problem := coalesce(parts[2], SQLERRM);
  advice := coalesce(parts[3], nullif(advice, ''), CASE
    WHEN SQLSTATE = '25006' AND pg_is_in_recovery() THEN 'Run check() on the primary: it makes a table that is gone afterwards, and a standby makes none.'
    WHEN SQLSTATE = '25006' THEN 'Run check() in a transaction that may write: it makes a table that is gone afterwards.'
    WHEN SQLERRM ~ 'temporary tables' THEN format('GRANT TEMPORARY ON DATABASE %I TO %I;', current_database(), current_user) END);
END $$;

-- What the server's tables show: each combination of the options that decide it, as the component takes them; for a
-- server without tables what most clusters have. `tables` names one or more tables with these options.
CREATE OR REPLACE FUNCTION k8s_fdw.shown_by_tables(server name) RETURNS TABLE (options text, tables text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH given AS (
    SELECT t.ftrelid, coalesce((
             -- For selectors it only matters that they are there.
             SELECT jsonb_object_agg(o.option_name, CASE WHEN o.option_name LIKE '%selector' THEN 'x' ELSE o.option_value END) FROM pg_options_to_table(t.ftoptions) AS o
              WHERE o.option_name IN ('object', 'apiVersion', 'apiversion', 'kind', 'namespace', 'namespaces', 'label_selector', 'field_selector', 'on_error', 'reveal_secrets')),
             '{}')::text AS options
      FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE s.srvname = server),
  shown AS (
    SELECT g.options, min(g.ftrelid::regclass::text) || CASE WHEN count(*) > 1 THEN format(' and %s more', count(*) - 1) ELSE '' END FROM given AS g GROUP BY 1)
  TABLE shown
  UNION ALL
  SELECT format('{"object": "%s"}', usual), NULL FROM unnest(ARRAY['pods', 'services', 'deployments.apps', 'configmaps', 'namespaces', 'nodes']) AS usual
   WHERE NOT EXISTS (TABLE shown)
$$;

-- What the user mapping holds whose credentials our own host sends for this role; NULL if there is none. Postgres shows
-- the options of one only to whom they belong.
CREATE OR REPLACE FUNCTION k8s_fdw.mapped_credentials(server name) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('%s, in the user mapping for %s', coalesce(nullif(concat_ws(' and ',
           CASE WHEN o.names ? 'client_certificate_data' THEN 'a client certificate' END,
           CASE WHEN o.names ? 'token' THEN 'a bearer token' END,
           CASE WHEN o.names ? 'token_file' THEN 'a bearer token in a file' END,
           CASE WHEN o.names ? 'username' THEN 'a user name and password' END), ''), CASE WHEN m.umoptions IS NULL THEN 'what is' ELSE 'nothing is' END),
           CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END)
    FROM pg_user_mappings AS m
    CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(g.option_name), '[]') AS names FROM pg_options_to_table(m.umoptions) AS g) AS o
   WHERE m.srvname = server AND (m.umuser = 0 OR m.usename = current_user)
   ORDER BY m.umuser = 0 LIMIT 1
$$;

-- What the first question, for the version, tells about the way to the cluster. `mapped` are the credentials of a user
-- mapping on our `own` host.
CREATE OR REPLACE FUNCTION k8s_fdw.check_way(options jsonb, own boolean, mapped text, answer jsonb, code text, problem text, advice text)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  not_asked constant text := 'not asked';
  url constant text := options->>'api_url';
  no_key constant boolean := coalesce(code = 'option' OR (code = '' AND problem ~ 'vault'), false);
  no_tls constant boolean := coalesce(code = 'connect' AND problem ~* 'certificate|ssl|tls', false);
  answered constant boolean := problem IS NULL OR code IN ('status', 'decode');
  unverified constant boolean := own AND coalesce(options->>'insecure_skip_tls_verify' = 'true', false);
  reached constant boolean := answered OR no_tls;
  refused constant boolean := answered AND problem !~ ': 401 ';
BEGIN
  RETURN QUERY VALUES
    ('credentials', NOT no_key,
     CASE WHEN no_key THEN problem
          WHEN options ? 'api_key_id' THEN 'a bearer token in Vault (api_key_id)'
          WHEN options ? 'api_key_name' THEN 'a bearer token in Vault (api_key_name)'
          WHEN options ? 'api_key' THEN 'a bearer token in the options (api_key), which every role of this database can read'
          WHEN mapped IS NOT NULL THEN mapped
          ELSE 'none, as for a kubectl proxy' END,
     CASE WHEN NOT no_key THEN NULL
          WHEN problem ~* 'vault' AND k8s_fdw.vault_state() = 'absent' THEN 'CREATE EXTENSION supabase_vault;'
          ELSE coalesce(advice, CASE
       WHEN problem ~ '^query vault failed' THEN 'Vault has no secret of that id or name: vault.create_secret() stores one.'
       ELSE format('GRANT USAGE ON SCHEMA vault TO %1$I; GRANT SELECT ON vault.decrypted_secrets TO %1$I;', current_user) END) END),
    ('reachable', CASE WHEN NOT no_key THEN reached END,
     CASE WHEN reached THEN url WHEN no_key THEN not_asked ELSE problem END,
     CASE WHEN NOT reached AND NOT no_key THEN advice END),
    ('TLS', CASE WHEN no_tls THEN false WHEN answered AND url ~* '^https:' AND NOT unverified THEN true END,
     CASE WHEN no_tls THEN problem
          WHEN NOT answered THEN not_asked
          WHEN url ~* '^https:' AND unverified THEN 'the certificate was not verified (insecure_skip_tls_verify)'
          WHEN url ~* '^https:' AND own THEN CASE WHEN options ? 'certificate_authority_data' THEN 'the certificate is one of the cluster''s CA (certificate_authority_data)'
                                                  ELSE 'this machine trusts the certificate' END
          WHEN url ~* '^https:' THEN 'the PostgreSQL server process trusts the certificate'
          ELSE 'none: the URL begins with http://' END,
     CASE WHEN no_tls THEN coalesce(advice, CASE WHEN own THEN 'The cluster''s CA goes to the server: certificate_authority_data, or kubeconfig.' END)
          WHEN unverified AND url ~* '^https:' THEN 'Whoever answers gets the credentials: certificate_authority_data is the way to trust a cluster.' END),
    ('API version', CASE WHEN problem IS NULL THEN true WHEN refused THEN false END,
     CASE WHEN problem IS NULL THEN concat_ws(', ', answer #>> '{0,git_version}', answer #>> '{0,platform}')
          WHEN refused THEN problem ELSE not_asked END,
     CASE WHEN refused THEN advice END);
END $$;

-- The kubectl commands that let the user read the resource. The names in them come from options, where anybody may have
-- written them, and from the API server.
CREATE OR REPLACE FUNCTION k8s_fdw.grant_advice(user_name text, resource text, namespace text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('kubectl create %2$s %1$s --verb=get,list %5$s%4$s; kubectl create %2$sbinding %1$s %6$s %3$s%4$s',
    k8s_fdw.shell_word('read-' || replace(resource, '/', '-')), kind,
    k8s_fdw.shell_word(CASE WHEN user_name LIKE 'system:serviceaccount:%' THEN '--serviceaccount=' || substr(user_name, length('system:serviceaccount:') + 1)
                            ELSE '--user=' || user_name END),
    coalesce(' ' || k8s_fdw.shell_word('--namespace=' || namespace), ''),
    k8s_fdw.shell_word('--resource=' || resource),
    k8s_fdw.shell_word('--' || kind || '=read-' || replace(resource, '/', '-')))
    FROM (SELECT CASE WHEN namespace IS NULL THEN 'clusterrole' ELSE 'role' END) AS k (kind)
$$;

-- A row for each resource and namespace that tables show: whether the user may read it, or what else ends a query of
-- those tables.
CREATE OR REPLACE FUNCTION k8s_fdw.check_rights(server name, user_name text)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- Each takes a request or more, and a question has room for a hundred of them.
  most constant integer := 1000;
  at_once constant integer := 50;
  longest constant integer := 65536;
  shown jsonb;
  asked record;
  may record;
  there record;
  answers jsonb := '[]';
  wanted text;
BEGIN
  SELECT coalesce(jsonb_agg(jsonb_build_array(t.options, t.tables) ORDER BY t.options), '[]') INTO shown
    FROM k8s_fdw.shown_by_tables(server) AS t WHERE length(t.options) <= longest;
  FOR asked IN
    SELECT jsonb_object_agg(e.value->>0, e.value->1) AS tables, array_agg(e.value->>0) AS options
      FROM jsonb_array_elements(shown) WITH ORDINALITY AS e WHERE e.ordinality <= most GROUP BY (e.ordinality - 1) / at_once ORDER BY 1
  LOOP
    may := k8s_fdw.ask(server, 'can_show',
      'table_options text, question text, resource text, namespace text, allowed boolean, reason text, evaluation_error text, problem text, hint text',
      format('WHERE table_options = ANY (%L)', asked.options));
    IF may.problem IS NOT NULL THEN
      answers := answers || jsonb_build_array(jsonb_build_object('question', 'list', 'problem', may.problem, 'hint', may.advice));
    ELSE
      answers := answers || (SELECT coalesce(jsonb_agg(a || jsonb_build_object('tables', asked.tables->>(a->>'table_options'))), '[]') FROM jsonb_array_elements(may.answer) AS a);
    END IF;
  END LOOP;

  RETURN QUERY
    SELECT DISTINCT ON (a.problem IS NOT NULL, a.namespace IS NOT NULL, a.namespace, a.question, 2, 3)
           'may ' || a.question || CASE WHEN a.question = 'list ' THEN format('(%s)', a.tables) ELSE '' END,
           CASE WHEN a.problem IS NOT NULL THEN false ELSE a.allowed END,
           coalesce(a.problem, concat_ws(': ', coalesce('in namespace ' || a.namespace, 'cluster-wide'), nullif(concat_ws(', ',
             nullif(a.reason, ''), nullif(a.evaluation_error, '')), ''))),
           CASE WHEN a.problem IS NOT NULL THEN a.hint WHEN NOT a.allowed THEN k8s_fdw.grant_advice(user_name, a.resource, a.namespace) END
      FROM jsonb_to_recordset(answers) AS a (question text, tables text, resource text, namespace text, allowed boolean, reason text, evaluation_error text, problem text, hint text)
     ORDER BY a.problem IS NOT NULL, a.namespace IS NOT NULL, a.namespace, a.question, 2, 3;

  RETURN QUERY
    SELECT format('may list (%s)', t.tables), false, 'its options are too long for the question to be asked', 'A kind and namespaces have short names.'
      FROM k8s_fdw.shown_by_tables(server) AS t WHERE length(t.options) > longest;
  IF jsonb_array_length(shown) > most THEN
    RETURN QUERY VALUES ('may list', NULL::boolean, format('%s more kinds and namespaces of its tables were not asked about', jsonb_array_length(shown) - most), NULL::text);
  END IF;
  FOR wanted IN SELECT DISTINCT a->>'namespace' FROM jsonb_array_elements(answers) AS a WHERE a->>'namespace' IS NOT NULL ORDER BY 1 LOOP
    IF there IS NULL THEN
      there := k8s_fdw.ask(server, 'namespaces', 'name text', '');
    END IF;
    -- A user who may not list the namespaces gets no such row.
    RETURN QUERY
      SELECT 'namespace ' || wanted, false, 'there is no such namespace, so its tables are empty',
             'Perhaps you meant "' || k8s_fdw.nearest(wanted, ARRAY(SELECT n->>'name' FROM jsonb_array_elements(there.answer) AS n)) || '".'
       WHERE there.problem IS NULL AND NOT there.answer @> jsonb_build_array(jsonb_build_object('name', wanted));
  END LOOP;
END $$;

-- Whether a query would send a secret of Vault to a server whose owner may not read the secret himself: then the query
-- is his trap.
CREATE OR REPLACE FUNCTION k8s_fdw.lends_secret(server name) RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.rolname FROM pg_foreign_server AS s JOIN pg_roles AS r ON r.oid = s.srvowner
   WHERE s.srvname = server AND r.rolname <> current_user AND k8s_fdw.reads_vault(s.srvowner) = false
     AND EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name IN ('api_key_id', 'api_key_name'))
$$;

-- When the server's token ends; no row if it has none, or if its host reads the token anew from where it comes.
CREATE OR REPLACE FUNCTION k8s_fdw.check_end(server name)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  subject constant oid := (SELECT s.oid FROM pg_foreign_server AS s WHERE s.srvname = server);
  options constant jsonb := k8s_fdw.options_of_server(subject);
  present constant record := k8s_fdw.present_token(subject);
  told constant record := k8s_fdw.token_end(present.token);
  kept constant jsonb := k8s_fdw.login_record(options);
  is_renewed constant boolean := coalesce(present.token IS NULL OR kept->>'mark' = k8s_fdw.token_mark(present.token), false);
  ends constant timestamptz := CASE WHEN told.says THEN told.ends WHEN is_renewed THEN (kept->>'ends')::timestamptz END;
  seconds constant numeric := extract(epoch FROM ends - now());
  advice constant text := CASE
    WHEN options ? 'login' OR kept IS NOT NULL OR k8s_fdw.jwt_claims(present.token)->>'sub' LIKE 'system:serviceaccount:%'
      THEN format('SELECT * FROM k8s_fdw.renew(%L); gets a new one. By itself, with pg_cron: SELECT cron.schedule(''renew %s'', ''*/5 * * * *'', %L);',
                  server, server, format('SELECT * FROM k8s_fdw.renew(%L)', server))
    ELSE 'Give the server a new one. With the option login, k8s_fdw.renew() gets it: SELECT * FROM k8s_fdw.help();' END;
BEGIN
  IF present.place IS NULL OR present.place = 'elsewhere' OR present.place = 'vault' AND present.token IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT 'token ends',
    CASE WHEN ends IS NULL AND present.token IS NULL THEN NULL
         WHEN ends IS NULL THEN true
         WHEN seconds <= 0 THEN false
         WHEN seconds > 3600 OR is_renewed AND present.token IS NOT NULL THEN true END,
    CASE WHEN ends IS NULL AND told.says THEN 'the token has no end'
         WHEN ends IS NULL AND present.token IS NULL THEN 'the token stands in a user mapping, which Postgres shows to the owner of the server only'
         WHEN ends IS NULL THEN 'the token does not say when it ends'
         WHEN seconds <= 0 THEN format('it has ended, %s ago, at %s', k8s_fdw.span_text(now() - ends), k8s_fdw.time_text(ends))
         ELSE format('in %s, at %s', k8s_fdw.span_text(ends - now()), k8s_fdw.time_text(ends)) END
      || CASE WHEN is_renewed AND kept IS NOT NULL THEN format('; renewed at %s (%s)', k8s_fdw.time_text((kept->>'at')::timestamptz), kept->>'how') ELSE '' END,
    CASE WHEN seconds <= 0 OR seconds <= 3600 AND NOT (is_renewed AND present.token IS NOT NULL) THEN advice END;
END $$;

-- What Wrappers does with a join, if the server has tables to be joined. It has no way to tell the planner how many rows
-- a table has, so no statistics would help.
CREATE OR REPLACE FUNCTION k8s_fdw.check_joins(server name)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'joins', CASE WHEN given.off THEN true END,
         'Wrappers tells the planner that every table has one row, so a join of two large ones '
           || CASE WHEN given.off THEN 'would become a nested loop; enable_nestloop is off' ELSE 'becomes a nested loop, which can take minutes' END,
         CASE WHEN NOT given.off THEN 'SET enable_nestloop = off; before such a join.' END
    FROM (SELECT current_setting('enable_nestloop') = 'off' AS off) AS given
   WHERE 1 < (SELECT count(*) FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE s.srvname = server)
$$;

-- Raises unless there is such a server, and of this wrapper.
CREATE OR REPLACE FUNCTION k8s_fdw.check_server_name(server name, wrapper name, options jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF wrapper IS NULL THEN
    RAISE EXCEPTION 'server "%" does not exist', server
      USING ERRCODE = 'undefined_object', HINT = coalesce(
        'Perhaps you meant "' || k8s_fdw.nearest(server, ARRAY(SELECT s.srvname::text FROM pg_foreign_server AS s ORDER BY 1)) || '".',
        'pg_foreign_server has the names of those that exist.');
  ELSIF wrapper <> 'k8s_fdw' AND options->>'fdw_package_name' IS DISTINCT FROM 'k8s-fdw:k8s-fdw' THEN
    RAISE EXCEPTION 'server "%" is one of the wrapper %, not of k8s_fdw', server, wrapper USING ERRCODE = 'wrong_object_type';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check(server name)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wrapper text;
  own boolean;
  options jsonb;
  lender name;
  version record;
  who record;
  user_name text;
BEGIN
  SELECT w.fdwname, coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(s.srvoptions) AS o), '{}')
    INTO wrapper, options
    FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw WHERE s.srvname = server;
  PERFORM k8s_fdw.check_server_name(server, wrapper, options);
  IF NOT has_server_privilege(server, 'USAGE') THEN
    RAISE EXCEPTION 'permission denied for foreign server %', server
      USING ERRCODE = 'insufficient_privilege', HINT = format('Its owner can: GRANT USAGE ON FOREIGN SERVER %I TO %I.', server, current_user);
  END IF;

  own := k8s_fdw.own_host(wrapper);
  lender := k8s_fdw.lends_secret(server);
  IF lender IS NOT NULL THEN
    RETURN QUERY
      SELECT 'credentials', false, format('the server names a secret of Vault, and its owner "%s" may not read Vault: with your rights the secret would be sent to %s',
                                          lender, options->>'api_url'),
             'If the owner may have it, let him read Vault, or own the server yourself. Until then query no table of it.'
      UNION ALL
      SELECT name, NULL, 'not asked', NULL FROM unnest(ARRAY['reachable', 'TLS', 'API version', 'authenticated']) AS name;
    RETURN;
  END IF;
  version := k8s_fdw.ask(server, 'version', 'git_version text, platform text', '');
  RETURN QUERY
    SELECT w."check", w.ok, w.detail, w.hint
      FROM (SELECT c.ordinality AS place, c."check", c.ok, c.detail, c.hint
              FROM k8s_fdw.check_way(options, own, CASE WHEN own THEN k8s_fdw.mapped_credentials(server) END, version.answer, version.code, version.problem, version.advice)
                   WITH ORDINALITY AS c
            -- After the first row, which is about the credentials.
            UNION ALL SELECT 1, e."check", e.ok, e.detail, e.hint FROM k8s_fdw.check_end(server) AS e) AS w
     ORDER BY w.place, w."check" <> 'credentials';
  IF version.problem IS NULL THEN
    who := k8s_fdw.ask(server, 'whoami', 'username text, groups jsonb', '');
    user_name := who.answer #>> '{0,username}';
    RETURN QUERY VALUES ('authenticated',
      -- A 404 means that the API server is too old to tell.
      CASE WHEN who.problem IS NULL THEN user_name <> 'system:anonymous' WHEN who.problem !~ ': 404 ' THEN false END,
      coalesce(who.problem, format('as %s (%s)', user_name, array_to_string(ARRAY(SELECT jsonb_array_elements_text(
        CASE jsonb_typeof(who.answer #> '{0,groups}') WHEN 'array' THEN who.answer #> '{0,groups}' ELSE '[]' END)), ', '))),
      CASE WHEN user_name = 'system:anonymous' THEN
             CASE WHEN own THEN format('Give it credentials: CREATE USER MAPPING FOR PUBLIC SERVER %I OPTIONS (…), or kubeconfig.', server)
                  ELSE 'Give the server a token: api_key_id (Vault), api_key_name (Vault) or api_key.' END ELSE who.advice END);
    RETURN QUERY SELECT * FROM k8s_fdw.check_rights(server, coalesce(user_name, '…'));
  ELSIF version.problem ~ ': 401 ' THEN
    RETURN QUERY VALUES ('authenticated', false, version.problem, version.advice);
  ELSE
    RETURN QUERY VALUES ('authenticated', NULL::boolean, 'not asked', NULL);
  END IF;
  IF NOT own THEN
    RETURN QUERY SELECT * FROM k8s_fdw.check_joins(server) UNION ALL SELECT * FROM k8s_fdw.check_writes(server);
  END IF;
END $$;
