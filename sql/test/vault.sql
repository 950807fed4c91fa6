-- The token of a kubeconfig in Vault: made, changed, renamed and removed with its server; and where Vault is not to be had.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION config(token text, url text DEFAULT 'http://one') RETURNS text LANGUAGE sql AS $$
  SELECT format('{"clusters":[{"name":"c","cluster":{"server":"%s"}}],"users":[{"name":"u","user":{"token":"%s"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}},{"name":"y","context":{"cluster":"c"}}],"current-context":"x"}', url, token) $$;
-- Vault's secrets, and of each server its options with the secret's name in place of its id.
CREATE FUNCTION kept() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN
  RETURN QUERY EXECUTE 'SELECT concat_ws(''|'', name, description, decrypted_secret) FROM vault.decrypted_secrets ORDER BY name COLLATE "C"';
  RETURN QUERY EXECUTE 'SELECT regexp_replace(concat_ws(''|'', srvname, replace(replace(options_of(srvname), coalesce(d.id::text, ''?''), format(''<%s>'', d.name)),
      current_setting(''data_directory''), ''<data>'')), ''\d{5,}'', ''<oid>'')
    FROM pg_foreign_server LEFT JOIN pg_options_to_table(srvoptions) ON option_name = ''api_key_id''
    LEFT JOIN vault.decrypted_secrets AS d ON d.id::text = option_value ORDER BY srvname';
END $$;

-- without Vault: the token in the options, and a warning, unless the log would get the token with it
SELECT config('token-0') AS text \gset
CREATE SERVER early FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
SELECT options_of('early');
DROP SERVER early;
SELECT server_file('kubeconfig', config('token-1')) AS file \gset
CREATE SERVER early FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT k8s_fdw.vault_state();

SELECT FROM stand_in_vault();
SELECT k8s_fdw.vault_state();
-- it goes there when the kubeconfig is read again
ALTER SERVER early OPTIONS (SET kubeconfig :'file');
SELECT kept();
DROP SERVER early;
SELECT kept();

CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
CREATE SERVER b FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text', context 'x');
SELECT kept();
-- again, with another token: the same secret
SELECT id AS old FROM vault.secrets WHERE name = 'k8s_fdw server a' \gset
SELECT server_file('kubeconfig', config('token-2', 'http://two')) IS NOT NULL;
ALTER SERVER a OPTIONS (SET kubeconfig :'file');
SELECT config('token-3', 'http://three') AS text \gset
ALTER SERVER b OPTIONS (SET kubeconfig :'text');
SELECT kept();
SELECT :'old' = id::text FROM vault.secrets WHERE name = 'k8s_fdw server a';
-- what does not read the kubeconfig leaves it alone
ALTER SERVER b OPTIONS (ADD page_size '5');
ALTER SERVER b OPTIONS (ADD context 'x');
ALTER SERVER b OPTIONS (DROP api_url);
-- what is undone is undone in Vault too
BEGIN;
SELECT config('token-4') AS text \gset
ALTER SERVER b OPTIONS (SET kubeconfig :'text');
DROP SERVER a;
ROLLBACK;
SELECT kept();

-- renamed; and its old name, and the name of a secret, taken again
ALTER SERVER a RENAME TO "A";
CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT vault.create_secret('mine', 'k8s_fdw server c') IS NOT NULL;
CREATE SERVER c FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT regexp_replace(kept(), '\d{5,}', '<oid>', 'g');
DROP SERVER "A", a, c;
SELECT kept();

-- a context without credentials needs no secret
CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
ALTER SERVER a OPTIONS (ADD context 'y');
SELECT kept();
ALTER SERVER a OPTIONS (DROP context);
SELECT kept();
-- a token by hand takes its place; a secret that one names by hand is left alone
ALTER SERVER a OPTIONS (DROP api_key_id, ADD api_key_name 'k8s_fdw server c');
SELECT kept();
ALTER SERVER a OPTIONS (SET kubeconfig :'file');
DROP SERVER a;
SELECT kept();
SELECT vault.create_secret('mine too', 'hand') AS hand \gset
CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file', api_key_id :'hand');
ALTER SERVER a OPTIONS (SET kubeconfig :'file');
SELECT kept();
-- two servers with one secret: it stays for the other one
SELECT id AS shared FROM vault.secrets WHERE name = 'k8s_fdw server b' \gset
ALTER SERVER a OPTIONS (SET api_key_id :'shared');
\set VERBOSITY terse
DROP SERVER a;
\set VERBOSITY default
SELECT kept();
CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file', api_key_id :'shared');
ALTER SERVER b OPTIONS (SET kubeconfig :'text');
SELECT kept();
\set VERBOSITY terse
DROP SERVER b;
\set VERBOSITY default
SELECT kept();
-- as in a dump: complete; where Vault was not restored, the kubeconfig set again makes a secret anew
DROP SERVER a;
CREATE SERVER restored FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file', api_url 'http://r', api_key_id '00000000-0000-4000-8000-000000000000',
  fdw_package_url 'file:///r.wasm', fdw_package_name 'r:r-fdw', fdw_package_version '1.0.0');
SELECT kept();
ALTER SERVER restored OPTIONS (SET kubeconfig :'file');
SELECT kept();

-- a role that may use Vault, and one that may not
CREATE ROLE k8s_fdw_test_jane IN ROLE pg_read_server_files;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_jane;
SET ROLE k8s_fdw_test_jane;
CREATE SERVER jane FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
RESET ROLE;
SELECT kept();
GRANT USAGE ON SCHEMA vault TO k8s_fdw_test_jane;
GRANT SELECT ON vault.decrypted_secrets TO k8s_fdw_test_jane;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA vault TO k8s_fdw_test_jane;
SET ROLE k8s_fdw_test_jane;
ALTER SERVER jane OPTIONS (SET kubeconfig :'file');
RESET ROLE;
SELECT kept();
-- gone with all that is hers, and with the server of another's
SET ROLE k8s_fdw_test_jane;
\set VERBOSITY terse
DROP SERVER jane;
\set VERBOSITY default
RESET ROLE;
DELETE FROM vault.secrets WHERE name = 'k8s_fdw server jane';
GRANT SELECT, DELETE ON vault.secrets TO k8s_fdw_test_jane;
SET ROLE k8s_fdw_test_jane;
CREATE SERVER jane FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
CREATE SERVER jane2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
RESET ROLE;
SELECT kept();
DROP OWNED BY k8s_fdw_test_jane CASCADE;
DROP ROLE k8s_fdw_test_jane;
SELECT kept();
SET client_min_messages = warning;
DROP SERVER restored CASCADE;
RESET client_min_messages;
SELECT kept();

-- a schema vault that anybody may have made is none
CREATE ROLE k8s_fdw_test_eve;
ALTER FUNCTION vault.create_secret(text, text, text, uuid) OWNER TO k8s_fdw_test_eve;
SELECT k8s_fdw.vault_state();
CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'file');
SELECT kept();
DROP SCHEMA vault CASCADE;
DROP SERVER a;
DROP ROLE k8s_fdw_test_eve;
