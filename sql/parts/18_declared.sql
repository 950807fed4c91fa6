-- The options, where each of them belongs, and the values that it takes. Made of options/ by node options/generate.ts,
-- so never edited by hand.

-- The options that belong to k8s_fdw's own host, whether that serves the wrapper or not.
CREATE OR REPLACE FUNCTION k8s_fdw.declared_host_options(on_catalog oid) RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN on_catalog = 'pg_foreign_server'::regclass THEN ARRAY['certificate_authority_data', 'tls_server_name', 'insecure_skip_tls_verify', 'proxy_url', 'connect_timeout', 'request_timeout', 'kubeconfig_read']
    WHEN on_catalog = 'pg_user_mapping'::regclass THEN ARRAY['client_certificate_data', 'client_key_data', 'token', 'token_file', 'exec', 'username', 'password', 'login_key', 'taken_from_kubeconfig']
    ELSE '{}'::text[] END
$$;

-- Those that objects of the wrapper k8s_fdw take now.
CREATE OR REPLACE FUNCTION k8s_fdw.host_options(on_catalog oid) RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN k8s_fdw.own_host() THEN k8s_fdw.declared_host_options(on_catalog) ELSE '{}' END
$$;

-- The list of options, and where each of them goes.
CREATE OR REPLACE FUNCTION k8s_fdw.known_options(OUT catalog oid, OUT place text, OUT names text[]) RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
    ('pg_foreign_data_wrapper'::regclass::oid, 'foreign data wrapper', ARRAY['api_url', 'kubeconfig', 'fdw_package_url', 'fdw_package_name', 'fdw_package_version', 'fdw_package_checksum']::text[]),
    ('pg_foreign_server'::regclass::oid, 'server', ARRAY['api_url', 'api_key', 'api_key_id', 'api_key_name', 'kubeconfig', 'context', 'page_size', 'forbidden', 'unreachable', 'trace', 'session_settings', 'stats', 'max_rows', 'max_bytes', 'writes', 'max_writes', 'login', 'login_client', 'login_secret', 'login_url', 'login_scope', 'login_tenant', 'login_cluster', 'login_region', 'login_audience', 'login_seconds', 'login_record', 'login_only', 'impersonate_user', 'impersonate_user_setting', 'impersonate_user_path', 'impersonate_user_prefix', 'impersonate_groups', 'impersonate_groups_setting', 'impersonate_groups_path', 'impersonate_groups_prefix', 'fdw_package_url', 'fdw_package_name', 'fdw_package_version', 'fdw_package_checksum']::text[] || k8s_fdw.host_options('pg_foreign_server'::regclass)),
    ('pg_foreign_table'::regclass::oid, 'table', ARRAY['apiVersion', 'apiversion', 'kind', 'object', 'namespace', 'namespaces', 'label_selector', 'field_selector', 'columns', 'watch', 'writes', 'rowid_column', 'max_writes', 'on_insert', 'force', 'propagation_policy', 'grace_period_seconds', 'subresource', 'on_error', 'reveal_secrets', 'comments']::text[]),
    ('pg_attribute'::regclass::oid, 'column', ARRAY['alias']::text[]),
    ('pg_user_mapping'::regclass::oid, 'user mapping', ARRAY[]::text[] || k8s_fdw.host_options('pg_user_mapping'::regclass))
$$;

