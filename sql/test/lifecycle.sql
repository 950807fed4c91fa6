-- Other DDL goes undisturbed, and DROP EXTENSION leaves nothing behind.
\pset format unaligned
\pset tuples_only on
CREATE TABLE a (x int);
ALTER TABLE a ADD y varchar;
CREATE VIEW v AS SELECT x FROM a;
ALTER TABLE a RENAME TO b;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
CREATE FOREIGN TABLE t (name text OPTIONS (alias 'metadata.name')) SERVER s OPTIONS (object 'pods');
ALTER FOREIGN TABLE t ADD CONSTRAINT c CHECK (name <> ''), ALTER name SET STATISTICS 5;
COMMENT ON SERVER s IS 'x';
SELECT attempt('DROP EXTENSION k8s_fdw');
-- everything has a comment
SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
 WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'k8s_fdw') AND deptype = 'e'
   AND obj_description(objid, classid::regclass::name) IS NULL;
-- every function has its search_path, or names that were found when it was made; a procedure that commits can have none
SELECT proname FROM pg_proc WHERE (pronamespace = 'k8s_fdw'::regnamespace OR proname = 'k8s_fdw_validator')
   AND prokind <> 'p' AND prosqlbody IS NULL AND NOT coalesce(proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false);
SET client_min_messages = warning;
DROP EXTENSION k8s_fdw CASCADE;
SELECT 'left: ' || nspname FROM pg_namespace WHERE nspname = 'k8s_fdw';
SELECT 'left: ' || proname FROM pg_proc WHERE proname LIKE 'k8s\_fdw%';
SELECT 'left: ' || evtname FROM pg_event_trigger;
SELECT 'left: ' || fdwname FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw';
SELECT 'left: ' || srvname FROM pg_foreign_server;
SELECT 'left: ' || ftrelid::regclass FROM pg_foreign_table;
SET client_min_messages = error;
CREATE EXTENSION k8s_fdw SCHEMA extensions;
SELECT 'again';
