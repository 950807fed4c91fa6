-- What one role writes into the options of its tables neither fails nor slows other roles' statements.
\pset format unaligned
\pset tuples_only on
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
CREATE TABLE innocent (a int);

-- an option has a length that makes sense, whatever is set
CREATE ROLE k8s_fdw_test_low;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_low;
GRANT USAGE ON FOREIGN SERVER s TO k8s_fdw_test_low;
GRANT SET ON PARAMETER session_replication_role TO k8s_fdw_test_low;
CREATE SCHEMA low AUTHORIZATION k8s_fdw_test_low;
SET ROLE k8s_fdw_test_low;
SET k8s_fdw.busy = 'on';
SET session_replication_role = replica;
SELECT attempt(format('CREATE FOREIGN TABLE low.t (a text OPTIONS (alias %L)) SERVER s OPTIONS (object ''pods'')', repeat('a', 4096)));
SELECT attempt(format('CREATE FOREIGN TABLE low.t (a text OPTIONS (alias %L)) SERVER s OPTIONS (object ''pods'')', repeat('a', 4097)));
SELECT name, attempt(format('CREATE FOREIGN TABLE low.t (a text) SERVER s OPTIONS (%I %L)', name, repeat('a', most + 1)))
  FROM (VALUES ('object', 4096), ('kind', 4096), ('label_selector', 65536), ('columns', 8388608), ('comments', 8388608)) AS v (name, most);
SELECT name, attempt(format('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url ''http://x'', %I %L)', name, repeat('a', most + 1)))
  FROM (VALUES ('impersonate_user', 4096), ('api_key', 65536), ('kubeconfig', 1048576)) AS v (name, most);
RESET session_replication_role;
RESET k8s_fdw.busy;
RESET ROLE;

-- tables as they could be made before: 350 MB of aliases
DO $$ BEGIN
  EXECUTE format('CREATE FOREIGN TABLE low.large (%s) SERVER s OPTIONS (object ''pods'')', (SELECT string_agg(format('c%s text', n), ', ') FROM generate_series(1, 700) AS n));
END $$;
SET allow_system_table_mods = on;
UPDATE pg_attribute SET attfdwoptions = ARRAY['alias=' || repeat('a', 500000)] WHERE attrelid = 'low.large'::regclass AND attnum > 0;
RESET allow_system_table_mods;
ALTER TABLE innocent ADD COLUMN b int;
CREATE FOREIGN TABLE pods (name text OPTIONS (alias 'metadata.name'), x text OPTIONS (alias 'spec.x')) SERVER s OPTIONS (object 'pods');
ALTER FOREIGN TABLE pods RENAME COLUMN name TO n;
ALTER FOREIGN TABLE pods ALTER COLUMN x OPTIONS (DROP alias);
SELECT paths_of('pods');
ALTER SERVER s OPTIONS (page_size '5');
DROP FOREIGN TABLE low.large;

-- the catalogs' rows that a statement reads do not grow with others' tables and servers
CREATE FUNCTION rows_read() RETURNS bigint LANGUAGE sql AS $$
  SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_sys_tables
   WHERE relname IN ('pg_attribute', 'pg_foreign_table', 'pg_foreign_server') $$;
CREATE FUNCTION cost(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before bigint;
BEGIN
  EXECUTE statement;
  before := rows_read();
  EXECUTE statement;
  RETURN rows_read() - before;
END $$;
CREATE TABLE costs AS
SELECT statement, cost(statement) AS alone
  FROM unnest(ARRAY['ALTER TABLE innocent ALTER COLUMN a SET STATISTICS 10', 'ALTER FOREIGN TABLE pods ALTER COLUMN n SET STATISTICS 10',
                    'ALTER SERVER s OPTIONS (SET page_size ''5'')']) AS statement;
SET client_min_messages = error;
DO $$ BEGIN
  FOR i IN 1..300 LOOP
    EXECUTE format('CREATE SERVER s%s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url ''http://x'')', i);
    EXECUTE format('CREATE FOREIGN TABLE low.t%1$s (a text OPTIONS (alias ''a''), b text, c text, d text) SERVER s%1$s OPTIONS (object ''pods'')', i);
  END LOOP;
END $$;
ANALYZE pg_attribute, pg_foreign_table, pg_foreign_server;
SELECT statement FROM costs WHERE cost(statement) > alone + 50;

-- what a table was is known in every place where one is altered, and no cursor stays
CREATE TABLE parent (n text, x text) PARTITION BY LIST (n);
CREATE FOREIGN TABLE child (n text, x text OPTIONS (alias 'spec.x')) SERVER s OPTIONS (object 'pods', columns '{"n": "by.hand"}');
ALTER TABLE parent ATTACH PARTITION child FOR VALUES IN ('a');
BEGIN;
ALTER TABLE parent RENAME COLUMN n TO m;
SELECT paths_of('child');
SAVEPOINT one;
DO $$ BEGIN ALTER TABLE parent RENAME COLUMN x TO y; ALTER FOREIGN TABLE child ALTER COLUMN y OPTIONS (DROP alias); END $$;
SELECT paths_of('child');
ROLLBACK TO one;
SELECT count(*) FROM pg_cursors WHERE name ~ 'portal \d';
DROP SERVER IF EXISTS nothing, s300 CASCADE;
COMMIT;
ALTER TABLE parent DETACH PARTITION child CONCURRENTLY;
ALTER FOREIGN TABLE child RENAME COLUMN x TO z;
ALTER FOREIGN TABLE child ALTER COLUMN z OPTIONS (DROP alias);
SELECT paths_of('child');

DROP SCHEMA low CASCADE;
DROP OWNED BY k8s_fdw_test_low;
DROP ROLE k8s_fdw_test_low;
