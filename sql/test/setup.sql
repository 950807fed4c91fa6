-- What every test starts with: the extension, a component's place that no machine has, and small helpers.

SET client_min_messages = error;
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE EXTENSION IF NOT EXISTS wrappers SCHEMA extensions;
CREATE EXTENSION k8s_fdw;
DO $$ BEGIN
  EXECUTE format('ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (%s fdw_package_url ''file:///opt/k8s_fdw.wasm'')',
    (SELECT CASE WHEN count(*) > 0 THEN 'SET' ELSE 'ADD' END
       FROM pg_foreign_data_wrapper, pg_options_to_table(fdwoptions)
      WHERE fdwname = 'k8s_fdw' AND option_name = 'fdw_package_url'));
END $$;
RESET client_min_messages;

\ir support/helpers.sql
