-- Every option where it belongs, and a hint for those that are elsewhere or misspelt.
\pset format unaligned
\pset tuples_only on
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (
  api_url 'https://10.0.0.1:6443/base', api_key_id '7a0d2a3e-1f2b-4c3d-8e9f-0123456789ab', page_size '500',
  trace 'on', stats 'off', impersonate_user 'jane', impersonate_groups 'dev',
  fdw_package_url 'https://example.com/k8s_fdw.wasm', fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '0.1.0',
  fdw_package_checksum '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
SELECT options_of('s');
SELECT attempt($$CREATE SERVER u FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://h', impersonate_user_setting 'request.jwt.claims',
  impersonate_user_path 'email', impersonate_user_prefix 'jwt:', impersonate_groups_setting 'role', impersonate_groups_prefix 'pg:')$$);
SELECT attempt($$CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://h', api_key_name 'kube')$$);
SELECT attempt('CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (' || options || ')') FROM (VALUES
  ($$apiVersion 'v1', kind 'Pod'$$),
  ($$"apiVersion" 'apps/v1', kind 'ReplicaSet', namespace 'kube-system', label_selector 'a=b', field_selector 'spec.nodeName=x'$$),
  ($$object 'Deployment.apps'$$), ($$object 'pods.v1.'$$),
  ($$object 'deployments.v1.apps', columns '{"name": "metadata.name"}', rowid_column 'name', on_error 'null', reveal_secrets 'true'$$)
) AS v (options);

-- misspelt, elsewhere, unknown
SELECT o || ': ' || attempt(format('ALTER SERVER s OPTIONS (%s)', o)) FROM (VALUES
  ($$pagesize '1'$$), ($$"page-size" '1'$$), ($$api_ur 'x'$$), ($$apikey 'x'$$), ($$apiURL 'x'$$), ($$kube_config 'x'$$),
  ($$impersonate_group 'x'$$), ($$fdw_package_nam 'x'$$), ($$namespace 'x'$$), ($$kind 'x'$$), ($$apiVersion 'x'$$), ($$alias 'x'$$), ($$api_version 'x'$$),
  ($$labelselector 'x'$$), ($$something 'x'$$)) AS v (o);
SELECT o || ': ' || attempt(format('CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (object ''pods'', %s)', o)) FROM (VALUES
  ($$namespacs 'x'$$), ($$label_selectors 'x'$$), ($$colums '{}'$$), ($$rowid 'name'$$), ($$on_eror 'null'$$), ($$api_url 'http://h'$$),
  ($$fdw_package_url 'file:///x'$$), ($$kubeconfig '/x'$$), ($$alias 'x'$$), ($$aliases 'x'$$), ($$api_urls 'x'$$), ($$something 'x'$$)) AS v (o);
SELECT o || ': ' || attempt(format('CREATE FOREIGN TABLE t (name text OPTIONS (%s)) SERVER s OPTIONS (object ''pods'')', o)) FROM (VALUES
  ($$alias 'metadata.name'$$), ($$alais 'x'$$), ($$path 'x'$$), ($$namespace 'x'$$)) AS v (o);
SELECT o || ': ' || attempt(format('CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (%s)', o)) FROM (VALUES
  ($$api_key 'x'$$), ($$username 'x'$$)) AS v (o);
SELECT o || ': ' || attempt(format('ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (%s)', o)) FROM (VALUES
  ($$SET fdw_package_version '1.2.3-rc.1'$$), ($$fdw_package_sum 'x'$$), ($$api_url 'http://h'$$), ($$something 'x'$$)) AS v (o);
