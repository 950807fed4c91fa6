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
