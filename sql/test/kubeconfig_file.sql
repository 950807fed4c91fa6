-- kubeconfig as a path: read when it or the context is new, or when it is set again; never otherwise.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION config(url text, token text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"clusters":[{"name":"c","cluster":{"server":%s}},{"name":"d","cluster":{"server":"http://d"}}],"users":[{"name":"u","user":{"token":%s}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}},{"name":"y","context":{"cluster":"d"}}],"current-context":"x"}', to_json(url), to_json(token)) $$;
CREATE FUNCTION shown(server name) RETURNS text LANGUAGE sql AS $$ SELECT replace(options_of(server), current_setting('data_directory'), '<data>') $$;
SELECT server_file('kubeconfig', config('http://one', 'token-1')) AS file, server_file('other', config('http://other', 'token-o')) AS other
\gset
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT shown('s');

SELECT server_file('kubeconfig', config('http://two', 'token-2')) IS NOT NULL;
ALTER SERVER s OPTIONS (ADD page_size '50');
SELECT shown('s');
ALTER SERVER s RENAME TO s2;
ALTER SERVER s2 VERSION '2';
SELECT shown('s2');
-- again
ALTER SERVER s2 OPTIONS (SET kubeconfig :'file');
SELECT shown('s2');
ALTER SERVER s2 OPTIONS (SET kubeconfig :'file');
ALTER SERVER s2 OPTIONS (SET kubeconfig :'other');
SELECT shown('s2');
-- by hand, and in the same statement
ALTER SERVER s2 OPTIONS (SET api_url 'http://hand');
SELECT shown('s2');
ALTER SERVER s2 OPTIONS (SET kubeconfig :'file', SET api_url 'http://hand2');
SELECT shown('s2');
-- the old cluster's token does not go to the new one
ALTER SERVER s2 OPTIONS (ADD context 'y');
SELECT shown('s2');
ALTER SERVER s2 OPTIONS (SET context 'z');
ALTER SERVER s2 OPTIONS (DROP context);
SELECT shown('s2');
-- to Vault, which stays
ALTER SERVER s2 OPTIONS (DROP api_key, ADD api_key_name 'kube');
SELECT shown('s2');
ALTER SERVER s2 OPTIONS (SET kubeconfig :'file');
SELECT shown('s2');
-- a text in place of the path
ALTER SERVER s2 OPTIONS (SET kubeconfig '{"clusters":[{"name":"c","cluster":{"server":"http://text"}}],"contexts":[{"name":"x","context":{"cluster":"c"}}]}', ADD context 'x');
SELECT shown('s2');
ALTER SERVER s2 OPTIONS (ADD api_key 'x', DROP api_key_name);
ALTER SERVER s2 OPTIONS (SET api_key 'y');
ALTER SERVER s2 OPTIONS (SET page_size '1');
ALTER SERVER s2 OPTIONS (SET page_size '1');

-- why a kubeconfig is read that the statement does not name
SELECT server_file('passing', config('http://passing', 'token-p')) AS passing
\gset
CREATE SERVER passing FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'passing', page_size '50');
SELECT server_file('passing', 'no kubeconfig') IS NOT NULL;
ALTER SERVER passing OPTIONS (SET page_size '50');
ALTER SERVER passing OPTIONS (SET kubeconfig :'passing');
ALTER SERVER passing OPTIONS (SET page_size '51');
SELECT shown('passing');

-- what a dump writes does not need the file
CREATE SERVER restored FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '/nowhere', api_url 'http://r', api_key 'token-r',
  fdw_package_url 'file:///r.wasm', fdw_package_name 'r:r-fdw', fdw_package_version '1.0.0');
SELECT shown('restored');

SELECT attempt($$CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '/nowhere/kubeconfig')$$);
SELECT replace(attempt(format('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', server_file('empty', ''))), current_setting('data_directory'), '<data>');
SELECT replace(attempt(format('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', server_file('large', repeat('x', 1100000)))), current_setting('data_directory'), '<data>');
SELECT replace(attempt(format('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', server_file('secret', 'token: hunter2'))), current_setting('data_directory'), '<data>');
SELECT attempt($$CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '/')$$);
