-- Owns: the list of options, and where each of them goes.
-- Never: their values.

CREATE OR REPLACE FUNCTION k8s_fdw.known_options(OUT catalog oid, OUT place text, OUT names text[])
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
    ('pg_foreign_data_wrapper'::regclass::oid, 'foreign data wrapper',
     ARRAY['kubeconfig', 'api_url', 'fdw_package_url', 'fdw_package_name', 'fdw_package_version', 'fdw_package_checksum']),
    ('pg_foreign_server'::regclass::oid, 'server',
     ARRAY['api_url', 'api_key', 'api_key_id', 'api_key_name', 'kubeconfig', 'context',
           'page_size', 'forbidden', 'trace', 'session_settings', 'stats',
           'impersonate_user', 'impersonate_user_setting', 'impersonate_user_path', 'impersonate_user_prefix',
           'impersonate_groups', 'impersonate_groups_setting', 'impersonate_groups_path', 'impersonate_groups_prefix',
           'fdw_package_url', 'fdw_package_name', 'fdw_package_version', 'fdw_package_checksum']),
    ('pg_foreign_table'::regclass::oid, 'table',
     ARRAY['apiVersion', 'apiversion', 'kind', 'object', 'namespace', 'namespaces', 'label_selector', 'field_selector',
           'columns', 'rowid_column', 'on_error', 'reveal_secrets', 'comments']),
    ('pg_attribute'::regclass::oid, 'column', ARRAY['alias']),
    ('pg_user_mapping'::regclass::oid, 'user mapping', ARRAY[]::text[])
$$;

-- What other programs call it, in quotes; NULL where no other word is known.
CREATE OR REPLACE FUNCTION k8s_fdw.other_word(option text, place text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE place || ' ' || translate(lower(option), '_- ', '')
      WHEN 'server url' THEN '"api_url"' WHEN 'server server' THEN '"api_url"'
      WHEN 'server host' THEN '"api_url"' WHEN 'server endpoint' THEN '"api_url"'
      WHEN 'server token' THEN '"api_key_name", with the token in Vault, or "api_key"'
      WHEN 'server bearertoken' THEN '"api_key_name", with the token in Vault, or "api_key"'
      WHEN 'server config' THEN '"kubeconfig"'
      WHEN 'table resource' THEN '"object"' WHEN 'table resources' THEN '"object"' WHEN 'table ns' THEN '"namespace"'
      WHEN 'table version' THEN '"apiVersion"' WHEN 'table selector' THEN '"label_selector"'
      WHEN 'column path' THEN '"alias"' WHEN 'column jsonpath' THEN '"alias"' WHEN 'column field' THEN '"alias"' END
$$;

-- Raises unless `option` belongs to the kind of object that `on_catalog` lists.
CREATE OR REPLACE FUNCTION k8s_fdw.check_option_name(option text, on_catalog oid) RETURNS void
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
  IF NOT FOUND OR option = ANY (here.names) THEN
    RETURN;
  END IF;

  SELECT place INTO elsewhere FROM k8s_fdw.known_options() WHERE option = ANY (names) AND catalog <> on_catalog
   ORDER BY place = 'foreign data wrapper' LIMIT 1;
  IF elsewhere IS NOT NULL THEN
    advice := format('"%s" is an option of the %s: put it there.', option, elsewhere);
  ELSE
    meant := coalesce(k8s_fdw.other_word(option, here.place), '"' || k8s_fdw.nearest(option, here.names) || '"');
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
