-- Creates the extension in one database in the image's version, adds the proxy's address to the wrapper's options, and
-- lets Supabase's own role create servers. Servers and tables are left to the user.

SET client_min_messages = warning;

-- Supabase keeps extensions in a schema of their own.
SELECT CASE WHEN to_regnamespace('extensions') IS NULL THEN 'public' ELSE 'extensions' END AS schema \gset
CREATE EXTENSION IF NOT EXISTS wrappers WITH SCHEMA :"schema";

-- Where this version's component is: for a wrapper that is made, and for the servers of an older version.
SELECT set_config('k8s_fdw.package_url', 'file://' || :'component', false) AS component_url \gset
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'k8s_fdw') AS offered \gset
\if :offered
CREATE EXTENSION IF NOT EXISTS k8s_fdw WITH SCHEMA :"schema";
-- In a volume of an older image.
SELECT installed_version <> default_version AS older FROM pg_available_extensions WHERE name = 'k8s_fdw' \gset
\if :older
ALTER EXTENSION k8s_fdw UPDATE;
\endif
\else
SET search_path = :"schema";
\ir k8s_fdw.sql
RESET search_path;
\endif

SELECT string_agg(format('%s %s %L', CASE WHEN option_name IS NULL THEN 'ADD' ELSE 'SET' END, wanted.name, wanted.value), ', ') AS options
  FROM (VALUES ('kubeconfig', :'kubeconfig'), ('api_url', :'api_url'), ('fdw_package_url', 'file://' || :'component')) AS wanted (name, value)
  LEFT JOIN (SELECT o.* FROM pg_foreign_data_wrapper, pg_options_to_table(fdwoptions) AS o WHERE fdwname = 'k8s_fdw') AS had
    ON option_name = wanted.name
\gset
ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (:options);

-- There postgres is no superuser.
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres' AND NOT rolsuper) AS supabase \gset
\if :supabase
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO postgres WITH GRANT OPTION;
\endif
