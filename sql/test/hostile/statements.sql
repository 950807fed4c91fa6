-- Statements of each kind that the event triggers answer, and those by which servers and tables of others are altered.
-- Every operator, function and type must be written with its schema, or this file itself would call a trap. psql's
-- variables are "wrapper" and "me".

\set kubeconfig 'current-context: c\ncontexts:\n- name: c\n  context:\n    cluster: c\n    user: u\nclusters:\n- name: c\n  cluster:\n    server: http://127.0.0.256\nusers:\n- name: u\n  user:\n    as: jane\n    token: ''token-one'' # quoted\n'
\set package 'fdw_package_url ''file:///nowhere.wasm'', fdw_package_name ''k8s-fdw:k8s-fdw'', fdw_package_version ''0.0.1'''
\set s :me _server
\set s2 :me _second
\set t :me _table
CREATE SCHEMA :me;
CREATE SERVER :s FOREIGN DATA WRAPPER :wrapper OPTIONS (kubeconfig :'kubeconfig', :package);
CREATE SERVER :s2 FOREIGN DATA WRAPPER :wrapper OPTIONS (api_url 'http://127.0.0.256', api_key 'x', :package);
CREATE SERVER :me FOREIGN DATA WRAPPER :wrapper OPTIONS (kubeconfig '/nowhere');
CREATE SERVER :me FOREIGN DATA WRAPPER :wrapper OPTIONS (api_ulr 'http://127.0.0.256');
CREATE FOREIGN TABLE :me.:t (name pg_catalog.text OPTIONS (alias 'metadata.name'), phase pg_catalog.text) SERVER :s
  OPTIONS (object 'pods', columns '{"phase": "status.phase"}', comments '{"": "pods", "phase": "where it is in its life"}');
CREATE FOREIGN TABLE :me.wrong (name pg_catalog.text[]) SERVER :s OPTIONS (object 'pods');
CREATE FOREIGN TABLE :me.stray (name pg_catalog.text) SERVER :s OPTIONS (object 'pods', columns '{"nmae": "metadata.name"}');
CREATE FOREIGN TABLE :me.pairs (name hostile.pair) SERVER :s OPTIONS (object 'pods');
ALTER FOREIGN TABLE :me.:t RENAME COLUMN name TO pod;
ALTER FOREIGN TABLE :me.:t ADD COLUMN uid pg_catalog.uuid OPTIONS (alias 'metadata.uid');
ALTER FOREIGN TABLE :me.:t OPTIONS (SET columns '{"phase": "status.reason"}');
ALTER FOREIGN TABLE :me.:t DROP COLUMN uid;
CREATE TABLE :me.parent (name pg_catalog.text);
CREATE FOREIGN TABLE :me.child () INHERITS (:me.parent) SERVER :s OPTIONS (object 'pods');
ALTER TABLE :me.parent ADD COLUMN labels pg_catalog.jsonb;
ALTER TABLE :me.parent RENAME COLUMN labels TO annotations;
CREATE TABLE :me.others (a hostile.pair DEFAULT ROW ('a', 'b'));
ALTER TABLE :me.others ADD COLUMN b pg_catalog.int4;
IMPORT FOREIGN SCHEMA "*" FROM SERVER :s INTO :me;
ALTER SERVER :s OPTIONS (ADD page_size '5');
ALTER SERVER :s OPTIONS (SET kubeconfig :'kubeconfig');
ALTER SERVER :s OPTIONS (DROP fdw_package_url);
ALTER SERVER :s2 RENAME TO :me;
ALTER SERVER :me OPTIONS (DROP api_key);
ALTER SERVER bait OPTIONS (ADD trace 'on');
ALTER FOREIGN TABLE hostile.bait ADD COLUMN phase pg_catalog.text OPTIONS (alias 'status.phase');
ALTER TABLE hostile.bait_parent ADD COLUMN labels pg_catalog.jsonb;
CREATE USER MAPPING FOR CURRENT_USER SERVER :s OPTIONS (token 'x');
SELECT * FROM k8s_fdw.apply();
SELECT k8s_fdw.partition_by_cluster('hostile.bait', servers => ARRAY['bait'], name => 'bait_by_cluster');
SELECT k8s_fdw.add_cluster('hostile.bait_by_cluster', 'bait', 'hostile.bait');
SELECT * FROM k8s_fdw.check('bait');
DROP SERVER :me;
