-- Finds the component that belongs to this version, and moves the wrapper and its servers to it. A place that somebody
-- chose stays.

-- The component's place and version as options: what the settings k8s_fdw.package_… say, or the file beside those of
-- the extension.
CREATE OR REPLACE FUNCTION k8s_fdw.offered_package() RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  url text := nullif(current_setting('k8s_fdw.package_url', true), '');
BEGIN
  IF url IS NULL THEN
    BEGIN
      SELECT setting || '/extension/k8s_fdw-@VERSION@.wasm' INTO url FROM pg_config WHERE name = 'SHAREDIR';
      url := CASE WHEN (pg_stat_file(url, true)).size IS NOT NULL THEN 'file://' || url END;
    EXCEPTION WHEN insufficient_privilege THEN
      url := NULL;
    END;
  END IF;
  RETURN jsonb_build_object('fdw_package_name', 'k8s-fdw:k8s-fdw', 'fdw_package_version', '@VERSION@')
    || jsonb_strip_nulls(jsonb_build_object('fdw_package_url', url,
         'fdw_package_checksum', nullif(current_setting('k8s_fdw.package_checksum', true), '')));
END $$;

-- Those of an object's options that say where the component is.
CREATE OR REPLACE FUNCTION k8s_fdw.package_of(options text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(jsonb_object_agg(option_name, option_value) FILTER (WHERE option_name LIKE 'fdw\_package\_%'), '{}')
    FROM pg_options_to_table(options)
$$;

-- On our own host the component is the file beside the extension's, so what named the same file for Wrappers is taken
-- out of the options, and so is what our host cannot read. Another file that somebody chose stays.
CREATE OR REPLACE FUNCTION k8s_fdw.drop_package() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  place record;
  changes text;
  remark text;
BEGIN
  FOR place IN
    SELECT t.*, (SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') FROM pg_options_to_table(t.options) AS o) AS given
      FROM (SELECT 'SERVER' AS kind, s.srvname AS name, s.srvoptions AS options
              FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw AND w.fdwname = 'k8s_fdw'
            UNION ALL
            SELECT 'FOREIGN DATA WRAPPER', w.fdwname, w.fdwoptions FROM pg_foreign_data_wrapper AS w WHERE w.fdwname = 'k8s_fdw') AS t
     WHERE k8s_fdw.package_of(t.options) <> '{}'
  LOOP
    changes := k8s_fdw.option_changes(place.given, k8s_fdw.without_package(place.given) - CASE WHEN place.kind = 'SERVER' THEN '' ELSE 'kubeconfig_read' END);
    CONTINUE WHEN changes IS NULL;
    IF place.given->>'fdw_package_url' !~ '^file:///' THEN
      remark := format('the %s %s no longer names the component at %s, which k8s_fdw''s own host does not fetch',
                       lower(place.kind), place.name, place.given->>'fdw_package_url');
      RAISE WARNING '%', remark USING HINT = 'It takes the file beside the extension''s, or one that fdw_package_url ''file:///…'' names.';
    END IF;
    PERFORM k8s_fdw.run(format('ALTER %s %I OPTIONS (%s)', place.kind, place.name, changes));
  END LOOP;
END $$;

-- Moves the wrapper, and the servers that have its defaults, to the component that is offered now. A place that
-- somebody chose stays.
CREATE OR REPLACE FUNCTION k8s_fdw.update_package() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given constant jsonb := (SELECT k8s_fdw.package_of(fdwoptions) FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw');
  offered constant jsonb := k8s_fdw.offered_package();
  chosen constant boolean := coalesce(given->>'fdw_package_url' !~ '^file://.*/extension/k8s_fdw-[0-9][^/]*\.wasm$', false)
    AND coalesce(current_setting('k8s_fdw.package_url', true), '') = '';
  remark text;
  follower record;
BEGIN
  IF k8s_fdw.own_host() THEN
    PERFORM k8s_fdw.drop_package();
    RETURN;
  ELSIF given = offered THEN
    RETURN;
  ELSIF chosen OR NOT offered ? 'fdw_package_url' THEN
    IF given ? 'fdw_package_url' AND given->>'fdw_package_version' <> '@VERSION@' THEN
      remark := format('the wrapper k8s_fdw still names version %s of the component, at %s', given->>'fdw_package_version', given->>'fdw_package_url');
      RAISE WARNING '%', remark
        USING HINT = 'ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (SET fdw_package_url …, SET fdw_package_version ''@VERSION@''); the same for servers.';
    END IF;
    RETURN;
  END IF;
  PERFORM k8s_fdw.run('ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (' || k8s_fdw.option_changes(given, offered) || ')');
  FOR follower IN
    SELECT s.srvname, k8s_fdw.package_of(s.srvoptions) AS package, 'kubeconfig_read=true' = ANY (s.srvoptions) AS marked FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw AND w.fdwname = 'k8s_fdw'
     -- A server that our own host served names no component.
     WHERE CASE WHEN given ? 'fdw_package_url' THEN k8s_fdw.package_of(s.srvoptions) = given ELSE k8s_fdw.package_of(s.srvoptions) = '{}' END
  LOOP
    PERFORM k8s_fdw.run(format('ALTER SERVER %I OPTIONS (%s%s)', follower.srvname, k8s_fdw.option_changes(follower.package, offered),
      CASE WHEN follower.marked THEN ', DROP kubeconfig_read' END));
  END LOOP;
END $$;
