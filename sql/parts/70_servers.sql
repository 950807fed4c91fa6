-- Completes a server of this wrapper: the component's place, the URL and token of a kubeconfig, and the token in Vault.
-- What the same statement gave by hand stays, and no message may have a token.

-- The options that say how a cluster is reached, beside api_url.
CREATE OR REPLACE FUNCTION k8s_fdw.connection_options() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT ARRAY['certificate_authority_data', 'tls_server_name', 'insecure_skip_tls_verify', 'proxy_url'] $$;

-- What a server is compared with after a statement: fingerprints, and everything else that is no secret.
CREATE OR REPLACE FUNCTION k8s_fdw.server_state(server oid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_build_object(
           'name', s.srvname,
           'owner', s.srvowner,
           'row', s.ctid::text,
           'all', md5(s::text),
           'kubeconfig', md5((SELECT string_agg(o.option_name || o.option_value, ' ' ORDER BY o.option_name)
                                FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name IN ('kubeconfig', 'context'))),
           'api_key_id', (SELECT o.option_value FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'api_key_id'),
           'api_key_name', (SELECT md5(o.option_value) FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'api_key_name'),
           'api_url', (SELECT md5(o.option_value) FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'api_url'),
           'connection', (SELECT jsonb_object_agg(o.option_name, md5(o.option_value))
                            FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = ANY (k8s_fdw.connection_options())),
           'api_key', (SELECT md5(o.option_value) FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'api_key'),
           'impersonation', (SELECT md5(string_agg(o.option_name || o.option_value, ' ' ORDER BY o.option_name))
                               FROM pg_options_to_table(s.srvoptions) AS o
                              WHERE o.option_name IN ('impersonate_user', 'impersonate_groups')))
    FROM pg_foreign_server AS s WHERE s.oid = server
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.server_states(servers oid[]) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_object_agg(s.oid, k8s_fdw.server_state(s.oid))
    FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
   WHERE w.fdwname = 'k8s_fdw' AND s.oid = ANY (servers)
$$;

-- The list in OPTIONS (…) that turns `given` into `wanted`; NULL if they are the same.
CREATE OR REPLACE FUNCTION k8s_fdw.option_changes(given jsonb, wanted jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT string_agg(
           CASE WHEN NOT given ? k.key THEN format('ADD %I %L', k.key, wanted->>k.key)
                WHEN NOT wanted ? k.key THEN format('DROP %I', k.key)
                ELSE format('SET %I %L', k.key, wanted->>k.key) END, ', ' ORDER BY k.key)
    FROM jsonb_object_keys(given || wanted) AS k (key)
   WHERE given->>k.key IS DISTINCT FROM wanted->>k.key
$$;

-- The options with the component's place, without which Wrappers would not find it. Our own host needs none.
CREATE OR REPLACE FUNCTION k8s_fdw.with_package(given jsonb, wrapper jsonb, server_name text, own boolean) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF given ? 'fdw_package_url' OR own THEN
    RETURN given;
  ELSIF NOT wrapper ? 'fdw_package_url' THEN
    RAISE EXCEPTION 'server "%" would not find its component: neither it nor the wrapper k8s_fdw has an "fdw_package_url"', server_name
      USING ERRCODE = 'fdw_option_name_not_found',
            HINT = 'Once for all servers: ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url ''file:///…/k8s_fdw.wasm'').';
  END IF;
  RETURN given - ARRAY['fdw_package_name', 'fdw_package_version', 'fdw_package_checksum']
    || (wrapper - ARRAY['kubeconfig', 'api_url']);
END $$;

-- Whether a kubectl proxy stands before the cluster that the server means: the wrapper then names the proxy's
-- kubeconfig and its URL. The proxy has the kubeconfig's current context, and no other.
CREATE OR REPLACE FUNCTION k8s_fdw.has_proxy(given jsonb, wrapper jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT wrapper ? 'api_url' AND NOT given ? 'context' AND coalesce(given->>'kubeconfig' = wrapper->>'kubeconfig', false) $$;

-- The options with the proxy's URL. The proxy has the credentials: the token of a former cluster must not be sent to
-- it.
CREATE OR REPLACE FUNCTION k8s_fdw.with_proxy(given jsonb, wrapper jsonb) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT k8s_fdw.proxied_file_exists() THEN
    RAISE EXCEPTION 'kubeconfig "%" does not exist on the database server, so no kubectl proxy serves its cluster', given->>'kubeconfig'
      USING ERRCODE = 'fdw_unable_to_create_execution',
            HINT = format('In a container: start it with the kubeconfig mounted there, docker run -v /path/to/kubeconfig:%s. '
                          'For another cluster give api_url.', given->>'kubeconfig');
  END IF;
  RETURN given - 'api_key' || jsonb_build_object('api_url', wrapper->>'api_url');
END $$;

-- Whether a new server has what was added to it before, as pg_dump writes it, and the file need not exist where it is
-- restored. Our own host adds no component's place, so there kubeconfig_read says it.
CREATE OR REPLACE FUNCTION k8s_fdw.is_complete(given jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT given ? 'api_url' AND given ?| ARRAY['fdw_package_url', 'kubeconfig_read'] $$;

-- The options without a component's place that our own host does not need: the file beside the extension's, or one from
-- the web. A server whose kubeconfig was read stays complete.
CREATE OR REPLACE FUNCTION k8s_fdw.without_package(given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN given->>'fdw_package_url' ~ '^file:///' AND given->>'fdw_package_url' !~ '^file://.*/extension/k8s_fdw-[0-9][^/]*\.wasm$' THEN given
              ELSE given - ARRAY['fdw_package_url', 'fdw_package_name', 'fdw_package_version', 'fdw_package_checksum']
                   || CASE WHEN k8s_fdw.is_complete(given) AND given->>'kubeconfig' LIKE '/%' THEN '{"kubeconfig_read": "true"}'::jsonb ELSE '{}' END END
$$;

-- What remains of a kubeconfig that was given as text, so that it can be SET again.
CREATE OR REPLACE FUNCTION k8s_fdw.is_former_text(kubeconfig text) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT kubeconfig ~ '^text, context [^\n]*$' $$;

-- The options as the kubeconfig wants them. What the statement itself gave (`own_…`) stays. `owners` are those who need
-- the right to read files besides this role; if it is NULL, no file is read that a text names.
CREATE OR REPLACE FUNCTION k8s_fdw.with_kubeconfig(given jsonb, new_server oid, owners oid[], own_url boolean, own_token boolean, own_user boolean) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  source constant text := given->>'kubeconfig';
  folder constant text := substring(source FROM '^/(?:.*/)?');
  context text := coalesce(given->>'context', 'current-context');
  config jsonb;
  access record;
BEGIN
  IF NOT (own_url AND own_token) THEN
    IF folder IS NOT NULL THEN
      config := k8s_fdw.parse_kubeconfig(k8s_fdw.read_kubeconfig(source, owners));
    ELSE
      config := k8s_fdw.parse_kubeconfig(source);
      PERFORM k8s_fdw.refuse_named_files(config, owners, false);
    END IF;
    IF new_server IS NOT NULL AND (folder IS NOT NULL OR (k8s_fdw.named_file(config, false)).path IS NOT NULL) THEN
      PERFORM set_config('k8s_fdw.read_for', concat_ws(',', nullif(current_setting('k8s_fdw.read_for', true), ''), new_server), false);
    END IF;
    access := k8s_fdw.kubeconfig_access(config, folder, given->>'context', NOT own_url, NOT own_token, own_user);
    context := access.context_name;
    IF NOT own_url THEN
      given := given || jsonb_build_object('api_url', access.url);
    END IF;
    IF NOT own_token THEN
      -- The token of a former cluster must not be sent to this one.
      given := given - 'api_key' || jsonb_strip_nulls(jsonb_build_object('api_key', access.token));
    END IF;
    -- If the kubeconfig names nobody to impersonate, the option stays as it is: a server must not gain rights in this
    -- way.
    IF access.impersonation <> '{}' THEN
      given := given - 'impersonate_groups' || access.impersonation;
    END IF;
  END IF;
  IF folder IS NULL THEN
    given := given - 'context' || jsonb_build_object('kubeconfig', 'text, context ' || context);
  END IF;
  RETURN given;
END $$;

-- pg_dump writes CREATE SERVER, which a superuser runs, and ALTER SERVER … OWNER TO. A server that names a file, was
-- never completed, and belongs to somebody who may not read files would be completed between the two. The servers for
-- which files were read are noted in a setting of the session, which the future owner cannot change.
CREATE OR REPLACE FUNCTION k8s_fdw.refuse_owner(server oid, server_name text, former oid, owner oid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF former <> owner AND NOT has_function_privilege(owner, 'k8s_fdw.read_server_file(text)', 'EXECUTE')
     AND server = ANY (('{' || coalesce(current_setting('k8s_fdw.read_for', true), '') || '}')::oid[]) THEN
    RAISE EXCEPTION 'server "%" was made in this session of files that its new owner "%" may not read', server_name, (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner)
      USING ERRCODE = 'insufficient_privilege',
            HINT = 'In a restored dump it names files that were never read for that role: drop it, for until then what they hold stands in its options. If the role is to have what the files hold, give it the server in another session.';
  END IF;
END $$;

-- The options with the token that the kubeconfig gave as a secret of Vault, if this role can put it there.
CREATE OR REPLACE FUNCTION k8s_fdw.with_vault(wanted jsonb, server oid, server_name text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT wanted ? 'api_key' THEN
    RETURN wanted - 'api_key_id';
  ELSIF k8s_fdw.vault_state() = 'usable' THEN
    RETURN wanted - 'api_key' || jsonb_build_object('api_key_id',
      k8s_fdw.keep_in_vault(wanted->>'api_key', wanted->>'api_key_id', server, server_name));
  END IF;
  RETURN wanted;
END $$;

-- Tells that a kubeconfig was read but its token was not used, because the server has another. Whoever sets a new
-- kubeconfig thinks that its token counts from now on.
CREATE OR REPLACE FUNCTION k8s_fdw.remark_own_token(server_name text, server oid, given jsonb, by_statement boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key constant text := (SELECT k FROM unnest(k8s_fdw.token_options()) AS k WHERE given ? k LIMIT 1);
  other record;
  remark text;
  problem text;
BEGIN
  IF by_statement THEN
    remark := format('the token of the kubeconfig is not taken, as server "%s" is given one by %s', server_name, key);
    RAISE NOTICE '%', remark;
    RETURN;
  END IF;
  SELECT n.* INTO other FROM k8s_fdw.vault_named_by(given->>'api_key_id', k8s_fdw.vault_own_name(given->>'api_key_id'), server) AS n WHERE n.counts LIMIT 1;
  problem := format('the token of the kubeconfig is not taken, as server "%s" has one by %s', server_name, key);
  PERFORM k8s_fdw.caution(problem,
    CASE WHEN other.name IS NOT NULL THEN format('Server "%s" names the same secret. ', other.name)
         WHEN key = 'api_key_id' AND k8s_fdw.vault_state() <> 'usable' THEN format('"%s" may not change secrets of Vault. ', current_user)
         ELSE '' END
    || format('The token of the kubeconfig for this server: ALTER SERVER %I OPTIONS (DROP %s, SET kubeconfig …).', server_name, key)
    || CASE WHEN key <> 'api_key' THEN ' Another token for all that use the secret: SELECT vault.update_secret(''<id>'', ''<token>'').' ELSE '' END,
    given->>'kubeconfig' NOT LIKE '/%');
END $$;

-- `before` is server_state() from before the statement; NULL for a new server, or if it was not recorded.
CREATE OR REPLACE FUNCTION k8s_fdw.complete_server(server oid, is_new boolean, before jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  now jsonb := k8s_fdw.server_state(server);
  name text;
  given jsonb;
  wanted jsonb;
  credentials jsonb := '{}';
  wrapper jsonb;
  changes text;
  owners oid[];
  own boolean;
  restored boolean;
  read_again boolean;
  own_url boolean;
  own_key boolean;
  own_user boolean;
  by_hand boolean;
  problem text;
  advice text;
BEGIN
  SELECT s.srvname,
         coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(s.srvoptions) AS o), '{}'),
         coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(w.fdwoptions) AS o), '{}'),
         k8s_fdw.own_host(w.fdwname)
    INTO name, given, wrapper, own
    FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
   WHERE s.oid = server;

  restored := is_new AND k8s_fdw.is_complete(given);
  -- A superuser who restores or alters a server must not read files for whoever named them in it.
  owners := CASE WHEN NOT restored AND (is_new OR before->>'kubeconfig' IS DISTINCT FROM now->>'kubeconfig' OR given->>'kubeconfig' LIKE '/%')
                 THEN array_remove(ARRAY[(now->>'owner')::oid, (before->>'owner')::oid], NULL) END;
  own_url := given ? 'api_url' AND (is_new OR before->>'api_url' IS DISTINCT FROM now->>'api_url');
  own_key := given ? 'api_key' AND (is_new OR before->>'api_key' IS DISTINCT FROM now->>'api_key');
  own_user := given ?| ARRAY['impersonate_user_setting', 'impersonate_groups_setting']
    OR (given ?| ARRAY['impersonate_user', 'impersonate_groups']
        AND (is_new OR before->>'impersonation' IS DISTINCT FROM now->>'impersonation'));
  read_again := CASE
    WHEN NOT given ? 'kubeconfig' OR k8s_fdw.is_former_text(given->>'kubeconfig') THEN false
    WHEN given->>'kubeconfig' NOT LIKE '/%' THEN true
    WHEN is_new THEN NOT restored
    WHEN before IS NULL THEN NOT given ? 'api_url'
    -- Whoever restores the dump of a server that has a path and no URL would have the file read for it.
    WHEN before->>'api_url' IS NOT NULL AND NOT given ? 'api_url' THEN true
    WHEN before->>'kubeconfig' IS DISTINCT FROM now->>'kubeconfig' THEN true
    -- SET to the same path writes the row again as it was, and means that the file is new. OWNER TO the same role,
    -- which pg_dump writes, does not even write the row.
    ELSE before->>'all' = now->>'all' AND before->>'row' <> now->>'row' END;

  PERFORM k8s_fdw.refuse_owner(server, name, (before->>'owner')::oid, (now->>'owner')::oid);
  IF own THEN
    PERFORM k8s_fdw.refuse_token_file(server, name, (now->>'owner')::oid);
  END IF;
  wanted := k8s_fdw.with_package(given, wrapper, name, own);
  IF own AND restored THEN
    -- The dump may be one of a database in which Wrappers served it.
    wanted := k8s_fdw.without_package(wanted);
  END IF;
  IF read_again THEN
    -- An api_key_id counts as written by hand, unless it was there before and its secret belongs to this server or is
    -- gone.
    by_hand := own_key OR given ? 'api_key_name' OR given ? 'api_key_id' AND (
      is_new OR before->>'api_key_id' IS DISTINCT FROM given->>'api_key_id' OR k8s_fdw.vault_state() <> 'usable'
      OR NOT coalesce(k8s_fdw.vault_keeps(given->>'api_key_id', server), true));
    IF k8s_fdw.has_proxy(given, wrapper) AND NOT own_url AND NOT by_hand THEN
      wanted := k8s_fdw.with_proxy(wanted, wrapper) - k8s_fdw.connection_options()
        || CASE WHEN own THEN '{"kubeconfig_read": "true"}'::jsonb ELSE '{}' END;
    ELSIF own THEN
      SELECT k.options, k.credentials INTO wanted, credentials
        FROM k8s_fdw.with_own_kubeconfig(wanted, CASE WHEN is_new THEN server END, owners, ARRAY(
               SELECT o FROM unnest(k8s_fdw.connection_options()) AS o
                WHERE given ? o AND (is_new OR before #>> ARRAY['connection', o] IS DISTINCT FROM now #>> ARRAY['connection', o])
               UNION ALL SELECT 'api_url' WHERE own_url), by_hand, own_user) AS k;
      -- Vault is the place of a token where there is one, and the mapping otherwise.
      IF NOT by_hand THEN
        wanted := wanted - 'api_key';
        IF credentials ? 'token' AND k8s_fdw.vault_state() = 'usable' THEN
          wanted := wanted || jsonb_build_object('api_key', credentials->>'token');
          credentials := credentials - 'token';
        END IF;
      END IF;
    ELSE
      wanted := k8s_fdw.with_kubeconfig(wanted, CASE WHEN is_new THEN server END, owners, own_url, by_hand, own_user);
    END IF;
    IF NOT by_hand THEN
      wanted := k8s_fdw.with_vault(wanted, server, name);
    ELSE
      PERFORM k8s_fdw.remark_own_token(name, server, given,
        is_new OR own_key OR before->>'api_key_id' IS DISTINCT FROM now->>'api_key_id' OR before->>'api_key_name' IS DISTINCT FROM now->>'api_key_name');
    END IF;
  END IF;

  changes := k8s_fdw.option_changes(given, wanted);
  IF changes IS NOT NULL THEN
    PERFORM k8s_fdw.run(format('ALTER SERVER %I OPTIONS (%s)', name, changes));
  END IF;
  IF own AND read_again THEN
    PERFORM k8s_fdw.keep_credentials(server, name, credentials, given->>'kubeconfig' NOT LIKE '/%');
  END IF;
  IF k8s_fdw.is_nested() THEN
    -- The statement that this one completes does the rest.
    RETURN;
  END IF;
  IF before->>'api_key_id' IS DISTINCT FROM wanted->>'api_key_id' THEN
    PERFORM k8s_fdw.remove_from_vault(before->>'api_key_id', server, name);
  ELSIF before->>'name' <> name THEN
    PERFORM k8s_fdw.rename_in_vault(wanted->>'api_key_id', server, name);
  END IF;

  IF wanted ? 'api_key' AND NOT restored
     AND ((own_key AND (is_new OR before IS NOT NULL)) OR wanted->>'api_key' IS DISTINCT FROM given->>'api_key') THEN
    problem := format('the bearer token of server "%s" now stands in its options, and every role of this database can read those', name);
    advice := CASE
      WHEN own_key THEN format('With Vault only its id does: SELECT vault.create_secret(''<token>'', %L); then '
                               'ALTER SERVER %I OPTIONS (DROP api_key, ADD api_key_id ''<id>'').', name, name)
      WHEN k8s_fdw.vault_state() = 'denied' THEN format(
        'Vault would keep it, but not for "%s": that takes USAGE on schema vault, EXECUTE on vault.create_secret and vault.update_secret, '
        'and SELECT on vault.decrypted_secrets. Then: ALTER SERVER %I OPTIONS (SET kubeconfig …).', current_user, name)
      ELSE format('Vault would keep it: CREATE EXTENSION supabase_vault; then ALTER SERVER %I OPTIONS (SET kubeconfig …).', name) END;
    PERFORM k8s_fdw.caution(problem, advice, own_key OR given->>'kubeconfig' NOT LIKE '/%');
  END IF;
  IF NOT restored AND (own_key AND (is_new OR before IS NOT NULL) OR read_again AND NOT by_hand AND given->>'kubeconfig' NOT LIKE '/%'
     -- With this setting pg_stat_statements keeps the extension's own statements too, even if a file gave what is in them.
     OR credentials <> '{}' AND current_setting('pg_stat_statements.track', true) = 'all') THEN
    PERFORM k8s_fdw.remark_kept_text(name);
  END IF;
END $$;
