-- The options that k8s_fdw's own host takes: of servers, and of user mappings.
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION k8s_fdw;
CREATE FUNCTION server(options text) RETURNS text LANGUAGE sql AS $$
  SELECT attempt('CREATE SERVER c FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url ''https://10.0.0.1:6443'', ' || options || ')') $$;
CREATE FUNCTION mapping(options text) RETURNS text LANGUAGE sql AS $$
  SELECT attempt('CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (' || options || ')') $$;
CREATE FUNCTION pem(label text) RETURNS text LANGUAGE sql AS $$
  SELECT format(E'-----BEGIN %1$s-----\nQUJDRA==\n-----END %1$s-----\n', label) $$;
CREATE FUNCTION pem64(label text) RETURNS text LANGUAGE sql AS $$ SELECT encode(pem(label)::bytea, 'base64') $$;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://10.0.0.1:6443');
SELECT place, names FROM k8s_fdw.known_options() WHERE place ~ 'server|mapping';

-- taken
SELECT server(o) FROM unnest(ARRAY[
  format('certificate_authority_data %L', pem('CERTIFICATE') || pem('CERTIFICATE')),
  format('certificate_authority_data %L', pem64('CERTIFICATE')),
  $$tls_server_name 'kubernetes.default.svc'$$, $$tls_server_name '10.0.0.1'$$, $$tls_server_name 'fd00::1'$$,
  $$insecure_skip_tls_verify 'true'$$, $$insecure_skip_tls_verify 'false'$$,
  $$proxy_url 'http://proxy.example.org:3128'$$, $$proxy_url 'socks5://[::1]:1080/'$$,
  $$connect_timeout '500ms', request_timeout '2min'$$]) AS o;
SELECT mapping(o) FROM unnest(ARRAY[
  format('client_certificate_data %L, client_key_data %L', pem64('CERTIFICATE'), pem64('RSA PRIVATE KEY')),
  format('client_certificate_data %L, client_key_data %L, token ''t''', pem('CERTIFICATE') || pem('PRIVATE KEY'), pem('EC PARAMETERS') || pem('EC PRIVATE KEY')),
  $$token 'abc'$$, $$token_file '/var/run/secrets/kubernetes.io/serviceaccount/token'$$, $$username 'jane', password 'colon: and ''quotes'''$$]) AS o;

-- refused, without the value of what may be a secret
SELECT server(o) FROM unnest(ARRAY[
  $$certificate_authority_data 'QUJDRA=='$$, $$certificate_authority_data '/etc/ca.crt'$$, $$certificate_authority_data ''$$,
  format('certificate_authority_data %L', pem64('CERTIFICATE') || 'not base64 !'),
  format('certificate_authority_data %L', pem('PRIVATE KEY')),
  format('certificate_authority_data %L', encode((pem('CERTIFICATE') || pem('PRIVATE KEY'))::bytea, 'base64')),
  $$tls_server_name 'https://kubernetes'$$, $$tls_server_name 'kubernetes:6443'$$,
  $$insecure_skip_tls_verify 'yes'$$,
  format('insecure_skip_tls_verify ''true'', certificate_authority_data %L', pem('CERTIFICATE')),
  $$proxy_url 'proxy:3128'$$, $$proxy_url 'http://jane:secret@proxy:3128'$$, $$proxy_url 'http://proxy/path'$$,
  $$connect_timeout '10'$$, $$connect_timeout '0s'$$, $$request_timeout 'never'$$,
  $$kubeconfig_read 'false'$$, $$token 'abc'$$, $$client_key_data 'abc'$$, $$proxy 'http://proxy'$$, $$tls_sever_name 'x'$$]) AS o;
SELECT mapping(o) FROM unnest(ARRAY[
  format('client_certificate_data %L', pem('CERTIFICATE')), format('client_key_data %L', pem('PRIVATE KEY')),
  format('client_certificate_data %L, client_key_data %L', pem('PRIVATE KEY'), pem('PRIVATE KEY')),
  format('client_certificate_data %L, client_key_data %L', pem('CERTIFICATE'), pem('ENCRYPTED PRIVATE KEY')),
  format('client_certificate_data %L, client_key_data ''SECRET-KEY''', pem('CERTIFICATE')),
  $$token 'SECRET with spaces'$$, $$token '<SECRET>'$$, $$token 'a', token_file '/b'$$, $$token_file 'relative'$$, $$token_file '/tmp/eyJhbGciOi.eyJpc3MiOi.x'$$,
  $$username 'jane'$$, $$password 'SECRET'$$, $$username 'a:b', password 'SECRET'$$, $$username 'a', password 'SECRET', token 'abc'$$,
  $$exec 'aws'$$, $$exec '{}'$$, $$exec '{"command": "aws"}', token 'abc'$$,
  $$taken_from_kubeconfig 'no'$$, $$user 'jane'$$, $$sslkey 'SECRET'$$, $$api_url 'http://x'$$, $$tokn 'SECRET'$$, $$colour 'red'$$]) AS o;
SELECT attempt(format('CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (object ''pods'', label_selector %L)', pem('PRIVATE KEY')));

-- files only for roles that may read them
CREATE ROLE k8s_fdw_own_jane;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_own_jane;
GRANT USAGE ON FOREIGN SERVER s TO k8s_fdw_own_jane;
SET ROLE k8s_fdw_own_jane;
SELECT attempt($$CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (token_file '/etc/passwd')$$);
SELECT attempt($$CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (token 'abc')$$);
RESET ROLE;

-- a mapping of a server of Wrappers' own wrapper, and one of ours that Wrappers serves
DROP EXTENSION k8s_fdw CASCADE;
CREATE EXTENSION wrappers;
SET k8s_fdw.host = wrappers;
CREATE EXTENSION k8s_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://10.0.0.1:6443');
SELECT server(o) FROM unnest(ARRAY[$$proxy_url 'http://proxy'$$, $$kubeconfig_read 'true'$$, $$request_timeout '1s'$$, $$proxy 'http://proxy'$$]) AS o;
SELECT mapping(o) FROM unnest(ARRAY[$$token 'abc'$$, $$sslkey 'SECRET'$$]) AS o;
DROP OWNED BY k8s_fdw_own_jane;
DROP ROLE k8s_fdw_own_jane;
