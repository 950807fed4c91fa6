-- Owns: the foreign data wrapper, and finding the handler and the component that belong to it.
-- Never: a second wrapper, nor overwriting options of one that is there.

DO $$
DECLARE
  handler text;
  component text;
BEGIN
  SELECT format('%I.%I', n.nspname, p.proname) INTO handler
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    LEFT JOIN pg_catalog.pg_depend AS d
      ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    LEFT JOIN pg_catalog.pg_extension AS e ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND e.oid = d.refobjid
   WHERE p.proname = 'wasm_fdw_handler' AND p.prorettype = 'pg_catalog.fdw_handler'::regtype AND p.pronargs = 0
   ORDER BY e.extname IS NOT DISTINCT FROM 'wrappers' DESC
   LIMIT 1;
  IF handler IS NULL THEN
    RAISE EXCEPTION 'k8s_fdw needs the function wasm_fdw_handler, which the extension wrappers brings'
      USING HINT = 'CREATE EXTENSION wrappers; if that is done, this build of Wrappers has no wasm_fdw: take one that does.';
  END IF;

  IF EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw') THEN
    EXECUTE pg_catalog.format('ALTER FOREIGN DATA WRAPPER k8s_fdw HANDLER %s VALIDATOR k8s_fdw_validator', handler);
    RETURN;
  END IF;
  EXECUTE pg_catalog.format(
    'CREATE FOREIGN DATA WRAPPER k8s_fdw HANDLER %s VALIDATOR k8s_fdw_validator '
    'OPTIONS (fdw_package_name ''k8s-fdw:k8s-fdw'', fdw_package_version %L)', handler, k8s_fdw.version());

  BEGIN
    SELECT setting || '/extension/k8s_fdw-@VERSION@.wasm' INTO component FROM pg_catalog.pg_config WHERE name = 'SHAREDIR';
    component := CASE WHEN (pg_catalog.pg_stat_file(component, true)).size IS NOT NULL THEN component END;
  EXCEPTION WHEN insufficient_privilege THEN
    component := NULL;
  END;
  IF component IS NULL THEN
    RAISE WARNING 'the component k8s_fdw-@VERSION@.wasm was not found beside the extension''s files'
      USING HINT = 'Before the first server: ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url ''file:///…/k8s_fdw.wasm'').';
  ELSE
    EXECUTE pg_catalog.format('ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url %L)', 'file://' || component);
  END IF;
END $$;

COMMENT ON FOREIGN DATA WRAPPER k8s_fdw IS 'a Kubernetes cluster as foreign tables; its options are the defaults of its servers';
