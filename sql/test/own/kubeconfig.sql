-- A kubeconfig on k8s_fdw's own host: what goes to the server, and what to its user mapping for PUBLIC.
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION k8s_fdw;
CREATE FUNCTION pem(label text, content text DEFAULT 'QUJDRA==') RETURNS text LANGUAGE sql AS $$
  SELECT format(E'-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n', label, content) $$;
CREATE FUNCTION pem64(label text, content text DEFAULT 'QUJDRA==') RETURNS text LANGUAGE sql AS $$ SELECT translate(encode(pem(label, content)::bytea, 'base64'), E'\n', '') $$;
CREATE FUNCTION config(cluster jsonb, login jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT jsonb_build_object('current-context', 'x', 'clusters', jsonb_build_array(jsonb_build_object('name', 'c', 'cluster', '{"server": "https://c:6443"}' || cluster)),
    'users', jsonb_build_array(jsonb_build_object('name', 'u', 'user', login)),
    'contexts', '[{"name": "x", "context": {"cluster": "c", "user": "u"}}, {"name": "nobody", "context": {"cluster": "c"}}]'::jsonb)::text $$;
-- base64 is shown as what it holds, on one line
CREATE FUNCTION readable(given text[]) RETURNS text LANGUAGE sql AS $$
  SELECT coalesce(string_agg(option_name || '=' || replace(replace(CASE WHEN option_name = 'taken_from_kubeconfig' THEN '#'
           WHEN option_name LIKE '%\_data' THEN translate(k8s_fdw.pem_text(option_value), E'\n', ' ') ELSE option_value END,
           current_setting('data_directory'), 'DATA'), '-----', ''), ', ' ORDER BY option_name), 'without options') FROM pg_options_to_table(given) $$;
CREATE FUNCTION shown(server name) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT readable(srvoptions) FROM pg_foreign_server WHERE srvname = server
  UNION ALL SELECT format('%s: %s%s', m.usename, readable(m.umoptions), (SELECT ' ' || d.deptype::text FROM pg_depend AS d WHERE d.objid = m.umid AND d.refobjid = m.srvid))
    FROM pg_user_mappings AS m WHERE m.srvname = server $$;
CREATE FUNCTION made(cluster jsonb, login jsonb, more text DEFAULT '') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  said text;
BEGIN
  said := attempt(format('CREATE SERVER m FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L%s)', config(cluster, login), more));
  IF said <> 'ok' THEN
    RETURN NEXT said;
  ELSE
    EXECUTE format('CREATE SERVER m FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L%s)', config(cluster, login), more);
    RETURN QUERY SELECT * FROM shown('m');
    DROP SERVER m;
  END IF;
END $$;
SET client_min_messages = warning;

-- as kind and kubeadm write it; what is no certificate does not get into the options, which every role reads
SELECT made(jsonb_build_object('certificate-authority-data', pem64('CERTIFICATE')),
  jsonb_build_object('client-certificate-data', pem64('CERTIFICATE', 'Q0VSVA=='), 'client-key-data', pem64('RSA PRIVATE KEY', 'S0VZ')));
SELECT made(jsonb_build_object('certificate-authority-data', encode(convert_to('password: SECRET' || E'\n' || pem('CERTIFICATE') || pem('CERTIFICATE', repeat('QUJD', 20)), 'UTF8'), 'base64')), '{}');
SELECT made('{"tls-server-name": "kubernetes", "proxy-url": "socks5://proxy:1080", "insecure-skip-tls-verify": true}', '{"token": "abc"}');
SELECT made('{}', '{"username": "jane", "password": "secret"}');
SELECT made('{}', jsonb_build_object('token', 'abc', 'client-certificate-data', pem64('CERTIFICATE'), 'client-key-data', pem64('PRIVATE KEY'), 'as', 'joe'));
SELECT made('{}', '{"token": "abc", "exec": {"command": "aws"}}');
SELECT made('{}', '{}');
-- what the statement gives by hand wins
SELECT made(jsonb_build_object('certificate-authority-data', pem64('CERTIFICATE'), 'proxy-url', 'http://proxy'), '{"token": "abc"}', $$, api_url 'https://by-hand:6443', tls_server_name 'c'$$);
SELECT made(jsonb_build_object('certificate-authority-data', pem64('CERTIFICATE')), '{}', $$, insecure_skip_tls_verify 'true'$$);
SELECT made('{"insecure-skip-tls-verify": true}', '{}', format(', certificate_authority_data %L', pem('CERTIFICATE')));
SELECT made('{}', '{"token": "abc"}', $$, api_key_name 'kubernetes'$$);
SELECT made('{}', '{"token": "abc"}', $$, context 'nobody'$$);

-- refused
SELECT made(cluster, login) FROM (VALUES
  ('{"certificate-authority-data": "QUJDRA=="}'::jsonb, '{}'::jsonb),
  (jsonb_build_object('certificate-authority-data', pem64('CERTIFICATE'), 'insecure-skip-tls-verify', true), '{}'),
  ('{"proxy-url": "http://jane:SECRET@proxy"}', '{}'),
  ('{"certificate-authority": "ca.crt"}', '{}'),
  ('{}', jsonb_build_object('client-certificate-data', pem64('CERTIFICATE'))),
  ('{}', jsonb_build_object('client-certificate-data', 'SECRET', 'client-key-data', 'SECRET')),
  ('{}', '{"exec": {"command": "aws"}}'), ('{}', '{"auth-provider": {"name": "oidc"}}'),
  ('{}', '{"username": "jane"}'), ('{}', '{"username": "jane", "password": "SECRET", "token": "SECRET"}'),
  ('{}', '{"token": "SECRET with spaces"}'), ('{}', '{"tokenFile": "token"}')) AS c (cluster, login);

-- files, whose contents are taken now; but that of a token, which is read when it is used
SELECT server_file('ca', E'# a comment with a SECRET\n' || pem('CERTIFICATE')) IS NOT NULL, server_file('crt', pem('CERTIFICATE', 'Q0VSVA==')) IS NOT NULL,
       server_file('key', pem('EC PRIVATE KEY', 'S0VZ')) IS NOT NULL, server_file('token', 'abc') IS NOT NULL;
SELECT server_file('kubeconfig', config('{"certificate-authority": "k8s_fdw_test_ca"}', '{"client-certificate": "k8s_fdw_test_crt", "client-key": "k8s_fdw_test_key"}')) AS file
\gset
RESET client_min_messages;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT shown('s');
SELECT server_file('kubeconfig', config('{}', '{"tokenFile": "k8s_fdw_test_token"}')) IS NOT NULL;
ALTER SERVER s OPTIONS (ADD page_size '50');
ALTER SERVER s OPTIONS (SET kubeconfig :'file');
SELECT shown('s');
SELECT server_file('kubeconfig', config('{}', '{"tokenFile": "/nowhere", "token": "abc"}')) IS NOT NULL;
ALTER SERVER s OPTIONS (SET kubeconfig :'file');
SELECT shown('s');
SELECT server_file('kubeconfig', config('{}', '{"tokenFile": "/nowhere"}')) IS NOT NULL;
ALTER SERVER s OPTIONS (SET kubeconfig :'file');
SELECT server_file('kubeconfig', config('{}', '{"client-certificate": "/nowhere", "client-key": "/nowhere"}')) IS NOT NULL;
ALTER SERVER s OPTIONS (SET kubeconfig :'file');
SELECT shown('s');
-- the former cluster's credentials are not sent to this one
ALTER SERVER s OPTIONS (SET kubeconfig '{"current-context": "x", "clusters": [{"name": "d", "cluster": {"server": "https://d"}}], "contexts": [{"name": "x", "context": {"cluster": "d"}}]}');
SELECT shown('s');

-- a mapping that was made or changed by hand is left as it is
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (token 'mine');
SELECT config('{}', '{"token": "theirs"}') AS text
\gset
ALTER SERVER s OPTIONS (SET kubeconfig :'text');
SELECT shown('s');
DROP SERVER s;
DROP USER MAPPING FOR PUBLIC SERVER s;
ALTER SERVER s OPTIONS (SET kubeconfig :'text');
SELECT shown('s');
CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (token 'own');
ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET token 'changed');
ALTER SERVER s OPTIONS (SET kubeconfig :'text');
SELECT shown('s');
DROP SERVER s;
DROP USER MAPPING FOR CURRENT_USER SERVER s;
DROP SERVER s;
DROP SERVER s CASCADE;
-- one that the extension made does not stand in the way
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
DROP SERVER s;
SELECT count(*) FROM pg_user_mapping;

