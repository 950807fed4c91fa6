-- Finds the word that was probably meant.

-- Levenshtein's, with two neighbours in turn as one edit: as src/text/nearest.ts has it too.
CREATE OR REPLACE FUNCTION k8s_fdw.edit_distance(a text, b text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  before_that integer[];
  previous integer[] := ARRAY(SELECT generate_series(0, length(b)));
  current integer[];
BEGIN
  FOR i IN 1 .. length(a) LOOP
    current := ARRAY[i];
    FOR j IN 1 .. length(b) LOOP
      current[j + 1] := least(
        current[j] + 1,
        previous[j + 1] + 1,
        previous[j] + CASE WHEN substr(a, i, 1) = substr(b, j, 1) THEN 0 ELSE 1 END,
        CASE WHEN i > 1 AND j > 1 AND substr(a, i - 1, 2) = reverse(substr(b, j - 1, 2)) THEN before_that[j - 1] + 1 END);
    END LOOP;
    before_that := previous;
    previous := current;
  END LOOP;
  RETURN previous[length(b) + 1];
END $$;

-- NULL if no candidate is close enough for a hint: as close as options/shared.ts says, or one that begins with the word.
CREATE OR REPLACE FUNCTION k8s_fdw.nearest(word text, candidates text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH bare AS (
    SELECT candidate, position,
           translate(lower(word), '_- ', '') AS meant, translate(lower(candidate), '_- ', '') AS known
      FROM unnest(candidates) WITH ORDINALITY AS c (candidate, position)
     WHERE greatest(length(word), length(candidate)) <= k8s_fdw.longest_compared()),
  measured AS (
    SELECT *, CASE WHEN length(meant) >= 4 AND starts_with(known, meant) THEN 1
                   ELSE k8s_fdw.edit_distance(meant, known) END AS distance
      FROM bare)
  SELECT candidate
    FROM measured
   WHERE distance <= k8s_fdw.edits_allowed(greatest(length(meant), length(known)))
     AND distance < length(known)
   ORDER BY distance, position
   LIMIT 1
$$;
