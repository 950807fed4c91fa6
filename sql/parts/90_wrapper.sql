-- The foreign data wrapper, and the search for the handler that belongs to it. If this role may not make one, or there
-- is one already, the rest of the installation goes on.

DO $$
DECLARE
  handler oid;
  handler_name text;
  validator_name constant text := '@extschema@.k8s_fdw_validator';
  validator constant oid := (validator_name || '(text[], oid)')::regprocedure;
  offered jsonb;
  wanted jsonb;
  remark text;
BEGIN
  SELECT p.oid, format('%I.%I', n.nspname, p.proname) INTO handler, handler_name
    FROM pg_proc AS p
    JOIN pg_namespace AS n ON n.oid = p.pronamespace
    LEFT JOIN pg_depend AS d
      ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
   WHERE p.proname = 'wasm_fdw_handler' AND p.prorettype = 'fdw_handler'::regtype AND p.pronargs = 0
   ORDER BY e.extname IS NOT DISTINCT FROM 'wrappers' DESC
   LIMIT 1;
  IF handler IS NULL THEN
    RAISE EXCEPTION 'k8s_fdw needs the function wasm_fdw_handler, which the extension wrappers brings'
      USING HINT = 'CREATE EXTENSION wrappers; if that is done, this build of Wrappers has no wasm_fdw: take one that does.';
  END IF;
  offered := k8s_fdw.offered_package();

  BEGIN
    -- Only a superuser may alter a wrapper, but its owner may drop it as long as it has no servers.
    IF offered ? 'fdw_package_url' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND EXISTS (SELECT FROM pg_foreign_data_wrapper AS w
                    WHERE w.fdwname = 'k8s_fdw' AND w.fdwowner = (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = current_user)
                      AND NOT EXISTS (SELECT FROM pg_foreign_server AS s WHERE s.srvfdw = w.oid)) THEN
      SELECT jsonb_object_agg(o.option_name, o.option_value)
               - ARRAY['fdw_package_name', 'fdw_package_version', 'fdw_package_url', 'fdw_package_checksum'] || offered
        INTO wanted
        FROM pg_foreign_data_wrapper AS w, pg_options_to_table(w.fdwoptions) AS o WHERE w.fdwname = 'k8s_fdw';
      DROP FOREIGN DATA WRAPPER k8s_fdw;
    END IF;
    IF EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw') THEN
      -- Postgres warns about HANDLER and VALIDATOR, so this runs only if one of them has to change.
      IF EXISTS (SELECT FROM pg_foreign_data_wrapper
                  WHERE fdwname = 'k8s_fdw' AND (fdwhandler <> handler OR fdwvalidator <> validator)) THEN
        EXECUTE format('ALTER FOREIGN DATA WRAPPER k8s_fdw HANDLER %s VALIDATOR %s', handler_name, validator_name);
      END IF;
      PERFORM k8s_fdw.update_package();
    ELSE
      EXECUTE format('CREATE FOREIGN DATA WRAPPER k8s_fdw HANDLER %s VALIDATOR %s OPTIONS (%s)',
        handler_name, validator_name, (SELECT string_agg(format('%I %L', o.key, o.value), ', ' ORDER BY o.key)
                                         FROM jsonb_each_text(coalesce(wanted, offered)) AS o));
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    IF (SELECT k8s_fdw.package_of(fdwoptions) = offered OR NOT offered ? 'fdw_package_url'
          FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw') THEN
      NULL;
    ELSIF EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw') THEN
      remark := 'the wrapper k8s_fdw stays as it was made, for only a superuser may change one';
      RAISE WARNING '%', remark
        USING HINT = 'To name another component give servers their own fdw_package_url, fdw_package_name, fdw_package_version and fdw_package_checksum.';
    ELSE
      remark := format('there is no wrapper k8s_fdw, for "%s" may not create one', current_user);
      RAISE WARNING '%', remark
        USING HINT = 'Make servers of a wrapper of Wrappers'' own (wasm_wrapper), with fdw_package_url, fdw_package_name ''k8s-fdw:k8s-fdw'', '
                     'fdw_package_version and fdw_package_checksum. k8s_fdw.apply(), check() and the other functions work with those too.';
    END IF;
    RETURN;
  END;
  COMMENT ON FOREIGN DATA WRAPPER k8s_fdw IS 'a Kubernetes cluster as foreign tables; its options are the defaults of its servers';

  IF NOT (SELECT k8s_fdw.package_of(fdwoptions) FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw') ? 'fdw_package_url' THEN
    RAISE WARNING 'the component k8s_fdw-@VERSION@.wasm was not found beside the extension''s files'
      USING HINT = CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        THEN 'Before the first server: ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url ''file:///…/k8s_fdw.wasm'').'
        ELSE 'Set k8s_fdw.package_url and k8s_fdw.package_checksum and do this again before the first server; '
             'or give each server its own fdw_package_url, fdw_package_name, fdw_package_version and fdw_package_checksum.' END;
  END IF;
END $$;
