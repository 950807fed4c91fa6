-- What a role that is no superuser can do, and what not.
\pset format unaligned
\pset tuples_only on
SELECT server_file('kubeconfig', '{"clusters":[{"name":"c","cluster":{"server":"http://one"}}],"users":[{"name":"u","user":{"token":"token-1"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}') AS file
\gset
CREATE ROLE k8s_fdw_test_jane;
CREATE ROLE k8s_fdw_test_file_reader IN ROLE pg_read_server_files;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_jane, k8s_fdw_test_file_reader;
CREATE SCHEMA jane AUTHORIZATION k8s_fdw_test_jane;

SET ROLE k8s_fdw_test_jane;
SELECT replace(attempt(format('CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', :'file')), :'file', '<path>');
SELECT k8s_fdw.read_server_file('/etc/passwd');
SELECT from_kubeconfig('{"clusters":[{"name":"c","cluster":{"server":"http://one"}}],"contexts":[{"name":"x","context":{"cluster":"c"}}],"current-context":"x"}');
CREATE SERVER jane FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
ALTER SERVER jane OPTIONS (page_size '5');
CREATE FOREIGN TABLE jane.pods (name text OPTIONS (alias 'metadata.name')) SERVER jane OPTIONS (object 'pods');
ALTER FOREIGN TABLE jane.pods ADD COLUMN uid uuid OPTIONS (alias 'metadata.uid');
ALTER FOREIGN TABLE jane.pods ADD COLUMN x varchar;
SELECT paths_of('jane.pods');
CREATE TABLE jane.plain (a varchar);
ALTER TABLE jane.plain ADD b text[];
-- objects of the same names in her own path change nothing
CREATE FUNCTION jane.md5(text) RETURNS text LANGUAGE sql AS $$ SELECT (1 / 0)::text $$;
CREATE FUNCTION jane.to_json(text) RETURNS text LANGUAGE sql AS $$ SELECT (1 / 0)::text $$;
CREATE FUNCTION jane.strpos(text, text) RETURNS integer LANGUAGE sql AS $$ SELECT 1 / 0 $$;
SET search_path = jane, pg_catalog;
ALTER FOREIGN TABLE pods ADD COLUMN labels jsonb OPTIONS (alias 'metadata.labels');
ALTER SERVER jane OPTIONS (SET page_size '6');
RESET search_path;
SELECT paths_of('jane.pods');
-- a complete server, as a dump has it, is hers to make; nobody else's ALTER reads the file for her
CREATE SERVER jane2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file', api_url 'http://one',
  fdw_package_url 'file:///r.wasm', fdw_package_name 'r:r-fdw', fdw_package_version '1.0.0');
SELECT replace(attempt(format('ALTER SERVER jane2 OPTIONS (SET kubeconfig %L)', :'file')), :'file', '<path>');
RESET ROLE;
ALTER SERVER jane2 OPTIONS (ADD page_size '5');
SELECT replace(options_of('jane2'), :'file', '<path>');

SET ROLE k8s_fdw_test_file_reader;
CREATE SERVER reader FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT replace(options_of('reader'), :'file', '<path>');
RESET ROLE;

DROP SERVER jane CASCADE;
DROP SERVER jane2;
DROP SERVER reader;
DROP OWNED BY k8s_fdw_test_jane, k8s_fdw_test_file_reader;
DROP ROLE k8s_fdw_test_jane, k8s_fdw_test_file_reader;
