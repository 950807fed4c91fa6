-- A secret that several servers name: who keeps a token from being changed or removed, and what is said of it.
\pset format unaligned
\pset tuples_only on
SELECT FROM stand_in_vault();
CREATE FUNCTION config(token text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"clusters":[{"name":"c","cluster":{"server":"http://one"}}],"users":[{"name":"u","user":{"token":"%s"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}', token) $$;
-- Each secret with those servers that name it.
CREATE FUNCTION kept() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws('|', d.name, d.decrypted_secret, (SELECT string_agg(DISTINCT s.srvname, ',' ORDER BY s.srvname) FROM pg_foreign_server AS s, unnest(s.srvoptions) AS o
    WHERE o = 'api_key_id=' || d.id OR o = 'api_key_name=' || d.name)) FROM vault.decrypted_secrets AS d ORDER BY d.name COLLATE "C" $$;
CREATE FUNCTION id_of(server name) RETURNS text LANGUAGE sql AS $$
  SELECT option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = server AND option_name = 'api_key_id' $$;
CREATE FUNCTION with_text(statement text, token text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format(statement, config(token)); END $$;
CREATE FUNCTION make(server name) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  SET LOCAL client_min_messages = error;
  EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', server, config('OLD-' || server)); END $$;
CREATE ROLE k8s_fdw_test_dev;
CREATE ROLE k8s_fdw_test_ops;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_dev, k8s_fdw_test_ops;
GRANT USAGE ON SCHEMA vault TO k8s_fdw_test_ops;
GRANT SELECT ON vault.decrypted_secrets TO k8s_fdw_test_ops;
\set VERBOSITY terse

-- a role without a right on Vault keeps nobody's token from being changed and removed, by whichever option it names it
SELECT make('kind'), make('other');
SELECT id_of('kind') AS id \gset
SET ROLE k8s_fdw_test_dev;
CREATE SERVER squat FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://x', api_key_id :'id');
SELECT "check", ok FROM k8s_fdw.check('squat') WHERE "check" = 'credentials' AND detail ~ 'would be sent';
RESET ROLE;
-- nor does check() by a role that may read Vault send the secret there, for whoever it is
SELECT * FROM k8s_fdw.check('squat');
SELECT k8s_fdw.lends_secret('kind');
SET ROLE k8s_fdw_test_dev;
CREATE SERVER upper FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://x', api_key_id 'ABCDEF00-0000-0000-0000-000000000000');
DO $$ BEGIN EXECUTE format('ALTER SERVER upper OPTIONS (SET api_key_id %L)', upper(id_of('squat'))); END $$;
CREATE SERVER by_name FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://x', api_key_name 'k8s_fdw server other');
RESET ROLE;
SELECT with_text('ALTER SERVER kind OPTIONS (SET kubeconfig %L)', 'ROTATED-kind');
SELECT with_text('ALTER SERVER other OPTIONS (SET kubeconfig %L)', 'ROTATED-other');
SELECT kept();
DROP SERVER kind CASCADE;
DROP SERVER other CASCADE;
SELECT kept();
DROP OWNED BY k8s_fdw_test_dev CASCADE;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_dev;

-- one that may read Vault has its part in it, and that is said
SELECT make('kind'), make('other');
SELECT id_of('kind') AS id \gset
SET ROLE k8s_fdw_test_ops;
CREATE SERVER ops FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://x', api_key_id :'id');
CREATE SERVER ops_by_name FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://x', api_key_name 'k8s_fdw server other');
RESET ROLE;
\set VERBOSITY default
SELECT with_text('ALTER SERVER kind OPTIONS (SET kubeconfig %L)', 'ROTATED-kind');
SELECT with_text('ALTER SERVER other OPTIONS (SET kubeconfig %L)', 'ROTATED-other');
\set VERBOSITY terse
SELECT kept();
-- the hint's way: a secret of its own from now on; the shared one stays
SELECT with_text('ALTER SERVER kind OPTIONS (DROP api_key_id, SET kubeconfig %L)', 'ROTATED-kind');
SELECT regexp_replace(kept(), '\(\d+\)', '(oid)');
DROP SERVER kind;
DROP SERVER other;
SELECT kept();
SELECT k8s_fdw.tidy_vault();
SELECT kept();
DROP SERVER ops, ops_by_name;
SELECT k8s_fdw.tidy_vault();
SELECT kept();

-- a secret that the server itself goes on to use by its name is not deleted, nor renamed away from whoever uses its name
SELECT make('kind'), make('other');
ALTER SERVER kind OPTIONS (DROP api_key_id, ADD api_key_name 'k8s_fdw server kind');
SELECT kept();
SELECT k8s_fdw.tidy_vault();
SELECT kept();
CREATE SERVER second FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://x', api_key_name 'k8s_fdw server other');
ALTER SERVER other RENAME TO renamed;
DROP SERVER renamed;
SELECT kept();

-- Vault is there, and this role may not change it: what is not taken is said
CREATE FOREIGN DATA WRAPPER another;
CREATE SERVER another FOREIGN DATA WRAPPER another OPTIONS (whatever_id 'x');
SELECT make('shown');
ALTER SERVER shown OWNER TO k8s_fdw_test_dev;
SET ROLE k8s_fdw_test_dev;
\set VERBOSITY default
ALTER SERVER shown OPTIONS (SET kubeconfig '{"clusters":[{"name":"c","cluster":{"server":"http://one"}}],"users":[{"name":"u","user":{"token":"t"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}');
\set VERBOSITY terse
RESET ROLE;
SELECT kept();
-- a server of any other wrapper may name it too
DO $$ BEGIN EXECUTE format('ALTER SERVER another OPTIONS (SET whatever_id %L)', id_of('shown')); END $$;
DROP SERVER shown;
SELECT kept();

DROP SERVER kind, second, another;
DROP OWNED BY k8s_fdw_test_dev, k8s_fdw_test_ops;
DROP ROLE k8s_fdw_test_dev, k8s_fdw_test_ops;
