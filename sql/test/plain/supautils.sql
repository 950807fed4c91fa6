-- The plain script where supautils lets a role that is no superuser create a wrapper, and perhaps event triggers, which
-- then belong to it. Here the role is made a superuser for as long as it creates them, in place of the shared library.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT hosted();
ALTER ROLE k8s_fdw_hosted SUPERUSER;
SET SESSION AUTHORIZATION k8s_fdw_hosted;
SET k8s_fdw.package_url = 'https://example.com/k8s_fdw.wasm';
SET k8s_fdw.package_checksum = '0000000000000000000000000000000000000000000000000000000000000000';
\set ECHO none
\i :script
\set ECHO all
RESET k8s_fdw.package_url;
RESET k8s_fdw.package_checksum;
ALTER ROLE k8s_fdw_hosted NOSUPERUSER;
SET SESSION AUTHORIZATION k8s_fdw_hosted;
RESET client_min_messages;
SELECT fdwowner::regrole, option_name, option_value FROM pg_foreign_data_wrapper, pg_options_to_table(fdwoptions) WHERE fdwname = 'k8s_fdw';

-- With event triggers all is as with the extension, but for files of the server.
CREATE SERVER east FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig E'current-context: c\ncontexts:\n- name: c\n  context:\n    cluster: c\n    user: u\nclusters:\n- name: c\n  cluster:\n    server: https://one:6443\nusers:\n- name: u\n  user:\n    token: token-one\n');
CREATE FOREIGN TABLE pods (name text OPTIONS (alias 'metadata.name')) SERVER east OPTIONS (object 'pods');
SELECT option_name FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = 'east' ORDER BY 1;
SELECT ftoptions FROM pg_foreign_table;
SELECT * FROM k8s_fdw.apply();
CREATE SERVER files FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '/kubeconfig');
DROP SERVER east CASCADE;
SELECT count(*) FROM vault.secrets;

-- Run again: what is there stays.
\set ECHO none
\i :script
\set ECHO all
SELECT evtname FROM pg_event_trigger ORDER BY 1;

-- Without event triggers.
RESET SESSION AUTHORIZATION;
DROP EVENT TRIGGER k8s_fdw_remember;
DROP EVENT TRIGGER k8s_fdw_complete;
DROP EVENT TRIGGER k8s_fdw_forget;
DROP EVENT TRIGGER _k8s_fdw_log_off;
DROP EVENT TRIGGER zzz_k8s_fdw_log_on;
SET SESSION AUTHORIZATION k8s_fdw_hosted;
CREATE SERVER west FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://two:6443');
CREATE FOREIGN TABLE pods (name text OPTIONS (alias 'metadata.name')) SERVER west OPTIONS (object 'pods');
SELECT srvoptions, ftoptions FROM pg_foreign_server, pg_foreign_table;
SELECT * FROM k8s_fdw.apply();
SELECT srvoptions, ftoptions FROM pg_foreign_server, pg_foreign_table;
-- Another component, which only a superuser could give to the wrapper now.
SET k8s_fdw.package_url = 'https://example.com/next.wasm';
\set ECHO none
\i :script
\set ECHO all

-- What is in the way is said at the very start.
\set start `cat "$REPOSITORY/sql/plain/checks.sql" "$REPOSITORY/sql/begin/2_owners.sql"`
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
DROP SCHEMA k8s_fdw CASCADE;
ALTER DATABASE :"DBNAME" OWNER TO CURRENT_USER;
SET SESSION AUTHORIZATION k8s_fdw_hosted;
:start
RESET SESSION AUTHORIZATION;
CREATE SCHEMA k8s_fdw;
SET SESSION AUTHORIZATION k8s_fdw_hosted;
:start
RESET SESSION AUTHORIZATION;
RESET k8s_fdw.package_url;
DROP SCHEMA k8s_fdw;
CREATE EXTENSION k8s_fdw;
:start

-- A place that somebody chose stays, which is said where its version is another.
RESET client_min_messages;
ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (SET fdw_package_url 'file:///opt/k8s_fdw.wasm', SET fdw_package_version '0.0.9');
SELECT k8s_fdw.update_package();
