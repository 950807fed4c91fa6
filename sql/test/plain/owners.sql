-- What the scripts refuse to build on because it belongs to somebody else, and whose rights they leave as they are.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT hosted();
\set start `cat "$REPOSITORY/sql/begin/1_path.sql" "$REPOSITORY/sql/plain/checks.sql" "$REPOSITORY/sql/begin/2_owners.sql"`

-- A superuser is a member of every role, and still does not build on another's schema; nor does CREATE EXTENSION.
CREATE SCHEMA k8s_fdw AUTHORIZATION k8s_fdw_hosted;
BEGIN;
\set ECHO none
:start
\set ECHO all
ROLLBACK;
CREATE EXTENSION k8s_fdw;
-- Nor does a member of that role.
CREATE ROLE k8s_fdw_member IN ROLE k8s_fdw_hosted;
SET SESSION AUTHORIZATION k8s_fdw_member;
BEGIN;
\set ECHO none
:start
\set ECHO all
ROLLBACK;
RESET SESSION AUTHORIZATION;
DROP ROLE k8s_fdw_member;
DROP SCHEMA k8s_fdw;

-- A function of another's in one's own schema.
CREATE SCHEMA k8s_fdw;
CREATE FUNCTION k8s_fdw.nearest(text, name[]) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
ALTER FUNCTION k8s_fdw.nearest(text, name[]) OWNER TO k8s_fdw_hosted;
BEGIN;
\set ECHO none
:start
\set ECHO all
ROLLBACK;
DROP FUNCTION k8s_fdw.nearest(text, name[]);

-- The right to make one.
GRANT CREATE ON SCHEMA k8s_fdw TO k8s_fdw_hosted;
BEGIN;
\set ECHO none
:start
\set ECHO all
ROLLBACK;
REVOKE CREATE ON SCHEMA k8s_fdw FROM k8s_fdw_hosted;
GRANT CREATE ON SCHEMA k8s_fdw TO PUBLIC;
BEGIN;
\set ECHO none
:start
\set ECHO all
ROLLBACK;
DROP SCHEMA k8s_fdw;

-- Another's wrapper, whose options would become those of every server.
ALTER ROLE k8s_fdw_hosted SUPERUSER;
CREATE FOREIGN DATA WRAPPER k8s_fdw;
ALTER FOREIGN DATA WRAPPER k8s_fdw OWNER TO k8s_fdw_hosted;
ALTER ROLE k8s_fdw_hosted NOSUPERUSER;
CREATE EXTENSION k8s_fdw;
DROP FOREIGN DATA WRAPPER k8s_fdw;

-- Default privileges let nobody into the schema.
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO k8s_fdw_hosted;
ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
\set ECHO none
\i :script
\set ECHO all
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SCHEMAS FROM k8s_fdw_hosted;
ALTER DEFAULT PRIVILEGES REVOKE CREATE ON SCHEMAS FROM PUBLIC;
SELECT has_schema_privilege('k8s_fdw_hosted', 'k8s_fdw', 'CREATE'), has_schema_privilege('k8s_fdw_hosted', 'k8s_fdw', 'USAGE');
-- Whoever may make servers can call what belongs to them, also where functions are not for everybody at first.
SELECT p.oid::regprocedure FROM pg_proc AS p WHERE p.pronamespace = 'k8s_fdw'::regnamespace AND NOT has_function_privilege('k8s_fdw_hosted', p.oid, 'EXECUTE');

-- What an admin took away is not given back, nor is a function of his own given to anybody.
REVOKE EXECUTE ON FUNCTION k8s_fdw.check(name) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION k8s_fdw.read_server_file(text) FROM pg_read_server_files;
REVOKE USAGE ON SCHEMA k8s_fdw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION k8s_fdw.read_server_file(text) TO PUBLIC;
CREATE FUNCTION k8s_fdw.own() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
REVOKE EXECUTE ON FUNCTION k8s_fdw.own() FROM PUBLIC;
DROP FUNCTION k8s_fdw.help();
\set ECHO none
\i :script
\set ECHO all
SELECT nspacl FROM pg_namespace WHERE nspname = 'k8s_fdw';
SELECT p.oid::regprocedure, p.proacl FROM pg_proc AS p WHERE p.pronamespace = 'k8s_fdw'::regnamespace AND p.proname IN ('check', 'help', 'own', 'read_server_file', 'version') ORDER BY p.proname;
DROP SCHEMA k8s_fdw CASCADE;

-- pg_tle's functions are asked for only where they are its own.
\set ECHO none
\i :installer
\set ECHO all
CREATE SCHEMA pgtle;
CREATE FUNCTION pgtle.available_extensions(OUT name name) RETURNS SETOF name LANGUAGE sql AS 'SELECT NULL::name';
ALTER FUNCTION pgtle.available_extensions OWNER TO k8s_fdw_hosted;
\set ECHO none
\i :installer
\set ECHO all
ALTER FUNCTION pgtle.available_extensions OWNER TO CURRENT_USER;
ALTER SCHEMA pgtle OWNER TO k8s_fdw_hosted;
\set ECHO none
\i :installer
\set ECHO all
