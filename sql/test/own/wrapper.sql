-- The wrapper: which host it gets, with and without Wrappers beside it, and what becomes of its servers when it moves.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION served_by(wrapper name) RETURNS text LANGUAGE sql AS $$
  SELECT fdwhandler::regprocedure || ' ' || coalesce((SELECT string_agg(o, ' ' ORDER BY o) FROM unnest(fdwoptions) AS o), 'without options')
    FROM pg_foreign_data_wrapper WHERE fdwname = wrapper $$;

-- without Wrappers
CREATE EXTENSION k8s_fdw;
SELECT served_by('k8s_fdw'), k8s_fdw.own_host();
CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
SELECT srvoptions FROM pg_foreign_server;
CREATE SERVER other_file FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001', fdw_package_url 'file:///opt/mine.wasm');
SELECT attempt($$CREATE SERVER web FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001', fdw_package_url 'https://example.org/k8s_fdw.wasm')$$);

-- every type is taken
CREATE TYPE state AS ENUM ('Running', 'Pending');
CREATE DOMAIN short AS varchar(63);
CREATE FOREIGN TABLE pods (name varchar(63), state state OPTIONS (alias 'status.phase'), age interval, images text[], s short, labels json)
  SERVER kind OPTIONS (object 'pods');
SELECT option_value FROM pg_foreign_table, pg_options_to_table(ftoptions) WHERE option_name = 'columns';
DROP EXTENSION k8s_fdw CASCADE;

-- neither of the two
SET k8s_fdw.host = wrappers;
CREATE EXTENSION k8s_fdw;
SET k8s_fdw.host = supabase;
CREATE EXTENSION k8s_fdw;

-- with Wrappers, which stays where a setting says so
CREATE EXTENSION wrappers;
SET k8s_fdw.host = wrappers;
CREATE EXTENSION k8s_fdw VERSION '0.0.1';
SELECT served_by('k8s_fdw'), k8s_fdw.own_host();
SELECT to_regprocedure('k8s_fdw.handler()');
CREATE SERVER follows FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
CREATE SERVER mine FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001', fdw_package_url 'file:///opt/mine.wasm',
  fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '0.0.7');
CREATE SERVER fetched FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001', fdw_package_url 'https://example.org/k8s_fdw.wasm',
  fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '0.0.7', fdw_package_checksum '0000000000000000000000000000000000000000000000000000000000000000');
SELECT attempt('CREATE FOREIGN TABLE pods (images text[]) SERVER follows OPTIONS (object ''pods'')');

-- it moves with the update, and its servers need no component any longer
RESET k8s_fdw.host;
ALTER EXTENSION k8s_fdw UPDATE TO :'next';
SELECT served_by('k8s_fdw'), k8s_fdw.own_host();
SELECT srvname, srvoptions FROM pg_foreign_server ORDER BY 1;
CREATE FOREIGN TABLE pods (images text[]) SERVER follows OPTIONS (object 'pods');
DROP FOREIGN TABLE pods;

-- and back to Wrappers, where what it cannot honour is said
CREATE USER MAPPING FOR PUBLIC SERVER follows OPTIONS (token 'abc');
ALTER SERVER follows OPTIONS (ADD proxy_url 'http://proxy');
BEGIN;
SET k8s_fdw.host = wrappers;
ALTER EXTENSION k8s_fdw UPDATE TO '99.0.1';
ROLLBACK;
ALTER SERVER follows OPTIONS (DROP proxy_url, ADD kubeconfig_read 'true');
BEGIN;
SET k8s_fdw.host = wrappers;
ALTER EXTENSION k8s_fdw UPDATE TO '99.0.1';
SELECT served_by('k8s_fdw'), k8s_fdw.own_host(), to_regprocedure('k8s_fdw.handler()') IS NULL;
SELECT srvname, srvoptions FROM pg_foreign_server ORDER BY 1;
ROLLBACK;

-- by a call, with the same version
ALTER SERVER follows OPTIONS (DROP kubeconfig_read);
DROP USER MAPPING FOR PUBLIC SERVER follows;
SELECT k8s_fdw.use_host('wrappers');
SELECT served_by('k8s_fdw'), to_regprocedure('k8s_fdw.handler()') IS NULL;
SELECT k8s_fdw.use_host('own');
SELECT k8s_fdw.use_host();
SELECT served_by('k8s_fdw'), pg_describe_object('pg_extension'::regclass, refobjid, 0) FROM pg_depend WHERE objid = 'k8s_fdw.handler()'::regprocedure AND deptype = 'e';
SELECT k8s_fdw.use_host('mine');

-- side by side
CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER wasm_fdw_handler VALIDATOR wasm_fdw_validator;
SELECT k8s_fdw.own_host('wasm_wrapper'), k8s_fdw.own_host('none');
CREATE SERVER beside FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (api_url 'http://127.0.0.1:8001', fdw_package_name 'k8s-fdw:k8s-fdw',
  fdw_package_url 'file:///opt/mine.wasm', fdw_package_version '0.0.7');
CREATE FOREIGN TABLE pods (images text[]) SERVER beside OPTIONS (object 'pods');
SELECT * FROM k8s_fdw.apply(relation => 'pods');
DROP EXTENSION k8s_fdw CASCADE;

-- only what is asked for
CREATE EXTENSION k8s_fdw;
SELECT served_by('k8s_fdw');
