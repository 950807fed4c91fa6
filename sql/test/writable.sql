-- Writable views: what is made, what is refused, who may do what. Nothing here reaches a cluster.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:1', writes 'on', max_writes '7');
CREATE SERVER r FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:1');
CREATE SCHEMA k;
CREATE FOREIGN TABLE k.deployments (name text, namespace text, replicas integer OPTIONS (alias 'spec.replicas'), labels jsonb, attrs jsonb, object_key text)
  SERVER s OPTIONS (object 'deployments.apps', rowid_column 'object_key');
SELECT k8s_fdw.writable('k.deployments');
SELECT pg_get_viewdef('k.deployments_writable');
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgfoid = 'k.deployments_writable_change'::regproc ORDER BY tgname;
SELECT pg_get_functiondef('k.deployments_writable_change'::regproc);
SELECT d.objoid::regclass, d.description FROM pg_description AS d JOIN pg_class AS c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
 WHERE c.relnamespace = 'k'::regnamespace ORDER BY 1;
SELECT obj_description('k.deployments_writable_change'::regproc, 'pg_proc');

-- Where it goes, and how it is called.
SELECT k8s_fdw.writable('k.deployments', 'of_k');
SELECT k8s_fdw.writable('k.deployments', 'public.deployments', keep => true);
SELECT k8s_fdw.writable('k.deployments', name => '"K.8""s"', keep => false);
SELECT proname, prosrc ~ 'NEW.due, ''t''' AS keeps FROM pg_proc WHERE proname IN ('deployments_change', 'K.8"s_change') ORDER BY 1;
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'a.b.c')$$);
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'nowhere.b')$$);
CREATE FOREIGN TABLE k.a_table_whose_name_is_as_long_as_postgres_lets_it_be_which_is_63 ("Na me" text OPTIONS (alias '{.metadata.name}'), object_key text)
  SERVER s OPTIONS (object 'pods', rowid_column 'object_key');
SELECT k8s_fdw.writable('k.a_table_whose_name_is_as_long_as_postgres_lets_it_be_which_is_63');
SELECT relkind, octet_length(relname) FROM pg_class WHERE relname LIKE 'a_table%' AND relkind IN ('v', 'r') ORDER BY 1;
SELECT k8s_fdw.column_showing('k.a_table_whose_name_is_as_long_as_postgres_lets_it_be_which_is_63', 'name', 'metadata.name');
SELECT k8s_fdw.condition_of('k.a_table_whose_name_is_as_long_as_postgres_lets_it_be_which_is_63', 'n', 'it''s');
SELECT k8s_fdw.condition_of('k.deployments', 'n', 'web'), k8s_fdw.condition_of('k.deployments', NULL, 'web');
SELECT * FROM k8s_fdw.key_parts('shop/web 5d4c 12') UNION ALL SELECT * FROM k8s_fdw.key_parts('node-1 5d4c 12') UNION ALL SELECT * FROM k8s_fdw.key_parts('x');

-- Once more: rights and dependent views stay.
CREATE ROLE k8s_fdw_test_clerk;
GRANT SELECT, UPDATE (replicas) ON k.deployments_writable TO k8s_fdw_test_clerk;
CREATE VIEW k.above AS SELECT name FROM k.deployments_writable;
ALTER FOREIGN TABLE k.deployments ADD COLUMN paused boolean OPTIONS (alias 'spec.paused');
SELECT k8s_fdw.writable('k.deployments', keep => true);
SELECT has_column_privilege('k8s_fdw_test_clerk', 'k.deployments_writable', 'replicas', 'UPDATE'), attname FROM pg_attribute
 WHERE attrelid = 'k.deployments_writable'::regclass ORDER BY attnum DESC LIMIT 1;
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'k.deployments_writable_change'::regproc;
ALTER FOREIGN TABLE k.deployments ALTER COLUMN paused TYPE text;
DROP VIEW k.above;

