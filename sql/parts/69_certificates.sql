-- When certificates end, read out of their DER.

-- The end of one certificate: into it and into what was signed, over version, number, algorithm and issuer, and to the
-- second time of its validity. NULL for what is no certificate.
CREATE OR REPLACE FUNCTION k8s_fdw.der_not_after(der bytea) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  place integer := 0;
  head integer;
  size integer;
  step text;
  written text;
BEGIN
  FOREACH step IN ARRAY ARRAY['into', 'into', 'version', 'over', 'over', 'over', 'into', 'over', 'read'] LOOP
    head := 2;
    size := get_byte(der, place + 1);
    IF size > 127 THEN
      -- So many bytes have the size.
      head := 2 + size - 128;
      size := 0;
      FOR i IN 2 .. head - 1 LOOP
        size := size * 256 + get_byte(der, place + i);
      END LOOP;
    END IF;
    IF step = 'into' THEN
      place := place + head;
    ELSIF step = 'over' OR step = 'version' AND get_byte(der, place) = 160 THEN
      place := place + head + size;
    ELSIF step = 'read' THEN
      written := convert_from(substring(der FROM place + head + 1 FOR size), 'SQL_ASCII');
      -- Two digits of the year, as until 2049.
      IF length(written) = 13 THEN
        written := CASE WHEN left(written, 2) < '50' THEN '20' ELSE '19' END || written;
      END IF;
    END IF;
  END LOOP;
  RETURN CASE WHEN written ~ '^\d{14}Z$' THEN to_timestamp(left(written, 14) || '+00', 'YYYYMMDDHH24MISSTZH') END;
EXCEPTION WHEN data_exception OR array_subscript_error OR numeric_value_out_of_range THEN
  RETURN NULL;
END $$;

-- The certificates of a text in PEM, which may be in base64 once more, in their order.
CREATE OR REPLACE FUNCTION k8s_fdw.certificates(content text) RETURNS TABLE (nth bigint, not_after timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.ordinality, k8s_fdw.der_not_after(CASE WHEN length(translate(m.found[1], E' \t\r\n', '')) % 4 = 0 THEN decode(m.found[1], 'base64') END)
    FROM regexp_matches(k8s_fdw.pem_text(content), '-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----', 'g') WITH ORDINALITY AS m (found, ordinality)
$$;
