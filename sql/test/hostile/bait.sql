-- What the role without rights has of this wrapper: a server, tables whose columns others alter, and a Vault that it
-- made up if there is none. psql's variable "wrapper" names the wrapper.

\set package 'fdw_package_url ''file:///nowhere.wasm'', fdw_package_name ''k8s-fdw:k8s-fdw'', fdw_package_version ''0.0.1'''
SET SESSION AUTHORIZATION k8s_fdw_hostile;
-- The host retries a refused connection for half a minute; a port that cannot be fails at once.
CREATE SERVER bait FOREIGN DATA WRAPPER :wrapper OPTIONS (api_url 'http://127.0.0.256', :package);
CREATE FOREIGN TABLE hostile.bait (name text OPTIONS (alias 'metadata.name')) SERVER bait OPTIONS (object 'pods');
CREATE TABLE hostile.bait_parent (name text);
CREATE TABLE hostile.bait_child ("a%b" hostile.pair DEFAULT ROW ('a', 'b')) INHERITS (hostile.bait_parent);
CREATE FOREIGN TABLE hostile.bait_foreign_child (name text) INHERITS (hostile.bait_parent) SERVER bait OPTIONS (object 'pods');
GRANT ALL ON hostile.bait, hostile.bait_parent, hostile.bait_child, hostile.bait_foreign_child TO PUBLIC;
SELECT to_regnamespace('vault') IS NULL AS without_vault \gset
\if :without_vault
CREATE SCHEMA vault;
GRANT ALL ON SCHEMA vault TO PUBLIC;
CREATE VIEW vault.decrypted_secrets AS
  SELECT gen_random_uuid() AS id, ''::text AS name, ''::text AS description, ''::text AS secret, ''::text AS decrypted_secret WHERE hostile.caught();
CREATE VIEW vault.secrets AS SELECT * FROM vault.decrypted_secrets;
GRANT ALL ON vault.secrets, vault.decrypted_secrets TO PUBLIC;
CREATE FUNCTION vault.create_secret(text, text = NULL, text = '', uuid = NULL) RETURNS uuid LANGUAGE plpgsql AS 'BEGIN PERFORM hostile.caught(); RETURN NULL; END';
CREATE FUNCTION vault.update_secret(uuid, text = NULL, text = NULL, text = NULL, uuid = NULL) RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM hostile.caught(); END';
\endif
RESET SESSION AUTHORIZATION;
