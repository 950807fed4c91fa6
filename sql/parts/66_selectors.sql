-- Whether labels fit a label selector, by the rules of apimachinery.

CREATE OR REPLACE FUNCTION k8s_fdw.refuse_selector(requirement jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'this is no label selector: %', requirement
    USING ERRCODE = 'invalid_parameter_value',
          HINT = 'A selector has matchLabels, matchExpressions or both. Each expression has a key and an operator: '
                 'In and NotIn with values, Exists and DoesNotExist without.';
END $$;

-- All of matchExpressions. An array without elements asks for nothing. A loop over simple expressions takes less than half
-- of the time of a query over the elements.
CREATE OR REPLACE FUNCTION k8s_fdw.matches_expressions(labels jsonb, expressions jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  one jsonb;
  operator text;
  matches boolean := true;
BEGIN
  FOR i IN 0 .. jsonb_array_length(expressions) - 1 LOOP
    one := expressions->i;
    operator := one->>'operator';
    IF operator IN ('In', 'NotIn') AND jsonb_typeof(one->'values') = 'array' AND one->'values' <> '[]' THEN
      -- A label that is missing is in no list.
      matches := matches AND coalesce(one->'values' @> (labels->(one->>'key')), false) = (operator = 'In');
    ELSIF operator IN ('Exists', 'DoesNotExist') AND coalesce(one->'values', '[]') IN ('[]', 'null') THEN
      matches := matches AND coalesce(labels ? (one->>'key'), false) = (operator = 'Exists');
    ELSE
      PERFORM k8s_fdw.refuse_selector(one);
    END IF;
  END LOOP;
  RETURN matches;
END $$;

-- This is neither STRICT nor has it a SET, so that Postgres puts the expression in place of the call: then labels alone
-- cost no more than the operator @>. No selector fits nothing, and an empty one everything.
CREATE OR REPLACE FUNCTION k8s_fdw.matches(labels jsonb, selector jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN coalesce(jsonb_typeof(selector), 'null') = 'null' THEN false
  WHEN jsonb_typeof(selector) <> 'object' THEN k8s_fdw.refuse_selector(selector)
  WHEN NOT coalesce(labels, '{}') @> coalesce(nullif(selector->'matchLabels', 'null'), '{}') THEN false
  WHEN coalesce(selector->'matchExpressions', 'null') = 'null' THEN true
  ELSE k8s_fdw.matches_expressions(labels, selector->'matchExpressions') END;
