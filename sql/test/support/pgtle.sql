-- Stands in for pg_tle 1.5, as far as the installer sees it, with the same names and arguments; and creates or updates
-- what was registered. The real one is written in C, and makes an extension of what a script makes.

CREATE SCHEMA pgtle;
CREATE TABLE pgtle.scripts (name text, from_version text, version text, script text NOT NULL, UNIQUE NULLS NOT DISTINCT (name, from_version, version));
CREATE TABLE pgtle.controls (name text PRIMARY KEY, default_version text NOT NULL, requires text[], comment text);

CREATE FUNCTION pgtle.install_extension(name text, version text, description text, ext text, requires text[] DEFAULT NULL, schema text DEFAULT NULL)
RETURNS boolean LANGUAGE sql SET search_path = pgtle AS $$
  INSERT INTO pgtle.controls VALUES ($1, $2, $5, $3);
  INSERT INTO pgtle.scripts VALUES ($1, NULL, $2, $4) RETURNING true $$;
CREATE FUNCTION pgtle.install_extension_version_sql(name text, version text, ext text) RETURNS boolean LANGUAGE sql SET search_path = pgtle AS $$
  INSERT INTO pgtle.scripts VALUES ($1, NULL, $2, $3) RETURNING true $$;
CREATE FUNCTION pgtle.install_update_path(name text, fromvers text, tovers text, ext text) RETURNS boolean LANGUAGE sql SET search_path = pgtle AS $$
  INSERT INTO pgtle.scripts VALUES ($1, $2, $3, $4) RETURNING true $$;
CREATE FUNCTION pgtle.set_default_version(name text, version text) RETURNS boolean LANGUAGE sql SET search_path = pgtle AS $$
  UPDATE pgtle.controls AS c SET default_version = $2 WHERE c.name = $1 RETURNING true $$;
CREATE FUNCTION pgtle.available_extensions(OUT name name, OUT default_version text) RETURNS SETOF record LANGUAGE sql SET search_path = pgtle AS $$
  SELECT c.name::name, c.default_version FROM pgtle.controls AS c $$;
CREATE FUNCTION pgtle.available_extension_versions(OUT name name, OUT version text) RETURNS SETOF record LANGUAGE sql SET search_path = pgtle AS $$
  SELECT s.name::name, s.version FROM pgtle.scripts AS s WHERE s.from_version IS NULL $$;
CREATE FUNCTION pgtle.extension_update_paths(name name, OUT source text, OUT target text, OUT path text) RETURNS SETOF record LANGUAGE sql SET search_path = pgtle AS $$
  SELECT s.from_version, s.version, s.from_version || '--' || s.version FROM pgtle.scripts AS s WHERE s.name = $1 AND s.from_version IS NOT NULL $$;

-- CREATE EXTENSION, or ALTER EXTENSION … UPDATE from a version: the same path, and the same words replaced, as pg_tle and Postgres itself do.
CREATE PROCEDURE pgtle.execute(name text, from_version text DEFAULT NULL, target text DEFAULT 'public') LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  script constant text := (SELECT s.script FROM pgtle.scripts AS s JOIN pgtle.controls AS c ON c.name = s.name AND c.default_version = s.version
                            WHERE s.name = $1 AND s.from_version IS NOT DISTINCT FROM $2);
BEGIN
  PERFORM set_config('search_path', concat_ws(', ', quote_ident(target),
    (SELECT e.extnamespace::regnamespace FROM pg_extension AS e WHERE e.extname = 'wrappers'), 'pg_temp'), true);
  EXECUTE pg_catalog.replace(script, '@extschema@', pg_catalog.quote_ident(target));
END $$;
