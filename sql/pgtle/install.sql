  IF to_regnamespace('pgtle') IS NULL THEN
    RAISE EXCEPTION 'pg_tle is not in this database' USING ERRCODE = 'undefined_object', HINT = 'CREATE EXTENSION pg_tle;';
  ELSIF EXISTS (
      SELECT FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace JOIN pg_roles AS r ON r.oid IN (p.proowner, n.nspowner)
       WHERE n.nspname = 'pgtle' AND NOT r.rolsuper AND p.proname IN (
         'install_extension', 'install_extension_version_sql', 'install_update_path', 'set_default_version',
         'available_extensions', 'available_extension_versions', 'extension_update_paths')) THEN
    RAISE EXCEPTION 'the functions in the schema pgtle are not those of pg_tle: they do not belong to a superuser'
      USING ERRCODE = 'insufficient_privilege', HINT = 'DROP SCHEMA pgtle CASCADE; then: CREATE EXTENSION pg_tle;';
  END IF;
  IF NOT EXISTS (SELECT FROM pgtle.available_extensions() AS e WHERE e.name = 'k8s_fdw') THEN
    PERFORM pgtle.install_extension('k8s_fdw', '@VERSION@', '@COMMENT@', beginning || script, ARRAY['wrappers']);
  ELSIF NOT EXISTS (SELECT FROM pgtle.available_extension_versions() AS v WHERE v.name = 'k8s_fdw' AND v.version = '@VERSION@') THEN
    PERFORM pgtle.install_extension_version_sql('k8s_fdw', '@VERSION@', beginning || script);
  END IF;
