-- Owns: k8s_fdw_validator, which Postgres calls with all options of one object, old and new.
-- Never: looking at other objects; what depends on them is the event trigger's.

CREATE OR REPLACE FUNCTION k8s_fdw.check_impersonation(given jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  name text;
  part text;
BEGIN
  FOREACH name IN ARRAY ARRAY['impersonate_user', 'impersonate_groups'] LOOP
    IF given ?& ARRAY[name, name || '_setting'] THEN
      PERFORM k8s_fdw.reject(name, format('and "%s_setting" both say whom to impersonate', name), 'Keep one of them.');
    END IF;
    FOREACH part IN ARRAY ARRAY['_path', '_prefix'] LOOP
      IF given ? (name || part) AND NOT given ? (name || '_setting') THEN
        PERFORM k8s_fdw.reject(name || part, format('needs "%s_setting" beside it', name),
          'It is for a name that a setting of the session gives.');
      END IF;
    END LOOP;
  END LOOP;
  IF given ?| ARRAY['impersonate_groups', 'impersonate_groups_setting']
     AND NOT given ?| ARRAY['impersonate_user', 'impersonate_user_setting'] THEN
    PERFORM k8s_fdw.reject('impersonate_groups', 'needs a user beside it, for Kubernetes takes no group alone',
      'Add impersonate_user or impersonate_user_setting.');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_server_options(given jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  keys text[] := ARRAY(SELECT k FROM unnest(k8s_fdw.token_options()) AS k WHERE given ? k);
BEGIN
  IF NOT given ? 'api_url' AND (NOT given ? 'kubeconfig' OR k8s_fdw.is_former_text(given->>'kubeconfig')) THEN
    RAISE EXCEPTION 'the server does not say which cluster it is: it needs "api_url" or "kubeconfig"'
      USING ERRCODE = 'fdw_option_name_not_found',
            HINT = 'OPTIONS (kubeconfig ''/path/on/the/database/server''), or OPTIONS (api_url ''https://…:6443'', api_key_id ''…'').';
  END IF;
  IF given ? 'context' AND (NOT given ? 'kubeconfig' OR k8s_fdw.is_former_text(given->>'kubeconfig')) THEN
    PERFORM k8s_fdw.reject('context', 'picks a context of a kubeconfig, and there is none',
      'Give the option kubeconfig with it, or leave context out.');
  END IF;
  IF cardinality(keys) > 1 THEN
    PERFORM k8s_fdw.reject(keys[1], format('and "%s" both give the bearer token', keys[2]),
      format('Keep one of them: OPTIONS (DROP %s).', keys[1]));
  END IF;
  IF given->>'insecure_skip_tls_verify' = 'true' AND given ? 'certificate_authority_data' THEN
    PERFORM k8s_fdw.reject('insecure_skip_tls_verify', 'and "certificate_authority_data" contradict each other: with a CA the certificate is verified',
      'Keep one of them, as kubectl demands too.');
  END IF;
  PERFORM k8s_fdw.check_impersonation(given);
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_mapping_options(given jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  role constant name := k8s_fdw.without_file_right('{}');
  pair text[];
BEGIN
  FOREACH pair SLICE 1 IN ARRAY ARRAY[['client_certificate_data', 'client_key_data'], ['client_key_data', 'client_certificate_data'],
                                      ['username', 'password'], ['password', 'username']] LOOP
    IF given ? pair[1] AND NOT given ? pair[2] THEN
      PERFORM k8s_fdw.reject(pair[1], format('needs "%s" beside it', pair[2]), 'Give both in one statement.');
    END IF;
  END LOOP;
  IF given ? 'exec' AND given ?| ARRAY['token', 'token_file', 'username', 'client_key_data'] THEN
    PERFORM k8s_fdw.reject('exec', 'and another credential cannot be used together', 'Keep one of them.');
  ELSIF given ?& ARRAY['token', 'token_file'] THEN
    PERFORM k8s_fdw.reject('token', 'and "token_file" both give the bearer token', 'Keep one of them.');
  ELSIF given ? 'username' AND given ?| ARRAY['token', 'token_file'] THEN
    PERFORM k8s_fdw.reject('username', 'and a bearer token cannot be sent together', 'Keep one of them, as kubectl demands too.');
  ELSIF given ? 'token_file' AND role IS NOT NULL THEN
    RAISE EXCEPTION 'token_file "%" is a file of the database server, and "%" may not read files there', given->>'token_file', role
      USING ERRCODE = 'insufficient_privilege', HINT = k8s_fdw.file_right_advice(role, 'Give the token itself (token)');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_table_options(given jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  version_given boolean := given ?| ARRAY['apiVersion', 'apiversion'];
BEGIN
  IF given ?& ARRAY['namespace', 'namespaces'] THEN
    PERFORM k8s_fdw.reject('namespaces', 'and "namespace" both say where to look', 'Keep one of them.');
  ELSIF given->>'watch' IN ('on', 'true') AND given->>'writes' IN ('on', 'true') THEN
    PERFORM k8s_fdw.reject('writes', 'and "watch" contradict each other: changes of objects cannot be written', 'Keep one of them.');
  ELSIF given ?& ARRAY['apiVersion', 'apiversion'] THEN
    PERFORM k8s_fdw.reject('apiVersion', 'is given twice, with and without quotes',
      'Keep the one without quotes: OPTIONS (DROP "apiVersion").');
  ELSIF given ? 'object' AND (version_given OR given ? 'kind') THEN
    PERFORM k8s_fdw.reject('object', 'and "apiVersion" with "kind" are two ways to say the same',
      'Keep apiVersion and kind, or object.');
  ELSIF NOT given ?| ARRAY['object', 'kind'] THEN
    RAISE EXCEPTION '%', CASE
        WHEN version_given THEN 'the table has an "apiVersion" but no "kind"'
        ELSE 'the table does not say which kind of object it shows' END
      USING ERRCODE = 'fdw_option_name_not_found',
            HINT = 'OPTIONS (apiVersion ''v1'', kind ''Pod''), or OPTIONS (object ''pods'').';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_package_options(given jsonb, own boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF own THEN
    IF given->>'fdw_package_url' !~ '^file:///' THEN
      PERFORM k8s_fdw.reject('fdw_package_url', 'must begin with file:///, as k8s_fdw''s own host fetches nothing',
        'Leave it out: then the component is the file beside the extension''s.');
    END IF;
  ELSIF given->>'fdw_package_url' ~ '^https?://' AND NOT given ? 'fdw_package_checksum' THEN
    RAISE EXCEPTION 'a component from the web needs "fdw_package_checksum" beside "fdw_package_url"'
      USING ERRCODE = 'fdw_option_name_not_found',
            HINT = 'Give both in one statement; the release has the checksum in checksum.txt.';
  ELSIF given ? 'fdw_package_url' AND NOT given ?& ARRAY['fdw_package_name', 'fdw_package_version'] THEN
    RAISE EXCEPTION '"fdw_package_url" needs "fdw_package_name" and "fdw_package_version" beside it'
      USING ERRCODE = 'fdw_option_name_not_found',
            HINT = 'OPTIONS (fdw_package_url ''file:///…/k8s_fdw.wasm'', fdw_package_name ''k8s-fdw:k8s-fdw'', fdw_package_version ''@VERSION@'').';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_wrapper_options(given jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF given ? 'kubeconfig' <> given ? 'api_url' THEN
    RAISE EXCEPTION 'the wrapper needs both "kubeconfig" and "api_url", or neither: they say where a kubectl proxy with that kubeconfig listens'
      USING ERRCODE = 'fdw_option_name_not_found',
            HINT = 'OPTIONS (ADD kubeconfig ''/kubeconfig'', ADD api_url ''http://127.0.0.1:8001'').';
  ELSIF given->>'kubeconfig' NOT LIKE '/%' THEN
    PERFORM k8s_fdw.reject('kubeconfig', 'must be a path here', 'Give the wrapper the path that servers name. A kubeconfig as text belongs to a server.');
  END IF;
END $$;

-- For apply() too: a server of the plain Wrappers way has another validator. `own` says whether our own host serves it.
CREATE OR REPLACE FUNCTION k8s_fdw.check_options(options text[], catalog oid, own boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given jsonb;
  option record;
BEGIN
  FOR option IN SELECT option_name AS name, option_value AS value FROM pg_options_to_table(options) LOOP
    PERFORM k8s_fdw.check_option_name(option.name, catalog, own);
    PERFORM k8s_fdw.check_option_length(option.name, option.value);
    PERFORM k8s_fdw.check_option_value(option.name, option.value);
  END LOOP;

  SELECT coalesce(jsonb_object_agg(option_name, option_value), '{}') INTO given FROM pg_options_to_table(options);
  PERFORM k8s_fdw.check_package_options(given, own);
  IF catalog = 'pg_foreign_server'::regclass THEN
    PERFORM k8s_fdw.check_server_options(given);
    PERFORM k8s_fdw.check_named_files(given, own);
  ELSIF catalog = 'pg_user_mapping'::regclass THEN
    PERFORM k8s_fdw.check_mapping_options(given);
  ELSIF catalog = 'pg_foreign_table'::regclass THEN
    PERFORM k8s_fdw.check_table_options(given);
  ELSIF catalog = 'pg_foreign_data_wrapper'::regclass THEN
    PERFORM k8s_fdw.check_wrapper_options(given);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION @extschema@.k8s_fdw_validator(options text[], catalog oid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  advice text;
BEGIN
  PERFORM k8s_fdw.check_options(options, catalog, k8s_fdw.own_host());
EXCEPTION WHEN OTHERS THEN
  -- Again from here, so that the reader is spared the helpers' call stack, and neither it nor DETAIL can quote a value.
  GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
  PERFORM k8s_fdw.raise_quietly(SQLERRM, SQLSTATE, advice);
END $$;
