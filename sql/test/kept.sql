-- Kept tables, as far as no cluster is needed: what is refused, and what is noted for whom.
SET client_min_messages = warning;
CREATE SCHEMA kept;
CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.256');
CREATE SERVER as_jane FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.256', impersonate_user 'jane');
CREATE FOREIGN TABLE pods (name text, namespace text, label_selector text, note text OPTIONS (alias 'metadata.annotations.note')) SERVER kind OPTIONS (object 'pods');
CREATE FOREIGN TABLE hers (name text) SERVER as_jane OPTIONS (object 'pods');
CREATE FOREIGN TABLE version (git_version text) SERVER kind OPTIONS (object 'version');
CREATE FOREIGN TABLE usage (name text) SERVER kind OPTIONS (apiVersion 'metrics.k8s.io/v1beta1', kind 'PodMetrics');
CREATE FOREIGN TABLE revealed (name text) SERVER kind OPTIONS (object 'secrets', reveal_secrets 'true');
CREATE FOREIGN TABLE changes (name text, change text OPTIONS (alias 'spec.change')) SERVER kind OPTIONS (object 'pods');
CREATE FOREIGN TABLE valid (name text, valid text OPTIONS (alias 'spec.valid')) SERVER kind OPTIONS (object 'pods');
CREATE FOREIGN TABLE several (name text) SERVER kind OPTIONS (object 'pods', namespaces 'a,b');
CREATE TABLE plain (name text);
CREATE TABLE parts (name text, n integer) PARTITION BY RANGE (n);
CREATE TABLE ranges (name text, n integer) PARTITION BY RANGE (n);
CREATE FOREIGN TABLE range_1 PARTITION OF ranges FOR VALUES FROM (1) TO (2) SERVER kind OPTIONS (object 'pods');
CREATE FOREIGN TABLE watched (name text) SERVER kind OPTIONS (object 'pods', watch 'on');
RESET client_min_messages;
-- Refused.
SELECT k8s_fdw.keep('plain', 'kept.x');
SELECT k8s_fdw.keep('parts', 'kept.x');
SELECT k8s_fdw.keep('ranges', 'kept.x');
SELECT k8s_fdw.keep('watched', 'kept.x');
SELECT k8s_fdw.keep('hers', 'kept.x');
SELECT k8s_fdw.keep('version', 'kept.x');
SELECT k8s_fdw.keep('usage', 'kept.x');
SELECT k8s_fdw.keep('revealed', 'kept.x');
SELECT k8s_fdw.keep('changes', 'kept.x');
SELECT k8s_fdw.keep('valid', 'kept.x', history => true);
SELECT k8s_fdw.keep('several', 'kept.x');
SELECT k8s_fdw.keep('pods', 'x');
SELECT k8s_fdw.keep('pods', 'nowhere.x');
SELECT k8s_fdw.keep('pods', 'kept.' || repeat('n', 64));
SELECT k8s_fdw.keep('pods', 'public.plain');
SELECT k8s_fdw.keep('pods', 'kept.x', every => '-1 second');
SELECT k8s_fdw.refresh('plain');
SELECT k8s_fdw.stop_keeping('plain');
CALL k8s_fdw.follow('plain');
SELECT * FROM k8s_fdw.as_of(NULL::plain, now());
SELECT * FROM k8s_fdw.changes('plain');
-- What another Postgres needs for it, which can run again.
SELECT k8s_fdw.remote_script('public.pods', 'Sch"e.ma') AS script \gset
\echo :script
SELECT k8s_fdw.remote_script('public.plain');
SELECT k8s_fdw.remote_script('public.nothing');
SELECT k8s_fdw.remote_script('kept');
-- Nothing is left of what failed.
SELECT relname FROM pg_class WHERE relnamespace = 'kept'::regnamespace;
SELECT count(*) FROM k8s_fdw.kept_tables;
-- The columns of an object, and the intervals of pg_cron.
SELECT name, type, path FROM k8s_fdw.object_columns('pods');
SELECT i, k8s_fdw.cron_schedule(i::interval) FROM unnest(ARRAY['1 second', '10 seconds', '59 seconds', '1 minute', '5 minutes', '7 minutes', '90 seconds', '1 hour', '6 hours', '5 hours', '1 day', '2 days', '0.5 seconds']) AS i;
-- How far a refresh has come.
SELECT k8s_fdw.read_until('12', '11', 0), k8s_fdw.read_until('12', NULL, 0);
SELECT k8s_fdw.read_until(NULL, '11', 0);
SELECT k8s_fdw.read_until('12', '11', 3);
SELECT k8s_fdw.read_until('9', '11', 0);
-- What a role writes, and sees.
CREATE ROLE k8s_fdw_test_kept;
INSERT INTO k8s_fdw.kept_tables (relation, source, watches, columns) VALUES ('plain', 'pods', '{plain}', '{}');
SELECT k8s_fdw.refresh('plain');
UPDATE k8s_fdw.kept_tables SET history = 'valid', history_from = '2020-01-01 00:00:00Z';
SELECT * FROM k8s_fdw.as_of(NULL::plain, '2019-12-31 00:00:00Z');
SELECT k8s_fdw.keep('pods', 'public.plain', history => false);
SET ROLE k8s_fdw_test_kept;
SELECT relation FROM k8s_fdw.kept_tables;
SELECT relation FROM k8s_fdw.kept;
UPDATE k8s_fdw.kept_tables SET every = '1 day';
INSERT INTO k8s_fdw.kept_state (relation) VALUES ('plain');
SELECT error FROM k8s_fdw.kept_state;
TRUNCATE k8s_fdw.kept_tables;
RESET ROLE;
GRANT SELECT ON plain TO k8s_fdw_test_kept;
SET ROLE k8s_fdw_test_kept;
SELECT relation, source FROM k8s_fdw.kept;
SELECT k8s_fdw.refresh('plain');
RESET ROLE;
-- A table that is dropped is no longer in the view, nor in a dump, and what was noted of it goes with the next call.
DROP TABLE plain;
SELECT count(*) FROM k8s_fdw.kept;
SELECT c FROM pg_extension, unnest(extcondition) AS c WHERE extname = 'k8s_fdw';
SELECT k8s_fdw.tidy_kept();
SELECT count(*) FROM k8s_fdw.kept_tables;
DROP ROLE k8s_fdw_test_kept;