-- Another role has no right that it was not given, whatever default privileges say.
ALTER DEFAULT PRIVILEGES IN SCHEMA k GRANT ALL ON TABLES TO k8s_fdw_test_clerk;
ALTER DEFAULT PRIVILEGES IN SCHEMA k GRANT ALL ON FUNCTIONS TO k8s_fdw_test_clerk;
GRANT USAGE ON SCHEMA k TO k8s_fdw_test_clerk;
SELECT k8s_fdw.writable('k.deployments', 'guarded');
SELECT relname, relacl FROM pg_class WHERE relname IN ('guarded', 'guarded_queue') ORDER BY 1;
SELECT proacl FROM pg_proc WHERE proname = 'guarded_change';
SET ROLE k8s_fdw_test_clerk;
SELECT attempt($$CREATE TEMP TABLE mine (id uuid); CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION k.guarded_change()$$);
SELECT attempt($$INSERT INTO k.guarded (name) VALUES ('x')$$);
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'k.mine')$$);
RESET ROLE;

-- Nothing is built on what somebody else has made.
GRANT CREATE ON SCHEMA k TO k8s_fdw_test_clerk;
SET ROLE k8s_fdw_test_clerk;
CREATE TABLE k.trap_queue (id uuid);
RESET ROLE;
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'trap')$$);
CREATE VIEW k.plain AS SELECT 1 AS a;
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'plain')$$);
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'deployments')$$);

-- Tables over which there is no view.
CREATE FOREIGN TABLE k.bare (name text) SERVER r OPTIONS (object 'pods');
SELECT attempt($$SELECT k8s_fdw.writable('k.bare')$$);
CREATE FOREIGN TABLE k.off (name text, object_key text) SERVER s OPTIONS (object 'pods', writes 'off', rowid_column 'object_key');
SELECT attempt($$SELECT k8s_fdw.writable('k.off')$$);
SELECT attempt($$SELECT k8s_fdw.writable('pg_class')$$);
SELECT attempt($$SELECT k8s_fdw.writable('k.plain')$$);
SELECT attempt($$SELECT k8s_fdw.writable(NULL)$$);
SELECT k8s_fdw.partition_by_cluster('k.deployments', ARRAY['s', 'r'], 'everywhere');
SELECT attempt($$SELECT k8s_fdw.writable('k.everywhere')$$);
SELECT k8s_fdw.writable('k.everywhere_s');
CREATE FOREIGN TABLE k.shifted (gone text, name text, object_key text) SERVER s OPTIONS (object 'pods', rowid_column 'object_key');
ALTER FOREIGN TABLE k.shifted DROP COLUMN gone;
SELECT attempt($$SELECT k8s_fdw.writable('k.shifted')$$);
SELECT * FROM k8s_fdw.check_writes('s');
CREATE FOREIGN TABLE k.shorter (name text, object_key text, gone text) SERVER s OPTIONS (object 'pods', rowid_column 'object_key');
ALTER FOREIGN TABLE k.shorter DROP COLUMN gone;
SELECT k8s_fdw.writable('k.shorter');
ALTER FOREIGN TABLE k.shorter DROP COLUMN name CASCADE;
ALTER FOREIGN TABLE k.shorter ADD COLUMN name text;

-- What is refused before anything is asked.
SET k8s_fdw.dry_run = onn;
SELECT attempt($$INSERT INTO k.guarded (name) VALUES ('x')$$);
RESET k8s_fdw.dry_run;
SELECT attempt($$SELECT k8s_fdw.queue_change('k.deployments', 'k.guarded_queue', 'DELETE', '{"object_key": "x"}', NULL)$$);
SELECT k8s_fdw.table_or_server_option('k.deployments', 'max_writes'), k8s_fdw.table_or_server_option('k.deployments', 'object'), k8s_fdw.table_or_server_option('k.deployments', 'kind');

-- It goes as its comment says.
DROP VIEW k.guarded;
DROP TABLE k.guarded_queue;
DROP FUNCTION k.guarded_change();
SELECT count(*) FROM pg_class WHERE relname LIKE 'guarded%';
-- Leftovers are taken up, and a view whose columns are others now says what to do.
DROP VIEW k.of_k;
SELECT k8s_fdw.writable('k.deployments', 'of_k');
ALTER FOREIGN TABLE k.deployments RENAME COLUMN paused TO halted;
SELECT attempt($$SELECT k8s_fdw.writable('k.deployments', 'of_k')$$);
DROP OWNED BY k8s_fdw_test_clerk;
DROP ROLE k8s_fdw_test_clerk;