-- What other programs call it, in quotes; NULL where no other word is known.
CREATE OR REPLACE FUNCTION k8s_fdw.other_word(option text, place text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE place || ' ' || translate(lower(option), '_- ', '')
      WHEN 'server url' THEN '"api_url"'
      WHEN 'server server' THEN '"api_url"'
      WHEN 'server host' THEN '"api_url"'
      WHEN 'server endpoint' THEN '"api_url"'
      WHEN 'server token' THEN '"api_key_name", with the token in Vault, or "api_key"'
      WHEN 'server bearertoken' THEN '"api_key_name", with the token in Vault, or "api_key"'
      WHEN 'server config' THEN '"kubeconfig"'
      WHEN 'server row_limit' THEN '"max_rows"'
      WHEN 'server limit' THEN '"max_rows"'
      WHEN 'server byte_limit' THEN '"max_bytes"'
      WHEN 'server writable' THEN '"writes"'
      WHEN 'server updatable' THEN '"writes"'
      WHEN 'server write' THEN '"writes"'
      WHEN 'server readonly' THEN '"writes"'
      WHEN 'server auth' THEN '"login"'
      WHEN 'server authprovider' THEN '"login"'
      WHEN 'server renew' THEN '"login"'
      WHEN 'server ca' THEN '"certificate_authority_data"'
      WHEN 'server cacert' THEN '"certificate_authority_data"'
      WHEN 'server certificateauthority' THEN '"certificate_authority_data"'
      WHEN 'server proxy' THEN '"proxy_url"'
      WHEN 'server httpsproxy' THEN '"proxy_url"'
      WHEN 'server httpproxy' THEN '"proxy_url"'
      WHEN 'server timeout' THEN '"request_timeout"'
      WHEN 'user mapping sslcert' THEN '"client_certificate_data"'
      WHEN 'user mapping cert' THEN '"client_certificate_data"'
      WHEN 'user mapping clientcertificate' THEN '"client_certificate_data"'
      WHEN 'user mapping certificate' THEN '"client_certificate_data"'
      WHEN 'user mapping sslkey' THEN '"client_key_data"'
      WHEN 'user mapping key' THEN '"client_key_data"'
      WHEN 'user mapping clientkey' THEN '"client_key_data"'
      WHEN 'user mapping apikey' THEN '"token"'
      WHEN 'user mapping bearertoken' THEN '"token"'
      WHEN 'user mapping tokenpath' THEN '"token_file"'
      WHEN 'user mapping execplugin' THEN '"exec"'
      WHEN 'user mapping command' THEN '"exec"'
      WHEN 'user mapping user' THEN '"username"'
      WHEN 'user mapping pass' THEN '"password"'
      WHEN 'table version' THEN '"apiVersion"'
      WHEN 'table resource' THEN '"object"'
      WHEN 'table resources' THEN '"object"'
      WHEN 'table ns' THEN '"namespace"'
      WHEN 'table selector' THEN '"label_selector"'
      WHEN 'table watches' THEN '"watch"'
      WHEN 'table changes' THEN '"watch"'
      WHEN 'table follow' THEN '"watch"'
      WHEN 'table writable' THEN '"writes"'
      WHEN 'table updatable' THEN '"writes"'
      WHEN 'table write' THEN '"writes"'
      WHEN 'table readonly' THEN '"writes"'
      WHEN 'table force_conflicts' THEN '"force"'
      WHEN 'table conflicts' THEN '"force"'
      WHEN 'table cascade' THEN '"propagation_policy"'
      WHEN 'table graceperiod' THEN '"grace_period_seconds"'
      WHEN 'column path' THEN '"alias"'
      WHEN 'column jsonpath' THEN '"alias"'
      WHEN 'column field' THEN '"alias"' END
$$;

-- Where a bearer token, or a line break, may stand.
CREATE OR REPLACE FUNCTION k8s_fdw.may_hold_token(option text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT option IN ('api_key', 'api_key_id', 'api_key_name', 'kubeconfig', 'login_secret', 'client_certificate_data', 'client_key_data', 'token', 'exec', 'username', 'password', 'login_key')
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.may_have_lines(option text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT option IN ('api_key', 'kubeconfig', 'certificate_authority_data', 'client_certificate_data', 'client_key_data', 'token', 'exec', 'login_key', 'columns')
$$;

-- Those that say which bearer token requests carry. A server has one of them at most.
CREATE OR REPLACE FUNCTION k8s_fdw.token_options() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT ARRAY['api_key', 'api_key_id', 'api_key_name']
$$;

-- Whether a statement has something that is named like a credential, so that its value may be a token of any form.
CREATE OR REPLACE FUNCTION k8s_fdw.names_token(statement text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT statement ~* '\m(api_?key|api_?key_?id|api_?key_?name|kubeconfig|login_?secret|client_?certificate_?data|client_?key_?data|token|exec|username|password|login_?key|(access_?|bearer_?|auth_?|api_?)?token|bearer|authorization|password|passwd|secret|credentials?|(client_?)?key_?data|private_?key|client_?key)"?\s+'''
$$;

-- By how many edits two words may differ of which one means the other; the longer has so many letters.
CREATE OR REPLACE FUNCTION k8s_fdw.edits_allowed(letters integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT greatest(CASE WHEN letters < 6 THEN 1 ELSE 2 END, letters / 4)
$$;

-- The most letters that are compared.
CREATE OR REPLACE FUNCTION k8s_fdw.longest_compared() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 100
$$;

-- The most characters of a value: what one role writes into the options of a table or a server others read,
-- as k8s_fdw.check(), a restore and psql's \d do.
CREATE OR REPLACE FUNCTION k8s_fdw.longest_value(option text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN option IN ('api_key', 'token', 'exec', 'login_key', 'namespaces', 'label_selector', 'field_selector') THEN 65536
    WHEN option IN ('kubeconfig') THEN 1048576
    WHEN option IN ('certificate_authority_data', 'client_certificate_data', 'client_key_data') THEN 262144
    WHEN option IN ('columns', 'comments') THEN 8388608
    ELSE 4096 END
$$;

-- What to do about an option without a value.
CREATE OR REPLACE FUNCTION k8s_fdw.advice_when_empty(option text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE option
    WHEN 'namespace' THEN 'Leave namespace out to read all namespaces.'
    ELSE 'Give it a value, or leave it out.' END
$$;

-- A bearer token anywhere in the text, in one of the forms that are known.
CREATE OR REPLACE FUNCTION k8s_fdw.holds_token(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT value ~ '(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})'
$$;

-- Letters and digits that change places as in no word: what a generator of tokens makes, in a form that nobody can know.
CREATE OR REPLACE FUNCTION k8s_fdw.looks_random(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT value ~ '(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}'
$$;

-- ObjectMeta of k8s.io/apimachinery: all that an object's metadata can have.
CREATE OR REPLACE FUNCTION k8s_fdw.meta_fields() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT ARRAY['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields']
$$;

-- What api_url must be, said of any option.
CREATE OR REPLACE FUNCTION k8s_fdw.check_url(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF value !~* '^https?:\/\/' THEN
    PERFORM k8s_fdw.reject(option, 'must be a URL that begins with https:// or http://',
      'For example ''https://10.0.0.1:6443'', or ''http://127.0.0.1:8001'' for a kubectl proxy.');
  ELSIF value ~ '^[^/]+\/\/[^/?#]*@' THEN
    PERFORM k8s_fdw.reject(option, 'must not carry a user name or password',
      'Put the bearer token into api_key_id (Vault), api_key_name (Vault) or api_key.');
  ELSIF value ~ '[?#]' THEN
    PERFORM k8s_fdw.reject(option, 'must not have a query (?) or a fragment (#)',
      'Give the base URL of the API server only, with a path if it is served below one.');
  ELSIF value !~* '^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?)(?::([0-9]+))?(?:\/[!"$->@-~]*)?$' THEN
    PERFORM k8s_fdw.reject(option, 'is not a valid URL',
      'A URL is https://host:port, without spaces; an IPv6 address goes into [brackets].');
  ELSIF value ~ '^[^/]+\/\/[^/]*:0*(0|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4}|[1-9][0-9]{5,})(\/|$)' THEN
    PERFORM k8s_fdw.reject(option, 'has a port that is none: ports are numbers from 1 to 65535',
      'An API server mostly listens on 6443 or 443, a kubectl proxy on 8001.');
  END IF;
END
$$;

-- Raises on a value that the option does not take.
CREATE OR REPLACE FUNCTION k8s_fdw.check_declared_value(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CASE option
  WHEN 'api_url' THEN
    PERFORM k8s_fdw.check_url(option, value);
  WHEN 'api_key', 'token' THEN
    IF value !~ '^\s*[!-~]+\s*$' THEN
      PERFORM k8s_fdw.reject(option, 'is not a bearer token: it has white space or other characters inside',
        'Give the token alone, as ''kubectl create token …'' prints it.');
    ELSIF value ~ '^\s*["''<]|["''>]\s*$' THEN
      PERFORM k8s_fdw.reject(option, 'is not a bearer token: it has white space or other characters inside',
        'Give the token alone, as ''kubectl create token …'' prints it.');
    END IF;
  WHEN 'api_key_id' THEN
    IF value !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
      PERFORM k8s_fdw.reject(option, 'must be the id (a UUID) of a Vault secret',
        'The id is what vault.create_secret() returns. For a secret''s name there is api_key_name.');
    END IF;
  WHEN 'api_key_name' THEN
    IF value ~* '^bearer +\S' THEN
      PERFORM k8s_fdw.reject(option, 'is a token itself, and not the name of a Vault secret',
        'SELECT vault.create_secret(''<token>'', ''kubernetes''); keeps it there, and then the option is api_key_name ''kubernetes''.');
    ELSIF value ~ '(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})' THEN
      PERFORM k8s_fdw.reject(option, 'is a token itself, and not the name of a Vault secret',
        'SELECT vault.create_secret(''<token>'', ''kubernetes''); keeps it there, and then the option is api_key_name ''kubernetes''.');
    ELSIF value ~ '(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}' THEN
      PERFORM k8s_fdw.reject(option, 'looks like a token, and not like the name of a Vault secret',
        'SELECT vault.create_secret(''<token>'', ''kubernetes''); and then api_key_name ''kubernetes''. If a secret has this name, give its id as api_key_id, or rename it.');
    END IF;
  WHEN 'kubeconfig' THEN
    IF value !~ '^\/|[\n{]|^text, context ' THEN
      PERFORM k8s_fdw.reject(option, 'is neither an absolute path nor the text of a kubeconfig',
        'A path begins with / and is one on the database server. The text is what this prints: kubectl config view --raw --minify --flatten');
    END IF;
  WHEN 'page_size' THEN
    IF value !~ '^0*([1-9][0-9]{0,4}|100000)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a whole number from 1 to 100000, not %s', k8s_fdw.shown(value)),
        'It is the largest number of objects that one request asks for.');
    END IF;
  WHEN 'forbidden' THEN
    IF value !~ '^(error|skip)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be error or skip, not %s', k8s_fdw.shown(value)),
        'skip: a table of several namespaces leaves out those that may not be listed, with a warning.');
    END IF;
  WHEN 'unreachable' THEN
    IF value !~ '^(error|skip)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be error or skip, not %s', k8s_fdw.shown(value)),
        'skip: while the API server cannot be reached, its tables have no rows, with a warning.');
    END IF;
  WHEN 'trace', 'session_settings', 'stats', 'writes', 'login_only', 'watch', 'force' THEN
    IF value !~ '^(on|off|true|false)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be on, off, true or false, not %s', k8s_fdw.shown(value)),
        'Leave it out for the default.');
    END IF;
  WHEN 'max_rows' THEN
    IF value !~ '^[1-9][0-9]{0,8}$' THEN
      PERFORM k8s_fdw.reject(option, format('must be the most rows that one scan may give, from 1 to 999999999, not %s', k8s_fdw.shown(value)),
        'For example ''10000''. A scan of more rows is an error, and never a shorter answer.');
    END IF;
  WHEN 'max_bytes' THEN
    IF value !~ '^[1-9][0-9]{0,5}(kB|MB|GB)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be an amount with its unit, kB, MB or GB, not %s', k8s_fdw.shown(value)),
        'For example ''64MB'': the most that one scan may read from the API server.');
    END IF;
  WHEN 'max_writes' THEN
    IF value !~ '^[1-9][0-9]{0,5}$' THEN
      PERFORM k8s_fdw.reject(option, format('must be the most rows that one statement may change, from 1 to 999999, not %s', k8s_fdw.shown(value)),
        'For example ''1000''. It keeps a statement without its WHERE from changing everything.');
    END IF;
  WHEN 'login' THEN
    IF value !~ '^(service_account|eks|azure|google|oidc)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be service_account, eks, azure, google or oidc, not %s', k8s_fdw.shown(value)),
        'It says how k8s_fdw.renew() gets a new token.');
    END IF;
  WHEN 'login_secret' THEN
    IF value ~ '^[{[]|PRIVATE KEY' THEN
      PERFORM k8s_fdw.reject(option, 'is a secret itself, and not the name of a Vault secret',
        'SELECT vault.create_secret(''<secret>'', ''login''); keeps it there, and then the option is login_secret ''login''.');
    ELSIF value ~ '(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})' THEN
      PERFORM k8s_fdw.reject(option, 'is a secret itself, and not the name of a Vault secret',
        'SELECT vault.create_secret(''<secret>'', ''login''); keeps it there, and then the option is login_secret ''login''.');
    ELSIF value ~ '(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}' THEN
      PERFORM k8s_fdw.reject(option, 'is a secret itself, and not the name of a Vault secret',
        'SELECT vault.create_secret(''<secret>'', ''login''); keeps it there, and then the option is login_secret ''login''.');
    END IF;
  WHEN 'login_seconds' THEN
    IF value !~ '^0*[1-9][0-9]{0,7}$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a number of seconds, not %s', k8s_fdw.shown(value)),
        'For example ''3600''. Kubernetes gives no token for less than 600 s.');
    END IF;
  WHEN 'impersonate_user', 'impersonate_user_prefix', 'impersonate_groups_prefix' THEN
    IF value !~ '^[ -~]+$' THEN
      PERFORM k8s_fdw.reject(option, 'has characters beyond printable ASCII, which no header can carry',
        'Kubernetes takes the name from a header of the request.');
    END IF;
  WHEN 'impersonate_user_setting', 'impersonate_groups_setting' THEN
    IF value !~ '^[A-Za-z_][A-Za-z0-9_$.]*$' THEN
      PERFORM k8s_fdw.reject(option, format('must be the name of a setting, not %s', k8s_fdw.shown(value)),
        'For example ''role'', or ''request.jwt.claims''.');
    END IF;
  WHEN 'impersonate_groups' THEN
    IF value !~ '^[ -~]+$' THEN
      PERFORM k8s_fdw.reject(option, 'has characters beyond printable ASCII, which no header can carry',
        'Kubernetes takes the name from a header of the request.');
    ELSIF value ~ ',' THEN
      PERFORM k8s_fdw.reject(option, 'has several groups, and Wrappers can send only one',
        'Grant the rights to one group, or to the user, and impersonate that.');
    END IF;
  WHEN 'fdw_package_url' THEN
    IF value !~ '^(file:\/\/\/|https?:\/\/|wargs?:\/\/)' THEN
      PERFORM k8s_fdw.reject(option, format('must begin with file:///, https:// or http://, not %s', k8s_fdw.shown(value)),
        'For example ''file:///usr/share/postgresql/15/extension/k8s_fdw-@VERSION@.wasm''.');
    END IF;
  WHEN 'fdw_package_name' THEN
    IF value !~ '^[a-z0-9-]+:[a-z0-9-]+$' THEN
      PERFORM k8s_fdw.reject(option, format('must have the form owner:name, not %s', k8s_fdw.shown(value)),
        'The component''s own name is ''k8s-fdw:k8s-fdw''.');
    END IF;
  WHEN 'fdw_package_version' THEN
    IF value !~ '^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a version like @VERSION@, not %s', k8s_fdw.shown(value)),
        'It is the component''s own version.');
    END IF;
  WHEN 'fdw_package_checksum' THEN
    IF value !~ '^[0-9a-f]{64}$' THEN
      PERFORM k8s_fdw.reject(option, 'must be a SHA-256 checksum: 64 hexadecimal digits',
        'In lower case. The release has it in checksum.txt; sha256sum computes it.');
    END IF;
  WHEN 'certificate_authority_data', 'client_certificate_data' THEN
    PERFORM k8s_fdw.check_pem(option, value, 'CERTIFICATE');
  WHEN 'tls_server_name' THEN
    IF value !~ '^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f]*:[0-9A-Fa-f:.]+$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a host name or an IP address, not %s', k8s_fdw.shown(value)),
        'It is the name in the API server''s certificate, without a port.');
    END IF;
  WHEN 'insecure_skip_tls_verify' THEN
    IF value !~ '^(true|false)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be true or false, not %s', k8s_fdw.shown(value)),
        'true: whoever answers gets the credentials. certificate_authority_data is the way to trust a cluster.');
    END IF;
  WHEN 'proxy_url' THEN
    IF value !~ '^(https?|socks5h?):\/\/' THEN
      PERFORM k8s_fdw.reject(option, 'must be a URL that begins with http://, https://, socks5:// or socks5h://',
        'For example ''http://proxy.example.org:3128''.');
    ELSIF value ~ '^[^/]+\/\/[^/?#]*@' THEN
      PERFORM k8s_fdw.reject(option, 'must not carry a user name or password',
        'Every role of this database can read a server''s options.');
    ELSIF value !~ '^[a-z0-9]+:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?\/?$' THEN
      PERFORM k8s_fdw.reject(option, 'is not the URL of a proxy',
        'It has a host and perhaps a port, and no path.');
    END IF;
  WHEN 'connect_timeout', 'request_timeout' THEN
    IF value !~ '^[1-9][0-9]{0,5}(ms|s|m|min)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a number with ms, s or min behind it, not %s', k8s_fdw.shown(value)),
        'For example ''500ms'', ''10s'' or ''2min''.');
    END IF;
  WHEN 'kubeconfig_read' THEN
    IF value !~ '^(true)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be true, not %s', k8s_fdw.shown(value)),
        'The extension writes it. To have the kubeconfig read again: ALTER SERVER … OPTIONS (SET kubeconfig …).');
    END IF;
  WHEN 'client_key_data' THEN
    PERFORM k8s_fdw.check_pem(option, value, 'PRIVATE KEY');
  WHEN 'token_file' THEN
    IF value !~ '^\/' THEN
      PERFORM k8s_fdw.reject(option, 'must be an absolute path of the database server',
        'It begins with /. A token itself is the option token.');
    END IF;
  WHEN 'exec' THEN
    PERFORM k8s_fdw.check_exec(value);
  WHEN 'username' THEN
    IF value ~ ':' THEN
      PERFORM k8s_fdw.reject(option, 'must not have a colon, which ends the name in basic authentication',
        'The password is an option of its own.');
    END IF;
  WHEN 'taken_from_kubeconfig' THEN
    IF value !~ '^[0-9a-f]{32}$' THEN
      PERFORM k8s_fdw.reject(option, 'is written by the extension, and is a checksum',
        'Leave it out.');
    END IF;
  WHEN 'apiVersion', 'apiversion' THEN
    IF value !~ '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[a-z]([-a-z0-9]*[a-z0-9])?$' THEN
      PERFORM k8s_fdw.reject('apiVersion', format('must be a version or group/version, not %s', k8s_fdw.shown(value)),
        'For example ''v1'' or ''apps/v1'', as the first line of a manifest has it; kubectl api-versions lists them.');
    END IF;
  WHEN 'kind' THEN
    IF value !~ '^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be one kind, not %s', k8s_fdw.shown(value)),
        CASE WHEN value ~ '^[A-Za-z][A-Za-z.-]*\/[A-Za-z]+$' THEN 'The lines of logs are object ''pods/log''; of other subresources there are no tables.'
             ELSE 'For example ''Pod'' or ''ReplicaSet'', as a manifest has it; kubectl api-resources lists them.' END);
    END IF;
  WHEN 'object' THEN
    IF value !~ '^(can_i|api_resources|pods\/log|can_show|login_answer)$|^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?(\.(v[0-9]+((alpha|beta)[0-9]+)?\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?)?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a resource, not %s', k8s_fdw.shown(value)),
        CASE WHEN k8s_fdw.nearest(value, ARRAY['version', 'whoami', 'can_i', 'api_resources', 'pods/log', 'manifests']) IS NOT NULL THEN format('Perhaps you meant ''%s''.', k8s_fdw.nearest(value, ARRAY['version', 'whoami', 'can_i', 'api_resources', 'pods/log', 'manifests']))
             WHEN value ~ '^[A-Za-z][A-Za-z.-]*\/[A-Za-z]+$' THEN 'Of subresources only ''pods/log'' is a table; an object''s status is a column of its own table.'
             ELSE 'For example ''pods'', ''deploy'', ''deployments.apps'' or ''deployments.v1.apps'', as kubectl takes it.' END);
    END IF;
  WHEN 'namespace' THEN
    IF value !~ '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be the name of one namespace, not %s', k8s_fdw.shown(value)),
        'For several give namespaces ''one,two'' instead; leave both out to read all.');
    END IF;
  WHEN 'namespaces' THEN
    IF value !~ '^ *[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])? *(, *[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])? *)*$' THEN
      PERFORM k8s_fdw.reject(option, format('must be names of namespaces with commas between them, not %s', k8s_fdw.shown(value)),
        'For example ''default,web''. Leave it out to read all namespaces.');
    END IF;
  WHEN 'columns' THEN
    PERFORM k8s_fdw.check_columns(value);
  WHEN 'on_insert' THEN
    IF value !~ '^(create|apply)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be create or apply, not %s', k8s_fdw.shown(value)),
        'create: an object that is there already is an error. apply: it is changed, as kubectl apply --server-side does.');
    END IF;
  WHEN 'propagation_policy' THEN
    IF value !~ '^(Background|Foreground|Orphan)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be Background, Foreground or Orphan, not %s', k8s_fdw.shown(value)),
        'It says what becomes of the objects that belong to a deleted one, as kubectl delete --cascade does.');
    END IF;
  WHEN 'grace_period_seconds' THEN
    IF value !~ '^[0-9]{1,9}$' THEN
      PERFORM k8s_fdw.reject(option, format('must be whole seconds, not %s', k8s_fdw.shown(value)),
        'For example ''30''. Without it each object''s own counts.');
    END IF;
  WHEN 'subresource' THEN
    IF value !~ '^(status|scale)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be status or scale, not %s', k8s_fdw.shown(value)),
        'status: UPDATE writes columns below status. scale: UPDATE writes spec.replicas, with the right to scale alone.');
    END IF;
  WHEN 'on_error' THEN
    IF value !~ '^(error|null)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be error or null, not %s', k8s_fdw.shown(value)),
        'error: a value that does not fit its column ends the query. null: it becomes NULL, with a warning.');
    END IF;
  WHEN 'reveal_secrets' THEN
    IF value !~ '^(true|false)$' THEN
      PERFORM k8s_fdw.reject(option, format('must be true or false, not %s', k8s_fdw.shown(value)),
        'Without it the values of Secret objects are masked.');
    END IF;
  WHEN 'comments' THEN
    PERFORM k8s_fdw.check_comments(value);
  WHEN 'alias' THEN
    PERFORM k8s_fdw.remark_path(value);
  ELSE
    NULL;
  END CASE;
END
$$;
