-- Makes every script look for names in Postgres' own schema only; every other object is written with its schema. This
-- must come first in every script: with another schema in the path, whoever may create objects there could make an
-- operator, a function or a type that fits a call better than Postgres' own, and the script would run it with the
-- rights of the role that installs.
SET LOCAL search_path = pg_catalog, pg_temp;
