-- Clusters that are asked through postgres_fdw: what is made, and what cannot be. No row is read.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
CREATE EXTENSION postgres_fdw;
CREATE SERVER east FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://east');
CREATE SERVER "We""st" FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://west');
CREATE SCHEMA f;
CREATE FOREIGN TABLE f.pod (name text, labels jsonb) SERVER east OPTIONS (object 'pods');
SELECT k8s_fdw.partition_by_cluster('f.pod', ARRAY['east', 'We"st'], 'pods');

SELECT replace(attempt($$SELECT k8s_fdw.at_once('f.pods', 'here')$$), current_database(), 'DB');
CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db', fetch_size '50');
SELECT attempt($$SELECT k8s_fdw.at_once('f.pods', 'here')$$);
CREATE ROLE at_once_reader;
CREATE USER MAPPING FOR PUBLIC SERVER here OPTIONS (user 'anyone', password 'it''s');
CREATE USER MAPPING FOR at_once_reader SERVER here OPTIONS (user 'reader');
SELECT replace(attempt($$SELECT k8s_fdw.at_once('f.pods', 'east')$$), current_database(), 'DB');
SELECT attempt($$SELECT k8s_fdw.at_once('f.pod', 'here')$$);
SELECT k8s_fdw.at_once('f.pods', 'here');
SELECT k8s_fdw.at_once('f.pods', 'here');
SELECT c.oid::regclass, s.srvname, pg_get_expr(c.relpartbound, c.oid), array_to_string(t.ftoptions, ' ')
  FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_foreign_table AS t ON t.ftrelid = c.oid
  JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE i.inhparent = 'f.pods_at_once'::regclass ORDER BY i.inhrelid;
SELECT srvname, array_to_string(srvoptions, ' ') FROM pg_foreign_server WHERE srvname LIKE 'here\_%' ORDER BY srvname;
SELECT srvname, usename, array_to_string(umoptions, ' ') FROM pg_user_mappings WHERE srvname LIKE 'here\_%' ORDER BY srvname, usename;

-- What its sessions would do differently.
ALTER SERVER east OPTIONS (ADD forbidden 'skip');
SELECT attempt($$SELECT k8s_fdw.at_once('f.pods', 'here', 'other')$$);
ALTER SERVER east OPTIONS (DROP forbidden, ADD impersonate_user_setting 'role');
SELECT attempt($$SELECT k8s_fdw.at_once('f.pods', 'here', 'other', skip_in_log => true)$$);
ALTER SERVER east OPTIONS (DROP impersonate_user_setting);
CREATE SERVER there_east FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://east');
CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw;
CREATE USER MAPPING FOR PUBLIC SERVER there;
SELECT attempt($$SELECT k8s_fdw.at_once('f.pods', 'there', 'other')$$);
-- Everything that is made is gone with the error.
SELECT to_regclass('f.other');

-- Another Postgres.
SELECT k8s_fdw.add_postgres('f.pods_at_once', 'there', ARRAY['north', 'it''s'], 'fleet."Pods"');
SELECT pg_get_expr(c.relpartbound, c.oid), array_to_string(t.ftoptions, ' ')
  FROM pg_class AS c JOIN pg_foreign_table AS t ON t.ftrelid = c.oid WHERE c.oid = 'f.pods_at_once_there'::regclass;
SELECT attempt($$SELECT k8s_fdw.add_postgres('f.pods_at_once', 'east', ARRAY['south'], 'fleet.pods')$$);
SELECT attempt($$SELECT k8s_fdw.add_postgres('f.pods_at_once', 'there', ARRAY['north'], 'fleet.pods')$$);
SELECT attempt($$SELECT k8s_fdw.add_postgres('f.pods_at_once', 'there', '{}', 'fleet.pods')$$);
SELECT attempt($$SELECT k8s_fdw.add_postgres('f.pods_at_once', 'there', ARRAY['south'], 'pods')$$);
SELECT attempt($$SELECT k8s_fdw.add_postgres('f.pod', 'there', ARRAY['south'], 'fleet.pods')$$);
SELECT attempt($$SELECT k8s_fdw.at_once('f.pods_at_once', 'here')$$);

-- A name for each of the clusters of both.
SELECT cluster, relation, server FROM k8s_fdw.parts_of('f.pods_at_once');

-- By a role without a superuser's rights, whose own mapping is all that it sees.
CREATE ROLE at_once_owner;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw, k8s_fdw TO at_once_owner;
CREATE SCHEMA g AUTHORIZATION at_once_owner;
SET ROLE at_once_owner;
CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db');
CREATE USER MAPPING FOR CURRENT_USER SERVER mine OPTIONS (user 'owner', password 'secret of at_once');
CREATE SERVER north FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://north');
CREATE FOREIGN TABLE g.pod (name text) SERVER north OPTIONS (object 'pods');
SELECT k8s_fdw.partition_by_cluster('g.pod', ARRAY['north'], 'pods');
SELECT k8s_fdw.at_once('g.pods', 'mine');
SELECT array_to_string(umoptions, ' ') = 'user=owner password=secret of at_once' FROM pg_user_mappings WHERE srvname = 'mine_north';
-- A password that only a superuser may leave out: the error has no other part of the mapping.
RESET ROLE;
ALTER USER MAPPING FOR at_once_owner SERVER mine OPTIONS (ADD password_required 'false');
SET ROLE at_once_owner;
DROP SERVER mine_north CASCADE;
SELECT attempt($$SELECT k8s_fdw.at_once('g.pods', 'mine', 'again')$$);
RESET ROLE;
DROP SCHEMA f, g CASCADE;
DROP SERVER east, "We""st", north, here, there, there_east, mine CASCADE;
DROP EXTENSION postgres_fdw CASCADE;
DROP OWNED BY at_once_owner, at_once_reader CASCADE;
DROP ROLE at_once_owner, at_once_reader;
