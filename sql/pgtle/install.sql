  IF NOT EXISTS (SELECT FROM pgtle.available_extensions() AS e WHERE e.name = 'k8s_fdw') THEN
    PERFORM pgtle.install_extension('k8s_fdw', '@VERSION@', '@COMMENT@', script, ARRAY['wrappers']);
  ELSIF NOT EXISTS (SELECT FROM pgtle.available_extension_versions() AS v WHERE v.name = 'k8s_fdw' AND v.version = '@VERSION@') THEN
    PERFORM pgtle.install_extension_version_sql('k8s_fdw', '@VERSION@', script);
  END IF;
