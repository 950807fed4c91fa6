-- Whose files are read on k8s_fdw's own host: only for roles that may read them, whoever gives the statement.
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION k8s_fdw;
CREATE FUNCTION config(login text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"current-context": "x", "clusters": [{"name": "c", "cluster": {"server": "https://c"}}], "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}], "users": [{"name": "u", "user": %s}]}', login) $$;
CREATE ROLE k8s_fdw_own_jane;
CREATE ROLE k8s_fdw_own_joe IN ROLE pg_read_server_files;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_own_jane, k8s_fdw_own_joe;
SELECT server_file('token', 'SECRET') AS token, server_file('kubeconfig', config('{"tokenFile": "k8s_fdw_test_token"}')) AS file
\gset
SELECT config(format('{"tokenFile": %s}', to_json(:'token'::text))) AS names_token, config('{"client-certificate": "/etc/passwd", "client-key": "/etc/passwd"}') AS names_key
\gset
CREATE FUNCTION words(said text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace(said, '/[^" ]*/k8s_fdw_test_', 'DATA/k8s_fdw_test_', 'g') $$;
CREATE FUNCTION mappings() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT words(format('%s %s', srvname, (SELECT string_agg(o, ' ' ORDER BY o) FROM unnest(umoptions) AS o WHERE o NOT LIKE 'taken%'))) FROM pg_user_mappings ORDER BY 1 $$;
GRANT EXECUTE ON FUNCTION attempt, words TO PUBLIC;

SET ROLE k8s_fdw_own_jane;
SELECT words(attempt(format('CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', k)))
  FROM unnest(ARRAY[:'file', :'names_token', :'names_key']) AS k;
-- what is complete, as in a dump, keeps its path, and nothing is read
CREATE SERVER hers FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file', api_url 'https://evil', kubeconfig_read 'true');
SELECT words(attempt(format('ALTER SERVER hers OPTIONS (SET kubeconfig %L)', :'file')));
SELECT words(attempt('ALTER SERVER hers OPTIONS (DROP api_url)'));
SELECT words(attempt(format('CREATE USER MAPPING FOR PUBLIC SERVER hers OPTIONS (token_file %L)', :'token')));
SELECT words(attempt($$CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://c', fdw_package_url 'file:///etc/shadow')$$));
RESET ROLE;
-- nor has she a superuser read it
SELECT words(attempt(format('ALTER SERVER hers OPTIONS (SET kubeconfig %L)', :'file')));
ALTER SERVER hers OPTIONS (ADD page_size '7');
SELECT words(attempt($$ALTER SERVER hers OPTIONS (SET page_size '7')$$));
SELECT words(attempt(format('CREATE USER MAPPING FOR PUBLIC SERVER hers OPTIONS (token_file %L)', :'token')));
CREATE USER MAPPING FOR PUBLIC SERVER hers OPTIONS (token 'abc');
SELECT words(attempt(format('ALTER USER MAPPING FOR PUBLIC SERVER hers OPTIONS (DROP token, ADD token_file %L)', :'token')));
SELECT mappings();

-- who may read files may give them to who may, and to nobody else
SET ROLE k8s_fdw_own_joe;
SET client_min_messages = warning;
CREATE SERVER his FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
RESET client_min_messages;
RESET ROLE;
SELECT mappings();
SELECT words(attempt('ALTER SERVER his OWNER TO k8s_fdw_own_jane'));
\c
SELECT words(attempt('ALTER SERVER his OWNER TO k8s_fdw_own_jane'));
SELECT words(attempt('ALTER SERVER his OWNER TO k8s_fdw_own_joe'));
-- of a server that is not hers she learns nothing, and what the extension calls does not help her
GRANT USAGE ON FOREIGN SERVER his TO k8s_fdw_own_jane;
SET ROLE k8s_fdw_own_jane;
SELECT srvname, umoptions IS NULL FROM pg_user_mappings ORDER BY 1;
SELECT k8s_fdw.tie_mapping(oid) FROM pg_foreign_server;
SELECT words(attempt($$SELECT k8s_fdw.keep_credentials((SELECT oid FROM pg_foreign_server WHERE srvname = 'his'), 'his', '{"token": "hers"}', false)$$));
SELECT words(attempt(format($$SELECT k8s_fdw.kubeconfig_data('{"client-key": %s}', 'client-key', 'user', '/')$$, to_json(:'token'::text))));
SELECT words(attempt(format($$SELECT k8s_fdw.read_server_file(%L)$$, :'token')));
SELECT words(attempt($$SELECT k8s_fdw.use_host('own')$$)), k8s_fdw.own_host();
RESET ROLE;
SELECT deptype FROM pg_depend WHERE classid = 'pg_user_mapping'::regclass AND refclassid = 'pg_foreign_server'::regclass ORDER BY 1;
DROP OWNED BY k8s_fdw_own_jane, k8s_fdw_own_joe CASCADE;
DROP ROLE k8s_fdw_own_jane, k8s_fdw_own_joe;
SELECT mappings();
