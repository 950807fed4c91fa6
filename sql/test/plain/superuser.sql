-- In a database that has only the plain script; run.sh put its objects into schema tools.
SET client_min_messages = error;
SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.oid IN (SELECT fdwvalidator FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw');
SELECT count(*) FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw';
SELECT evtname FROM pg_event_trigger ORDER BY 1;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_foreign_data_wrapper, pg_options_to_table(fdwoptions) WHERE option_name = 'fdw_package_url') THEN
    ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD fdw_package_url 'file:///opt/k8s_fdw.wasm');
  END IF;
END $$;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig 'clusters:
- name: c
  cluster: {}
contexts: []
', api_url 'http://127.0.0.1:8001', api_key 'x');
CREATE FOREIGN TABLE t (name text OPTIONS (alias 'metadata.name')) SERVER s OPTIONS (apiVersion 'v1', kind 'Pod');
SELECT option_name, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name ~ '^(api|kube)' ORDER BY 1;
SELECT option_name, option_value FROM pg_foreign_table, pg_options_to_table(ftoptions) ORDER BY 1;
