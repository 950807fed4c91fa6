-- The error for an option that its object does not take. The list of options is in 18_declared.sql.

-- Raises unless `option` belongs to the kind of object that `on_catalog` lists. `own` says whether our own host serves
-- the object, as Wrappers would read over what it cannot honour.
CREATE OR REPLACE FUNCTION k8s_fdw.check_option_name(option text, on_catalog oid, own boolean) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  here record;
  elsewhere text;
  meant text;
  advice text;
BEGIN
  SELECT * INTO here FROM k8s_fdw.known_options() WHERE catalog = on_catalog;
  IF NOT own AND option = ANY (k8s_fdw.declared_host_options(on_catalog)) THEN
    RAISE EXCEPTION 'option "%" of a % is for k8s_fdw''s own host, and Wrappers serves this one', option, here.place
      USING ERRCODE = 'fdw_invalid_option_name',
            HINT = CASE WHEN here.place = 'server'
                        THEN 'Wrappers connects as the PostgreSQL server process is set up to: it trusts what SSL_CERT_FILE names, and a kubectl proxy does the rest. '
                        ELSE 'Credentials go to the server: api_key_id (Vault), api_key_name (Vault) or api_key. ' END
                   || 'In a PostgreSQL of your own, make install PG_CONFIG=… installs that host.';
  END IF;
  IF NOT FOUND OR option = ANY (here.names) THEN
    RETURN;
  END IF;

  SELECT place INTO elsewhere FROM k8s_fdw.known_options() WHERE option = ANY (names) AND catalog <> on_catalog
   ORDER BY place = 'foreign data wrapper' LIMIT 1;
  IF elsewhere IS NOT NULL THEN
    advice := format('"%s" is an option of the %s: put it there.', option, elsewhere);
  ELSE
    meant := coalesce(CASE WHEN own OR btrim(k8s_fdw.other_word(option, here.place), '"') <> ALL (k8s_fdw.declared_host_options(on_catalog))
                           THEN k8s_fdw.other_word(option, here.place) END, '"' || k8s_fdw.nearest(option, here.names) || '"');
    IF meant IS NOT NULL THEN
      advice := format('Perhaps you meant %s.', meant);
    ELSE
      SELECT k.place, k8s_fdw.nearest(option, k.names) AS name INTO elsewhere, meant
        FROM k8s_fdw.known_options() AS k
       WHERE k8s_fdw.nearest(option, k.names) IS NOT NULL
       ORDER BY k.place = 'foreign data wrapper' LIMIT 1;
      IF meant IS NOT NULL THEN
        advice := format('Perhaps you meant "%s", an option of the %s.', meant, elsewhere);
      ELSIF here.names = '{}' THEN
        advice := 'Credentials go to the server: api_key_id (Vault), api_key_name (Vault) or api_key.';
      ELSE
        advice := format('A %s takes: %s.', here.place, array_to_string(array_remove(here.names, 'apiversion'), ', '));
      END IF;
    END IF;
  END IF;
  IF here.names = '{}' AND elsewhere IS NOT NULL THEN
    advice := advice || ' A user mapping takes no options here, as Wrappers does not hand them on.';
  END IF;

  -- A long name may be a token.
  RAISE EXCEPTION 'k8s_fdw knows no option % for a %',
    CASE k8s_fdw.shown(option) WHEN format('"%s"', option) THEN format('"%s"', option) ELSE format('of %s characters', length(option)) END, here.place
    USING ERRCODE = 'fdw_invalid_option_name', HINT = advice;
END $$;
