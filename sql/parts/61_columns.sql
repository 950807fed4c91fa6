-- Turns the alias of each column into the table option "columns", which is all that reaches the component. The
-- component checks the paths, and what a user wrote for columns without an alias stays.

CREATE OR REPLACE FUNCTION k8s_fdw.aliases(relation oid) RETURNS TABLE (number smallint, name text, alias text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.attnum, a.attname::text, (SELECT o.option_value FROM pg_options_to_table(a.attfdwoptions) AS o WHERE o.option_name = 'alias')
    FROM pg_attribute AS a
   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- What the tables are compared with after the statement: {"oid": {"attnum": ["name", "fingerprint of the alias, or
-- null"]}}.
CREATE OR REPLACE FUNCTION k8s_fdw.table_states(relations oid[]) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_object_agg(relation, (SELECT jsonb_object_agg(a.number, jsonb_build_array(a.name, md5(a.alias))) FROM k8s_fdw.aliases(relation) AS a))
    FROM unnest(relations) AS relation
$$;

-- `before` is the table's part of table_states() from before the statement; NULL for a new table.
CREATE OR REPLACE FUNCTION k8s_fdw.complete_table(relation regclass, before jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  written text;
  renamed boolean;
  has_alias boolean;
  merged text;
  overruled text;
  stray text;
BEGIN
  PERFORM k8s_fdw.check_column_types(relation);
  SELECT o.option_value INTO written
    FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o
   WHERE t.ftrelid = relation AND o.option_name = 'columns';
  renamed := EXISTS (SELECT FROM k8s_fdw.aliases(relation) AS a WHERE before #>> ARRAY[a.number::text, '0'] <> a.name);

  -- An entry that equals a column's former alias came from that alias, and is removed with it.
  WITH here AS (
    SELECT a.number, a.name, a.alias,
           before #>> ARRAY[a.number::text, '0'] AS old_name, before #>> ARRAY[a.number::text, '1'] AS old_alias
      FROM k8s_fdw.aliases(relation) AS a),
  matched AS (
    SELECT here.*, e.value AS entry, e.key AS entry_name
      FROM here LEFT JOIN json_each_text(written::json) AS e
        ON e.key = CASE WHEN renamed THEN coalesce(old_name, name) ELSE name END),
  merging AS (
    SELECT *, coalesce(alias, CASE WHEN md5(entry) IS DISTINCT FROM old_alias THEN entry END) AS path FROM matched)
  SELECT bool_or(alias IS NOT NULL),
         '{' || string_agg(to_json(name)::text || ': ' || to_json(path)::text, ', ' ORDER BY number)
                  FILTER (WHERE path IS NOT NULL) || '}',
         min(name) FILTER (WHERE entry <> alias AND md5(entry) IS DISTINCT FROM old_alias),
         (SELECT min(e.key) FROM json_each_text(written::json) AS e
           WHERE e.key NOT IN (SELECT entry_name FROM matched WHERE entry_name IS NOT NULL)
             AND NOT EXISTS (SELECT FROM jsonb_each(before) AS b WHERE b.value->>0 = e.key))
    INTO has_alias, merged, overruled, stray
    FROM merging;

  IF stray IS NOT NULL THEN
    RAISE EXCEPTION 'option "columns" has a path for "%", and % has no such column', stray, relation
      USING ERRCODE = 'fdw_invalid_attribute_value',
            HINT = coalesce('Perhaps you meant "' || k8s_fdw.nearest(stray, ARRAY(SELECT a.name FROM k8s_fdw.aliases(relation) AS a)) || '".',
                            'Its keys are the names of the table''s columns.');
  ELSIF overruled IS NOT NULL THEN
    RAISE NOTICE 'column "%" of % has an alias, and that stands above its entry in "columns"', overruled, relation
      USING HINT = 'Change the alias, or drop it: ALTER FOREIGN TABLE … ALTER COLUMN … OPTIONS (DROP alias).';
  END IF;

  IF merged IS NULL AND written IS NOT NULL AND written::jsonb <> '{}' THEN
    PERFORM k8s_fdw.run(format('ALTER FOREIGN TABLE %s OPTIONS (DROP columns)', relation));
  ELSIF (CASE WHEN has_alias THEN merged IS DISTINCT FROM written ELSE merged::jsonb <> written::jsonb END) THEN
    PERFORM k8s_fdw.run(format('ALTER FOREIGN TABLE %s OPTIONS (%s columns %L)',
      relation, CASE WHEN written IS NULL THEN 'ADD' ELSE 'SET' END, merged));
  END IF;
END $$;
