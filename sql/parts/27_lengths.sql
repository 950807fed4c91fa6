-- How long an option may be. What one role writes into the options of a table or a server is read by others: by
-- k8s_fdw.check(), by a restore, by psql's \\d. No sensible value comes near these limits.

CREATE OR REPLACE FUNCTION k8s_fdw.check_option_length(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  most constant integer := k8s_fdw.longest_value(option);
BEGIN
  IF length(value) > most THEN
    PERFORM k8s_fdw.reject(option, format('has more than %s characters', most), 'It is probably not what was meant to stand here.');
  END IF;
END $$;
