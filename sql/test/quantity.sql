-- k8s_fdw.quantity() against what apimachinery made of the same texts (test/unit/quantities), and where it differs on
-- purpose.
\pset format unaligned
\pset tuples_only on
\set answers `cat "$REPOSITORY/test/unit/quantities/answers.json"`

-- NULL for an error.
CREATE FUNCTION quantity_or_null(text) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  RETURN k8s_fdw.quantity($1);
EXCEPTION WHEN invalid_text_representation THEN
  RETURN NULL;
END $$;

-- apimachinery has nothing below a nano, and rounds away from zero; its binary quantities end at 2^63 - 1.
CREATE FUNCTION as_apimachinery(quantity text, exact numeric) RETURNS numeric LANGUAGE sql AS $$
  SELECT CASE WHEN quantity LIKE '%i' AND scale(rounded) = 0 THEN sign(exact) * least(abs(rounded), 9223372036854775807) ELSE rounded END
    FROM trim_scale(sign(exact) * ceil(abs(exact) * 1e9) * 0.000000001) AS rounded
$$;

CREATE TEMPORARY TABLE answers AS
  SELECT key AS quantity, value::numeric AS theirs, quantity_or_null(key) AS exact FROM jsonb_each_text(:'answers');

-- Every text that differs, and why there are none but those: no digit, or an exponent beyond 400.
SELECT quantity, theirs, exact FROM answers
 WHERE as_apimachinery(quantity, exact) IS DISTINCT FROM theirs
   AND NOT (exact IS NULL AND quantity ~ '^[+-]?\.?([numkMGTPE]|[KMGTPE]i|[eE][0-9]+)?$')
   AND NOT (exact IS NULL AND quantity ~ '[eE][+-]?(40[1-9]|[0-9]{4,})$')
   AND NOT (exact IS NULL AND quantity ~ '[eE][+-]?[5-9][0-9]{2}$');
SELECT count(*) FILTER (WHERE exact IS NOT NULL) > 130 AS numbers, count(*) FILTER (WHERE exact IS NULL) > 80 AS refused FROM answers;

-- Exact, where apimachinery is not; and no zeros that say nothing.
SELECT k8s_fdw.quantity(q) FROM unnest(ARRAY['100m', '1.50', '1.5Gi', '-0.0', '9Ei', '1e-12', '0.0000000005n', '5.', '+.5k', '0e9999', NULL]) AS q;
SELECT k8s_fdw.quantity('123456789012345678901234567890Ei') = 123456789012345678901234567890::numeric * 1024 ^ 6::numeric;
SELECT length(k8s_fdw.quantity('1e400')::text), length(k8s_fdw.quantity('1e-400')::text);

-- Errors.
\set VERBOSITY default
SELECT k8s_fdw.quantity('128 Mi');
SELECT attempt('SELECT k8s_fdw.quantity(''1K'')');
SELECT attempt('SELECT k8s_fdw.quantity('''')');
SELECT attempt('SELECT k8s_fdw.quantity(''1e401'')');
SELECT attempt('SELECT k8s_fdw.quantity(''NaN'')');

-- The expression stands in place of the call, whatever the caller's search_path.
CREATE FUNCTION public.rtrim(text, text) RETURNS text LANGUAGE sql IMMUTABLE RETURN 'spoiled';
SET search_path = public, pg_catalog;
SELECT k8s_fdw.quantity(q) FROM (VALUES ('1500m')) AS v (q);
CREATE TEMPORARY TABLE requests (cpu text);
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  plan text;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
  RETURN plan;
END $$;
SELECT plan ~ 'CASE WHEN', plan ~ 'k8s_fdw\.quantity' FROM plan_of('SELECT FROM requests WHERE k8s_fdw.quantity(cpu) > 1') AS plan;
SELECT provolatile, proparallel FROM pg_proc WHERE oid = 'k8s_fdw.quantity'::regproc;
