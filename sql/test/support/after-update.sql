-- Checks what must work after an update: the servers' component, the table's columns, the token in Vault, the event
-- triggers.

SELECT k8s_fdw.version();
SELECT 'wrapper', option_name, option_value FROM pg_foreign_data_wrapper, pg_options_to_table(fdwoptions) WHERE fdwname = 'k8s_fdw' ORDER BY 2;
SELECT srvname, option_name, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name <> 'api_key_id' ORDER BY 1, 2;
SELECT name, decrypted_secret, id::text = (SELECT option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name = 'api_key_id')
  FROM vault.decrypted_secrets;
ALTER FOREIGN TABLE pods RENAME COLUMN name TO pod;
SELECT option_value FROM pg_foreign_table, pg_options_to_table(ftoptions) WHERE option_name = 'columns';
ALTER SERVER elsewhere OPTIONS (DROP fdw_package_url);
SELECT option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = 'elsewhere' AND option_name = 'fdw_package_url';
ALTER SERVER follows OPTIONS (ADD page_sise '1');
SELECT * FROM k8s_fdw.apply();
SET client_min_messages = warning;
DROP SERVER follows CASCADE;
SELECT count(*) FROM vault.secrets;

-- A wrapper that somebody took to another place stays there, and so do its servers.
DROP VIEW uses_a_function;
DROP EXTENSION k8s_fdw CASCADE;
CREATE EXTENSION k8s_fdw VERSION :'from';
ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (SET fdw_package_url 'file:///opt/mine.wasm');
CREATE SERVER mine FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://two:6443');
ALTER EXTENSION k8s_fdw UPDATE TO '99.0.0';
SELECT srvname, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name ~ 'url|version' ORDER BY 2;
