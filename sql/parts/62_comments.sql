-- Turns the table option "comments" into COMMENTs, because IMPORT FOREIGN SCHEMA may give no other statement than
-- CREATE FOREIGN TABLE. The option is removed afterwards; columns that it does not name keep their comments.

-- {"column": "text"}; the comment of the table is under "".
CREATE OR REPLACE FUNCTION k8s_fdw.take_comments(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  statements text;
BEGIN
  SELECT string_agg(CASE e.key WHEN '' THEN format('COMMENT ON FOREIGN TABLE %s IS %L;', relation, e.value)
                               ELSE format('COMMENT ON COLUMN %s.%I IS %L;', relation, e.key, e.value) END, '')
    INTO statements
    FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o, json_each_text(o.option_value::json) AS e
   WHERE t.ftrelid = relation AND o.option_name = 'comments';
  PERFORM k8s_fdw.run(concat(statements, format('ALTER FOREIGN TABLE %s OPTIONS (DROP comments)', relation)));
END $$;
