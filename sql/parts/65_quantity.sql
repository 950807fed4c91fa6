-- Reads a Kubernetes quantity as an exact number. The API server rounds to a nano or to 64 bits; this does not.

CREATE OR REPLACE FUNCTION k8s_fdw.refuse_quantity(quantity text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF quantity ~ '^[+-]?(?:0+\.?0*|\.0+)[eE][+-]?[0-9]+$' THEN
    RETURN 0;
  END IF;
  RAISE EXCEPTION '"%" is not a Kubernetes quantity', quantity
    USING ERRCODE = 'invalid_text_representation',
          HINT = 'A quantity is a number, and perhaps a suffix right behind it: n u m k M G T P E (powers of 1000), Ki Mi Gi Ti Pi Ei (powers of 1024), '
                 'or an exponent up to 400. For example 250m, 1.5, 128Mi, 2e3.';
END $$;

-- This is neither STRICT nor has it a SET, so that Postgres puts the expression in place of the call, which halves the
-- cost. NULL gives NULL nevertheless.
CREATE OR REPLACE FUNCTION k8s_fdw.quantity(quantity text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN quantity ~ '^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?0*(?:[1-3]?[0-9]?[0-9]|400))?$' THEN
    trim_scale(rtrim(quantity, 'numkKMGTPEi')::numeric * CASE ltrim(quantity, '+-.0123456789')
      WHEN 'n' THEN 0.000000001
      WHEN 'u' THEN 0.000001
      WHEN 'm' THEN 0.001
      WHEN 'k' THEN 1000
      WHEN 'M' THEN 1000000
      WHEN 'G' THEN 1000000000
      WHEN 'T' THEN 1000000000000
      WHEN 'P' THEN 1000000000000000
      WHEN 'E' THEN 1000000000000000000
      WHEN 'Ki' THEN 1024
      WHEN 'Mi' THEN 1048576
      WHEN 'Gi' THEN 1073741824
      WHEN 'Ti' THEN 1099511627776
      WHEN 'Pi' THEN 1125899906842624
      WHEN 'Ei' THEN 1152921504606846976
      ELSE 1 END)
  ELSE k8s_fdw.refuse_quantity(quantity) END;
