-- How long an option may be. What one role writes into the options of a table or a server is read by others: by
-- k8s_fdw.check(), by a restore, by psql's \\d. No sensible value comes near these limits.

CREATE OR REPLACE FUNCTION k8s_fdw.check_option_length(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  most constant integer := CASE
    -- These two have an entry for each column, of which a table may have 1,600.
    WHEN option IN ('columns', 'comments') THEN 8388608
    WHEN option = 'kubeconfig' THEN 1048576
    WHEN option IN ('label_selector', 'field_selector', 'namespaces', 'api_key') THEN 65536
    ELSE 4096 END;
BEGIN
  IF length(value) > most THEN
    PERFORM k8s_fdw.reject(option, format('has more than %s characters', most), 'It is probably not what was meant to stand here.');
  END IF;
END $$;
