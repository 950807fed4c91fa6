-- Owns: the schema k8s_fdw, where every helper lives, and version().
-- Never: anything in the schema of the user's choice; only the validator goes there.

CREATE SCHEMA IF NOT EXISTS k8s_fdw;

CREATE OR REPLACE FUNCTION k8s_fdw.version() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '@VERSION@' $$;
