-- One table over several clusters: what is made, and what cannot be.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
CREATE SERVER east FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://east');
CREATE SERVER "We""st" FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://west');
CREATE SERVER north FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://north');
CREATE SCHEMA k;
CREATE FOREIGN TABLE k.pods (name text OPTIONS (alias 'metadata.name') NOT NULL, gone text, "No de" text COLLATE "C", labels jsonb)
  SERVER east OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'shop', columns '{"No de": "spec.nodeName"}');
ALTER FOREIGN TABLE k.pods DROP COLUMN gone;

SELECT k8s_fdw.partition_by_cluster('k.pods', servers => ARRAY['east', 'We"st'], name => 'all_pods');
SELECT k8s_fdw.add_cluster('k.all_pods', 'north');
SELECT c.oid::regclass, s.srvname, pg_get_expr(c.relpartbound, c.oid), array_to_string(t.ftoptions, ' ')
  FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_foreign_table AS t ON t.ftrelid = c.oid
  JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE i.inhparent = 'k.all_pods'::regclass ORDER BY i.inhrelid;
SELECT attname, format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation, attfdwoptions
  FROM pg_attribute WHERE attrelid = 'k.all_pods_north'::regclass AND attnum > 0 ORDER BY attnum;
SELECT attname FROM pg_attribute WHERE attrelid = 'k.all_pods'::regclass AND attnum > 0 ORDER BY attnum;

-- Only the clusters that are asked for; the planner reads none.
EXPLAIN (COSTS off) SELECT name FROM k.all_pods WHERE cluster = 'nowhere';
-- Removing one, and all.
DROP FOREIGN TABLE k.all_pods_north;
DROP SERVER "We""st" CASCADE;
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'k.all_pods'::regclass;
DROP FOREIGN TABLE k.all_pods_east;
SELECT attempt($$SELECT k8s_fdw.add_cluster('k.all_pods', 'east')$$);
SELECT k8s_fdw.add_cluster('k.all_pods', 'east', 'k.pods');

SELECT attempt($$SELECT k8s_fdw.add_cluster('k.all_pods', 'south')$$);
SELECT attempt($$SELECT k8s_fdw.add_cluster('k.all_pods', 'east')$$);
SELECT attempt($$SELECT k8s_fdw.partition_by_cluster('k.pods', ARRAY['east'], 'all_pods')$$);
SELECT attempt($$SELECT k8s_fdw.partition_by_cluster('k.pods', ARRAY['east', 'south'])$$);
SELECT attempt($$SELECT k8s_fdw.partition_by_cluster('k.pods', '{}')$$);
SELECT attempt($$SELECT k8s_fdw.partition_by_cluster('k.all_pods', ARRAY['east'])$$);
SELECT attempt($$SELECT k8s_fdw.partition_by_cluster('k.all_pods_east', ARRAY['east'], 'x')$$);
SELECT k8s_fdw.partition_by_cluster('k.pods', ARRAY['north']);
