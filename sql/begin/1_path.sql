-- Owns: where each of the scripts looks for names: in Postgres' own schema alone. Every other object is written with its schema.
-- Never: left out of a script, or second in it. With another schema in the path, whoever may create there could make an operator, a function or a
--   type that fits a call better than Postgres' own, and the script would run it with the rights of the role that installs.
SET LOCAL search_path = pg_catalog, pg_temp;
