-- A notice for a path that begins as no object does. Such a path is not refused, because a custom resource may have any
-- field at its top, and the component reads the path.

-- Whether the word is another case of what was meant, or one edit apart; or two, of a long word or with the same letters.
CREATE OR REPLACE FUNCTION k8s_fdw.is_misspelt(word text, meant text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT word <> meant AND CASE k8s_fdw.edit_distance(left(lower(word), 64), meant)
    WHEN 0 THEN true
    WHEN 1 THEN true
    WHEN 2 THEN length(meant) > 6
      OR ARRAY(SELECT l FROM regexp_split_to_table(lower(word), '') AS l ORDER BY l) = ARRAY(SELECT l FROM regexp_split_to_table(meant, '') AS l ORDER BY l)
    ELSE false END
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.remark_path(path text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  meta constant text[] := k8s_fdw.meta_fields();
  -- What opens it, the field at the top, what stands between, the field below, the rest.
  parts constant text[] := regexp_match(path, '^(\{? *\$?\.?)(\w+)(?:(\.|->>?)(\w+))?(.*)$');
  top text := parts[2];
  below text := parts[4];
BEGIN
  top := coalesce((SELECT t FROM unnest(ARRAY['metadata', 'spec', 'status']) AS t WHERE k8s_fdw.is_misspelt(top, t) LIMIT 1), top);
  IF top = 'metadata' AND below <> ALL (meta) THEN
    below := k8s_fdw.nearest(below, meta);
    IF below IS NULL THEN
      RAISE NOTICE 'the path "%" leads to nothing, so it is NULL', path
        USING HINT = format('metadata has: %s.', array_to_string(meta, ', '));
      RETURN;
    END IF;
  END IF;
  IF top <> parts[2] OR below <> parts[4] OR parts[3] LIKE '->%' THEN
    RAISE NOTICE 'the path "%" leads to nothing in most objects, and is NULL there', path
      USING HINT = format('Perhaps you meant "%s".', parts[1] || top || coalesce('.' || below, '') || parts[5]);
  END IF;
END $$;
