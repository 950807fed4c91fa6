-- alias → columns, through every way of changing a table.
\pset format unaligned
\pset tuples_only on
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
CREATE FOREIGN TABLE t (zz text OPTIONS (alias 'metadata.name'), "A ""b" text OPTIONS (alias E'{.a["x\\y"]}'), c text)
  SERVER s OPTIONS (object 'pods');
SELECT paths_of('t');

ALTER FOREIGN TABLE t ADD COLUMN d jsonb OPTIONS (alias 'metadata.labels');
ALTER TABLE t ADD COLUMN e bigint;
ALTER FOREIGN TABLE t ALTER COLUMN c OPTIONS (ADD alias '{.c}');
SELECT paths_of('t');
ALTER FOREIGN TABLE t ALTER COLUMN c OPTIONS (SET alias '{.cc}'), ALTER COLUMN zz OPTIONS (DROP alias);
SELECT paths_of('t');
ALTER TABLE t RENAME COLUMN c TO zz2;
SELECT paths_of('t');
ALTER TABLE t DROP COLUMN d;
SELECT paths_of('t');
ALTER TABLE t RENAME TO "T 2";
ALTER TABLE "T 2" SET SCHEMA extensions;
SELECT paths_of('extensions."T 2"');
ALTER FOREIGN TABLE extensions."T 2" ALTER zz2 OPTIONS (DROP alias), ALTER "A ""b" OPTIONS (DROP alias);
SELECT paths_of('extensions."T 2"') IS NULL;

-- entries by hand are kept, beside aliases too
CREATE FOREIGN TABLE h (a text, b text, c text) SERVER s OPTIONS (object 'pods', columns '{"b":"x.b",   "a":"x.a"}');
SELECT paths_of('h');
ALTER TABLE h ALTER c SET NOT NULL;
SELECT paths_of('h');
ALTER FOREIGN TABLE h ALTER c OPTIONS (alias 'x.c');
SELECT paths_of('h');
ALTER TABLE h RENAME a TO aa;
SELECT paths_of('h');
ALTER FOREIGN TABLE h ALTER c OPTIONS (DROP alias);
SELECT paths_of('h');
ALTER TABLE h RENAME aa TO a;
SELECT paths_of('h');
ALTER TABLE h DROP COLUMN b;
SELECT paths_of('h');
ALTER FOREIGN TABLE h OPTIONS (SET columns '{"a": "y", "c": "z"}'), ALTER c OPTIONS (alias 'from alias');
SELECT paths_of('h');
ALTER FOREIGN TABLE h OPTIONS (SET columns '{"a": "y", "b": "z"}');
ALTER FOREIGN TABLE h OPTIONS (DROP columns);
SELECT paths_of('h');

-- names may trade places
CREATE FOREIGN TABLE w (a text, b text) SERVER s OPTIONS (object 'pods', columns '{"a":"x.a"}');
ALTER TABLE w RENAME a TO a2;
ALTER TABLE w RENAME b TO a;
SELECT paths_of('w');

-- through a parent
CREATE TABLE parent (name text);
CREATE FOREIGN TABLE child (more text OPTIONS (alias 'm')) INHERITS (parent) SERVER s OPTIONS (object 'pods', columns '{"name": "n"}');
SELECT paths_of('child');
ALTER TABLE parent RENAME name TO nom;
SELECT paths_of('child');

-- one statement, one change; nothing else of the table moves
CREATE FOREIGN TABLE quiet (a text) SERVER s OPTIONS (object 'pods');
SELECT paths_of('quiet') IS NULL;
SELECT current_setting('k8s_fdw.busy', true), current_setting('k8s_fdw.before', true);
BEGIN;
CREATE FOREIGN TABLE tx (a text OPTIONS (alias 'x')) SERVER s OPTIONS (object 'pods');
SAVEPOINT p;
ALTER TABLE tx ADD b varchar;
ROLLBACK TO p;
ALTER FOREIGN TABLE tx ADD b text OPTIONS (alias 'y');
COMMIT;
SELECT paths_of('tx');

-- aliases and comments in one statement
CREATE FOREIGN TABLE described (name text OPTIONS (alias 'metadata.name'), phase text) SERVER s OPTIONS (object 'pods', comments '{"": "pods", "phase": "of its life"}');
SELECT paths_of('described'), obj_description('described'::regclass), col_description('described'::regclass, 2);
