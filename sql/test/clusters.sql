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

-- Names that are longer than Postgres keeps: what sets the clusters apart stands at their end. Characters of several bytes stay whole.
CREATE FUNCTION made_of(name text, VARIADIC servers text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  server text;
BEGIN
  FOREACH server IN ARRAY servers LOOP
    EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url %L)', server, 'http://east');
  END LOOP;
  PERFORM k8s_fdw.partition_by_cluster('k.pods', servers, name);
  RETURN QUERY SELECT format('%s %s %s', octet_length(c.relname), c.oid::regclass, pg_get_expr(c.relpartbound, c.oid))
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass('k.' || quote_ident(name)) ORDER BY i.inhrelid;
END $$;
SELECT made_of('fleet', 'arn:aws:eks:eu-central-1:111122223333:cluster/payments-prod-a', 'arn:aws:eks:eu-central-1:111122223333:cluster/payments-prod-b');
SELECT made_of('all_of_them', 'gke_' || repeat('x', 58) || '1', 'gke_' || repeat('x', 58) || '2');
SELECT made_of('some', repeat('ü', 30) || '"a', repeat('ü', 30) || '"b');
SELECT made_of('more', repeat('🔥', 14) || 'a', repeat('🔥', 14) || 'b');
SELECT made_of('it''s', 'a "quoted'' one', E'two\nlines', 'percent%s', 'back\slash');
SELECT count(DISTINCT k8s_fdw.fitting_name(repeat('x', n) || '🔥' || repeat('y', 80) || m)), max(octet_length(k8s_fdw.fitting_name(repeat('x', n) || '🔥' || repeat('y', 80) || m)))
  FROM generate_series(1, 70) AS n, generate_series(1, 20) AS m;
SELECT length(k8s_fdw.fitting_name(repeat('x', 63))), length(k8s_fdw.fitting_name(repeat('x', 64))), k8s_fdw.fitting_name('short');
CREATE FOREIGN TABLE k.a_table_whose_name_is_as_long_as_postgres_lets_it_be_which_is_63 (name text) SERVER east OPTIONS (object 'pods');
SELECT k8s_fdw.partition_by_cluster('k.a_table_whose_name_is_as_long_as_postgres_lets_it_be_which_is_63', ARRAY['east', 'north']);
SELECT count(*), count(DISTINCT relname), max(octet_length(relname)) FROM pg_class WHERE relnamespace = 'k'::regnamespace AND relname LIKE 'a_table%';