-- a token goes to Vault where there is one, and a certificate stays in the mapping
SELECT stand_in_vault();
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
SELECT regexp_replace(shown('s'), '[0-9a-f-]{36}', 'ID');
SELECT config('{}', jsonb_build_object('client-certificate-data', pem64('CERTIFICATE', 'Q0VSVA=='), 'client-key-data', pem64('PRIVATE KEY', 'S0VZ'))) AS text
\gset
ALTER SERVER s OPTIONS (SET kubeconfig :'text');
SELECT shown('s');
SELECT count(*) FROM vault.secrets;
DROP SERVER s;

-- nothing of it where a role may not see it
CREATE ROLE k8s_fdw_own_jane;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
GRANT USAGE ON FOREIGN SERVER s TO k8s_fdw_own_jane;
SET ROLE k8s_fdw_own_jane;
SELECT usename, umoptions IS NULL FROM pg_user_mappings;
SELECT count(*) FROM pg_user_mapping;
RESET ROLE;
DROP SERVER s;
DROP ROLE k8s_fdw_own_jane;

-- what check() says of the way, with the answers that a cluster may give
SELECT k8s_fdw.own_host();
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
SELECT k8s_fdw.mapped_credentials('s');
CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (token 'own');
SELECT k8s_fdw.mapped_credentials('s');
SELECT c."check", c.ok, c.detail, c.hint
  FROM unnest(ARRAY['{}', '{"certificate_authority_data": "x"}', '{"insecure_skip_tls_verify": "true"}']::jsonb[]) AS options,
       k8s_fdw.check_way('{"api_url": "https://c"}' || options, true, 'a bearer token', '[{"git_version": "v1"}]', NULL, NULL, NULL) AS c
 WHERE c."check" IN ('TLS', 'credentials');
DROP SERVER s CASCADE;

-- what else keeps a statement is said
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://c');
SET log_statement = ddl;
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (token_file '/token');
CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (token 'abc');
