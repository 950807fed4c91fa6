-- The plain script as a role that may create neither event triggers nor a wrapper: the wrapper is there, and apply()
-- does the rest.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT hosted();
CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER extensions.wasm_fdw_handler VALIDATOR extensions.wasm_fdw_validator;
GRANT USAGE ON FOREIGN DATA WRAPPER wasm_wrapper TO k8s_fdw_hosted;
SET SESSION AUTHORIZATION k8s_fdw_hosted;
SET search_path = "$user", public, extensions;
RESET client_min_messages;

-- Once, and again.
\set ECHO none
\i :script
\set ECHO all
SHOW search_path;
SELECT k8s_fdw.quantity('250m'), nspname, count(*) > 50 FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
 WHERE p.proowner = 'k8s_fdw_hosted'::regrole GROUP BY 2;
\set ECHO none
\i :script
\set ECHO all

-- A kubeconfig's text: as the option of a server of the plain Wrappers way.
CREATE PROCEDURE give_kubeconfig(statement text, cluster text, token text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(statement, format(E'current-context: c\ncontexts:\n- name: c\n  context:\n    cluster: c\n    user: u\nclusters:\n- name: c\n'
    '  cluster:\n    server: https://%s:6443\nusers:\n- name: u\n  user:\n    token: %s\n', cluster, token));
END $$;
CALL give_kubeconfig($$CREATE SERVER kubernetes FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (
  fdw_package_url 'https://example.com/k8s_fdw.wasm', fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '0.1.0',
  fdw_package_checksum '0000000000000000000000000000000000000000000000000000000000000000', kubeconfig %L)$$, 'one', 'token-one');
CREATE FOREIGN TABLE pods (name text OPTIONS (alias 'metadata.name'), phase text) SERVER kubernetes
  OPTIONS (apiVersion 'v1', kind 'Pod', columns '{"phase": "status.phase"}', comments '{"phase": "where it is in its life"}');
SELECT * FROM k8s_fdw.apply();
SELECT * FROM k8s_fdw.apply();
CREATE FUNCTION shown() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', srvname, option_name, regexp_replace(option_value, '[0-9a-f]{8}-[0-9a-f-]+', '<id>'))
    FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name !~ '^fdw_package'
  UNION ALL SELECT concat_ws(' ', ftrelid::regclass, option_name, option_value) FROM pg_foreign_table, pg_options_to_table(ftoptions)
  UNION ALL SELECT concat_ws(' ', 'Vault', name, decrypted_secret) FROM vault.decrypted_secrets
  ORDER BY 1
$$;
SELECT shown();
SELECT col_description('pods'::regclass, 2);

-- Altered: another path, another name; the next cluster with its token.
ALTER FOREIGN TABLE pods RENAME COLUMN phase TO state;
ALTER FOREIGN TABLE pods RENAME COLUMN name TO pod;
SELECT * FROM k8s_fdw.apply();
ALTER FOREIGN TABLE pods OPTIONS (SET columns '{"name": "metadata.name", "state": "status.phase"}');
SELECT * FROM k8s_fdw.apply(relation => 'pods');
ALTER FOREIGN TABLE pods ALTER COLUMN pod OPTIONS (SET alias 'metadata.generateName');
SELECT * FROM k8s_fdw.apply('kubernetes');
CALL give_kubeconfig('ALTER SERVER kubernetes OPTIONS (SET kubeconfig %L)', 'two', 'token-two');
SELECT * FROM k8s_fdw.apply('kubernetes');
SELECT shown();

-- A partition for each cluster, complete at once.
SELECT k8s_fdw.partition_by_cluster('pods', ARRAY['kubernetes']);
SELECT shown() AS line INTERSECT SELECT line FROM shown() AS line WHERE line LIKE '%by\_cluster%columns%';
DROP TABLE pods_by_cluster;

-- What the validator would say.
ALTER SERVER kubernetes OPTIONS (ADD page_sise '10');
SELECT * FROM k8s_fdw.apply();
ALTER SERVER kubernetes OPTIONS (DROP page_sise);
CREATE FOREIGN TABLE typo (name text OPTIONS (allias 'metadata.name')) SERVER kubernetes OPTIONS (object 'pods');
SELECT * FROM k8s_fdw.apply();
DROP FOREIGN TABLE typo;
SELECT * FROM k8s_fdw.apply('kubernets');
SELECT * FROM k8s_fdw.apply(relation => 'pg_class');

-- Others' objects are left out, and cannot be completed by this role.
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
CREATE SERVER others FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (fdw_package_url 'file:///x', fdw_package_name 'k8s-fdw:k8s-fdw',
  fdw_package_version '0.1.0', kubeconfig E'a\nb');
SET SESSION AUTHORIZATION k8s_fdw_hosted;
RESET client_min_messages;
SELECT * FROM k8s_fdw.apply();

SELECT * FROM k8s_fdw.apply('others');

-- Nor does a superuser complete another's server: it would read a file for him.
CREATE SERVER greedy FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (fdw_package_url 'file:///x', fdw_package_name 'k8s-fdw:k8s-fdw',
  fdw_package_version '0.1.0', kubeconfig '/etc/kubernetes/admin.conf');
CREATE FOREIGN TABLE greedy (name text OPTIONS (alias 'metadata.name')) SERVER greedy OPTIONS (object 'pods');
RESET SESSION AUTHORIZATION;
DROP SERVER others;
SELECT * FROM k8s_fdw.apply();
SELECT * FROM k8s_fdw.apply('greedy');
SELECT * FROM k8s_fdw.apply(relation => 'greedy');
SET SESSION AUTHORIZATION k8s_fdw_hosted;
SELECT * FROM k8s_fdw.apply('greedy');
DROP SERVER greedy CASCADE;

-- The token goes with its server.
DROP SERVER kubernetes CASCADE;
SELECT * FROM k8s_fdw.apply();
SELECT count(*) FROM vault.secrets;

-- The end of all of it.
SET client_min_messages = warning;
DROP SCHEMA k8s_fdw CASCADE;
