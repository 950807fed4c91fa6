-- A kubectl proxy beside the database: the wrapper names its kubeconfig and its URL, and servers of that kubeconfig go there.
\pset format unaligned
\pset tuples_only on
SELECT attempt($$ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD api_url 'http://127.0.0.1:8001')$$);
SELECT attempt($$ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD kubeconfig '/kubeconfig')$$);
SELECT attempt($$ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD kubeconfig '{}', ADD api_url 'http://127.0.0.1:8001')$$);
SELECT attempt($$ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD kubeconfig '/kubeconfig', ADD api_url 'localhost:8001')$$);
-- no such file, hence no proxy
ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD kubeconfig '/nowhere/kubeconfig', ADD api_url 'http://127.0.0.1:8001');
SELECT from_kubeconfig('/nowhere/kubeconfig');
-- one that Wrappers could not use: it is not looked at
SELECT server_file('proxied', '{"clusters":[{"name":"c","cluster":{"server":"https://one","insecure-skip-tls-verify":true}}],
"users":[{"name":"u","user":{"client-certificate-data":"x","client-key-data":"x"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u","namespace":"n"}}],"current-context":"x"}') AS proxied \gset
SELECT server_file('other', '{"clusters":[{"name":"c","cluster":{"server":"http://two"}}],"users":[{"name":"u","user":{"token":"t"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}') AS other \gset
CREATE FUNCTION shown(answer text) RETURNS text LANGUAGE sql AS $$ SELECT replace(answer, current_setting('data_directory'), '<data>') $$;
ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (SET kubeconfig :'proxied');
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'proxied');
SELECT shown(options_of('s'));
SELECT attempt('CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (object ''pods'')');
-- what the statement gives by hand, another context or another kubeconfig: as without a proxy
SELECT shown(from_kubeconfig(:'proxied', ', api_url ''http://three'', api_key_name ''k'''));
SELECT shown(from_kubeconfig(:'proxied', ', api_key_name ''k'''));
SELECT shown(from_kubeconfig(:'proxied', ', context ''x'''));
SET client_min_messages = error;
SELECT shown(from_kubeconfig(:'other'));
-- the token of a cluster before does not go to the proxy
CREATE SERVER moved FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'other');
SELECT shown(options_of('moved'));
ALTER SERVER moved OPTIONS (SET kubeconfig :'proxied');
SELECT shown(options_of('moved'));
ALTER SERVER moved OPTIONS (SET kubeconfig :'other');
SELECT shown(options_of('moved'));
RESET client_min_messages;
-- it takes no right to read files
CREATE ROLE k8s_fdw_test_jane;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_jane;
SET ROLE k8s_fdw_test_jane;
CREATE SERVER janes FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'proxied', impersonate_user 'jane');
SELECT options_of('janes') LIKE 'api_url=http://127.0.0.1:8001 impersonate_user=jane kubeconfig=%';
RESET ROLE;
DROP OWNED BY k8s_fdw_test_jane;
DROP ROLE k8s_fdw_test_jane;
