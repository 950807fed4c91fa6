-- The foreign data wrapper, and the search for the handler that belongs to it: that of k8s_fdw's own library where it
-- can be loaded, else Wrappers'. If this role may not make a wrapper, or there is one already, the rest of the
-- installation goes on.

CREATE OR REPLACE FUNCTION k8s_fdw.use_host(host text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- 'own' and 'wrappers' choose one of the two; without either the first that is there counts.
  chosen constant text := coalesce(host, current_setting('k8s_fdw.host', true), '');
  own boolean := false;
  library_problem text;
  handler oid;
  handler_name text;
  validator_name constant text := '@extschema@.k8s_fdw_validator';
  validator constant oid := (validator_name || '(text[], oid)')::regprocedure;
  offered jsonb;
  wanted jsonb;
  moves text;
  remark text;
  made regprocedure;
BEGIN
  IF chosen NOT IN ('', 'own', 'wrappers') THEN
    RAISE EXCEPTION 'there is no host %', k8s_fdw.shown(chosen)
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'The setting k8s_fdw.host and k8s_fdw.use_host() take own or wrappers; without either the own one counts where its library is installed.';
  ELSIF chosen <> 'wrappers' THEN
    BEGIN
      CREATE OR REPLACE FUNCTION k8s_fdw.handler() RETURNS fdw_handler LANGUAGE c STRICT AS '$libdir/k8s_fdw', 'k8s_fdw_handler';
      COMMENT ON FUNCTION k8s_fdw.handler() IS 'internal: the handler of k8s_fdw''s own host';
      CREATE OR REPLACE FUNCTION k8s_fdw.session_requests() RETURNS json LANGUAGE c STRICT AS '$libdir/k8s_fdw', 'k8s_fdw_session_requests';
      COMMENT ON FUNCTION k8s_fdw.session_requests() IS 'internal: what requests() shows';
      CREATE OR REPLACE FUNCTION k8s_fdw.session_writes() RETURNS json LANGUAGE c STRICT AS '$libdir/k8s_fdw', 'k8s_fdw_session_writes';
      COMMENT ON FUNCTION k8s_fdw.session_writes() IS 'internal: what writes() shows';
      own := true;
      -- In its script the extension has them already.
      FOR made IN SELECT unnest('{k8s_fdw.handler(),k8s_fdw.session_requests(),k8s_fdw.session_writes()}'::regprocedure[]) LOOP
        IF EXISTS (SELECT FROM pg_depend AS d JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'k8s_fdw'
                    WHERE d.classid = 'pg_namespace'::regclass AND d.objid = 'k8s_fdw'::regnamespace AND d.deptype = 'e')
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = made AND d.deptype = 'e') THEN
          EXECUTE format('ALTER EXTENSION k8s_fdw ADD FUNCTION %s', made);
        END IF;
      END LOOP;
    EXCEPTION
      WHEN insufficient_privilege THEN
        library_problem := CASE WHEN chosen = 'own' THEN SQLERRM END;
      WHEN undefined_file THEN
        -- No such library, which is no problem unless it was asked for. Where the library is there and another one that
        -- it needs is not, the SQLSTATE is the same, but the message has the library's path, with its ending.
        library_problem := CASE WHEN chosen = 'own' OR strpos(SQLERRM, '/k8s_fdw.') > 0 THEN SQLERRM END;
      WHEN OTHERS THEN
        library_problem := SQLERRM;
    END;
  END IF;
  IF own THEN
    handler := 'k8s_fdw.handler()'::regprocedure;
    handler_name := 'k8s_fdw.handler';
  ELSIF chosen = 'own' THEN
    RAISE EXCEPTION 'the library of k8s_fdw''s own host cannot be used: %', library_problem
      USING HINT = 'make install PG_CONFIG=… installs it for that PostgreSQL, and only a superuser can make its handler; or without it: SET k8s_fdw.host = wrappers.';
  ELSE
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
      RAISE EXCEPTION 'k8s_fdw needs a host: the function wasm_fdw_handler, which the extension wrappers brings, or its own library'
        USING HINT = coalesce('The library cannot be loaded: ' || library_problem || '. ', '')
          || 'Either: make install PG_CONFIG=… on the database''s machine installs the library, and a superuser makes the extension. '
             'Or: CREATE EXTENSION wrappers; if that is done, this build of Wrappers has no wasm_fdw: take one that does.';
    ELSIF library_problem IS NOT NULL THEN
      RAISE WARNING 'the library of k8s_fdw''s own host cannot be loaded, so Wrappers serves the wrapper k8s_fdw: %', library_problem
        USING HINT = 'It has to be built for this version of PostgreSQL: make install PG_CONFIG=…; then do this again.';
    END IF;
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
      -- Postgres warns about HANDLER and VALIDATOR, so each is only named if it has to change.
      SELECT concat_ws(' ', CASE WHEN fdwhandler <> handler THEN 'HANDLER ' || handler_name END,
                            CASE WHEN fdwvalidator <> validator THEN 'VALIDATOR ' || validator_name END)
        INTO moves FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw';
      IF moves <> '' THEN
        -- A notice would not be seen, as Postgres keeps those of an extension's script to itself.
        IF own AND NOT k8s_fdw.own_host() THEN
          remark := 'the wrapper k8s_fdw is served by k8s_fdw''s own host from now on, and no longer by Wrappers';
          RAISE WARNING '%', remark
            USING HINT = 'To go back to Wrappers: SELECT k8s_fdw.use_host(''wrappers''); and so that no update moves it: '
                         || format('ALTER DATABASE %I SET k8s_fdw.host = wrappers. Both work side by side: ', current_database())
                         || 'Wrappers goes on to serve servers of its own wrapper (wasm_wrapper) with fdw_package_name ''k8s-fdw:k8s-fdw''.';
        END IF;
        EXECUTE 'ALTER FOREIGN DATA WRAPPER k8s_fdw ' || moves;
      END IF;
      IF NOT own AND to_regprocedure('k8s_fdw.handler()') IS NOT NULL
         AND NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwhandler = to_regprocedure('k8s_fdw.handler()')) THEN
        FOR made IN SELECT p.oid FROM pg_proc AS p WHERE p.oid IN (to_regprocedure('k8s_fdw.handler()'), to_regprocedure('k8s_fdw.session_requests()'), to_regprocedure('k8s_fdw.session_writes()')) LOOP
          BEGIN
            EXECUTE format('DROP FUNCTION %s', made);
          EXCEPTION WHEN dependent_objects_still_exist THEN
            -- Outside its script the extension holds what belongs to it.
            EXECUTE format('ALTER EXTENSION k8s_fdw DROP FUNCTION %s', made);
            EXECUTE format('DROP FUNCTION %s', made);
          END;
        END LOOP;
        IF EXISTS (SELECT FROM pg_user_mappings AS m JOIN pg_foreign_server AS s ON s.oid = m.srvid
                     JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw WHERE w.fdwname = 'k8s_fdw') THEN
          remark := 'servers of the wrapper k8s_fdw have user mappings, which Wrappers does not hand on: what is in them is no longer sent';
          RAISE WARNING '%', remark
            USING HINT = 'Servers need a token of their own now: api_key_id (Vault), api_key_name (Vault) or api_key. SELECT * FROM pg_user_mappings lists the mappings.';
        END IF;
      END IF;
      PERFORM k8s_fdw.update_package();
    ELSE
      EXECUTE format('CREATE FOREIGN DATA WRAPPER k8s_fdw HANDLER %s VALIDATOR %s', handler_name, validator_name)
        || CASE WHEN own THEN '' ELSE (SELECT format(' OPTIONS (%s)', string_agg(format('%I %L', o.key, o.value), ', ' ORDER BY o.key))
                                         FROM jsonb_each_text(coalesce(wanted, offered)) AS o) END;
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
    RETURN CASE WHEN k8s_fdw.own_host() THEN 'own' ELSE 'wrappers' END;
  END;
  COMMENT ON FOREIGN DATA WRAPPER k8s_fdw IS 'a Kubernetes cluster as foreign tables; its options are the defaults of its servers';

  IF own AND NOT offered ? 'fdw_package_url' THEN
    RAISE WARNING 'the component k8s_fdw-@VERSION@.wasm was not found beside the extension''s files'
      USING HINT = 'make install PG_CONFIG=… puts it there; until then each server needs an fdw_package_url ''file:///…/k8s_fdw.wasm''.';
  ELSIF NOT own AND NOT (SELECT k8s_fdw.package_of(fdwoptions) FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw') ? 'fdw_package_url' THEN
    RAISE WARNING 'the component k8s_fdw-@VERSION@.wasm was not found beside the extension''s files'
      USING HINT = CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        THEN 'Before the first server: ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url ''file:///…/k8s_fdw.wasm'').'
        ELSE 'Set k8s_fdw.package_url and k8s_fdw.package_checksum and do this again before the first server; '
             'or give each server its own fdw_package_url, fdw_package_name, fdw_package_version and fdw_package_checksum.' END;
  END IF;
  RETURN CASE WHEN own THEN 'own' ELSE 'wrappers' END;
END $$;

DO $$ BEGIN PERFORM k8s_fdw.use_host(); END $$;
