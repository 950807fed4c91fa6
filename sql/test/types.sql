-- Column types that Wrappers carries, and what is advised instead of the others.
\pset format unaligned
\pset tuples_only on
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
CREATE FOREIGN TABLE fits (
  a boolean, b "char", c smallint, d integer, e bigint, f real, g double precision, h numeric, i numeric(10,2), j text, k date,
  l timestamp, m timestamp(3), n timestamptz, o jsonb, p uuid
) SERVER s OPTIONS (object 'pods');

CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE DOMAIN short AS varchar(10);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (a int, b int);
SELECT t || ': ' || attempt(format('CREATE FOREIGN TABLE t (name text, x %s) SERVER s OPTIONS (object ''pods'')', t)) FROM (VALUES
  ('varchar(10)'), ('char(3)'), ('name'), ('json'), ('text[]'), ('integer[]'), ('interval'), ('time'), ('timetz'), ('inet'), ('cidr'), ('bytea'), ('xml'),
  ('money'), ('oid'), ('bit(3)'), ('point'), ('int4range'), ('tsvector'), ('positive'), ('short'), ('mood'), ('pair')) AS v (t);

ALTER FOREIGN TABLE fits ADD COLUMN q varchar;
ALTER TABLE fits ADD COLUMN q text[];
ALTER TABLE fits ALTER COLUMN j TYPE varchar;
ALTER TABLE fits ADD COLUMN q text, DROP COLUMN a;

-- through a parent
CREATE TABLE parent (name text);
CREATE FOREIGN TABLE child (more text) INHERITS (parent) SERVER s OPTIONS (object 'pods');
ALTER TABLE parent ADD COLUMN x varchar;

-- other wrappers' tables may have any type
CREATE FOREIGN DATA WRAPPER other;
CREATE SERVER other FOREIGN DATA WRAPPER other OPTIONS (kubeconfig '/nowhere');
CREATE FOREIGN TABLE elsewhere (x varchar, y text OPTIONS (alias 'z')) SERVER other OPTIONS (whatever 'x');
ALTER FOREIGN TABLE elsewhere ADD COLUMN z interval;
ALTER SERVER other OPTIONS (context 'x');
SELECT options_of('other'), paths_of('elsewhere') IS NULL;

-- every type that Postgres knows: carried, or refused with the name of one that is
CREATE EXTENSION IF NOT EXISTS citext SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS hstore SCHEMA extensions;
CREATE TYPE span AS RANGE (subtype = float8);
CREATE DOMAIN deeper AS positive;
CREATE DOMAIN tags AS text[];
CREATE TEMP TABLE verdicts AS
  SELECT t.oid, t.typname AS name, t.typtype, t.typcategory, attempt(format('CREATE FOREIGN TABLE t (x %s) SERVER s OPTIONS (object ''pods'')', format_type(t.oid, NULL))) AS verdict
    FROM pg_type AS t
   WHERE t.typisdefined AND t.typtype <> 'p' AND t.typname !~ '^_(pg_|cstring)' AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind <> 'c');
SELECT count(*) > 150 AS many FROM verdicts;
SELECT string_agg(name, ' ' ORDER BY name) AS carried FROM verdicts WHERE verdict = 'ok';
SELECT name, verdict FROM verdicts
 WHERE verdict <> 'ok' AND verdict !~ ('^HV004 column "x" of foreign table "t" has type .*, which Wrappers cannot carry\n  HINT: Use '
   || '(boolean|"char"|smallint|integer|bigint|real|double precision|numeric|text|date|timestamp|timestamptz|jsonb|uuid)\. These work: ');
SELECT substring(verdict FROM 'HINT: Use ([^.]*)\.') AS instead, string_agg(name, ' ' ORDER BY name) AS types
  FROM verdicts
 WHERE verdict <> 'ok' AND name !~ '^_' AND name IN ('varchar', 'bpchar', 'name', 'json', 'money', 'interval', 'time', 'timetz', 'inet', 'cidr', 'macaddr', 'xml', 'bytea',
   'bit', 'varbit', 'oid', 'xid', 'xid8', 'regclass', 'tsvector', 'tsquery', 'jsonpath', 'point', 'box', 'int4range', 'int4multirange', 'citext', 'hstore', 'span', 'deeper',
   'positive', 'short', 'tags', 'mood', 'pair')
 GROUP BY 1 ORDER BY 1;
SELECT DISTINCT substring(verdict FROM 'HINT: Use ([^.]*)\.') AS of_arrays FROM verdicts WHERE typcategory = 'A' AND name !~ '^(int2|oid)vector$';
-- pseudo-types are Postgres' own to refuse
SELECT count(*) FROM pg_type AS t
 WHERE t.typtype = 'p' AND t.oid <> 'record'::regtype
   AND attempt(format('CREATE FOREIGN TABLE t (x %s) SERVER s OPTIONS (object ''pods'')', format_type(t.oid, NULL))) !~ 'pseudo-type';
-- by both statements that change a type
SELECT t || ': ' || attempt(format('ALTER FOREIGN TABLE fits ADD COLUMN z %s', t)), attempt(format('ALTER FOREIGN TABLE fits ALTER COLUMN j TYPE %s', t))
  FROM (VALUES ('varchar(10)'), ('text[]'), ('positive'), ('extensions.citext'), ('uuid')) AS v (t);
