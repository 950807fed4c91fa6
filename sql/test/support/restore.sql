-- Servers of a role that may not read files, which name files: by its own statements, and made without event triggers by somebody who may.
CREATE ROLE k8s_fdw_test_jane;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_jane;
SELECT server_file('secret', 'hunter2') AS secret,
       server_file('root', '{"clusters":[{"name":"c","cluster":{"server":"http://root"}}],"users":[{"name":"u","user":{"token":"ROOTS-TOKEN"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}') AS root
\gset
SELECT format('{"clusters":[{"name":"c","cluster":{"server":"http://jane"}}],"users":[{"name":"u","user":{"tokenFile":%s}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}', to_json(:'secret'::text)) AS text
\gset
SELECT server_file('proxied', '{"clusters":[{"name":"c","cluster":{"server":"http://proxied"}}],"users":[{"name":"u","user":{"token":"PROXIED-TOKEN"}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}') AS proxied
\gset
-- A dump of the database has not what the wrapper says: it is the extension's.
ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (ADD kubeconfig :'proxied', ADD api_url 'http://proxy');
SET ROLE k8s_fdw_test_jane;
CREATE SERVER by_proxy FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'proxied');
ALTER SERVER by_proxy OPTIONS (DROP api_url);
CREATE SERVER by_proxy2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'proxied');
ALTER SERVER by_proxy2 OPTIONS (DROP api_url, DROP fdw_package_url, DROP fdw_package_name, DROP fdw_package_version);
SET k8s_fdw.busy = 'on';
\set ON_ERROR_STOP off
CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
CREATE SERVER p FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root');
CREATE SERVER e FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root', api_url 'http://evil');
\set ON_ERROR_STOP on
CREATE SERVER complete FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root', api_url 'http://complete', api_key 'hers',
  fdw_package_url 'file:///r.wasm', fdw_package_name 'r:r-fdw', fdw_package_version '1.0.0');
RESET ROLE;
SET session_replication_role = replica;
CREATE SERVER t2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
CREATE SERVER p2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root');
CREATE SERVER e2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root', api_url 'http://evil');
CREATE SERVER c2 FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text', api_url 'http://evil', fdw_package_url 'file:///r.wasm',
  fdw_package_name 'r:r-fdw', fdw_package_version '1.0.0');
ALTER SERVER t2 OWNER TO k8s_fdw_test_jane;
ALTER SERVER p2 OWNER TO k8s_fdw_test_jane;
ALTER SERVER e2 OWNER TO k8s_fdw_test_jane;
ALTER SERVER c2 OWNER TO k8s_fdw_test_jane;
