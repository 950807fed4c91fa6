-- tokenFile: read when the kubeconfig is; relative to the kubeconfig's folder, as for kubectl.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
CREATE FUNCTION config(login text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"clusters":[{"name":"c","cluster":{"server":"http://one"}}],"users":[{"name":"u","user":{%s}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}', login) $$;
CREATE FUNCTION shown(answer text) RETURNS text LANGUAGE sql AS $$ SELECT replace(answer, current_setting('data_directory'), '<data>') $$;
SELECT server_file('token', E' token-1 \n\n') AS token \gset
SELECT server_file('kubeconfig', config('"tokenFile":"k8s_fdw_test_token"')) AS relative \gset
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'relative');
SELECT shown(options_of('s'));
-- a new token counts when the kubeconfig is set again
SELECT server_file('token', 'token-2') IS NOT NULL;
SELECT shown(options_of('s'));
ALTER SERVER s OPTIONS (SET kubeconfig :'relative');
SELECT shown(options_of('s'));
-- an absolute path; the file counts more than a token beside it, which counts where the file cannot be read
SELECT shown(from_kubeconfig(config(format('"tokenFile":%s', to_json(:'token'::text)))));
SELECT shown(from_kubeconfig(config(format('"tokenFile":%s,"token":"beside"', to_json(:'token'::text)))));
SELECT shown(from_kubeconfig(config('"tokenFile":"/nowhere/token","token":"beside"')));
SELECT shown(from_kubeconfig(config('"tokenFile":"k8s_fdw_test_token","token":"beside"')));
-- what cannot be read
SELECT shown(from_kubeconfig(config('"tokenFile":"k8s_fdw_test_token"')));
SELECT server_file('token', E' \n') IS NOT NULL;
SELECT shown(from_kubeconfig(:'relative'));
SELECT server_file('token', 'hunter2 and more') IS NOT NULL;
SELECT shown(from_kubeconfig(:'relative'));
CREATE ROLE k8s_fdw_test_jane;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_jane;
SET ROLE k8s_fdw_test_jane;
SELECT from_kubeconfig(config('"tokenFile":"/etc/hostname"'));
SELECT from_kubeconfig(config('"tokenFile":"/etc/hostname","token":"beside"'));
SELECT k8s_fdw.trust_file();
SELECT attempt($$SELECT k8s_fdw.read_token_file('/etc/hostname', NULL, 'u')$$);
RESET ROLE;
DROP OWNED BY k8s_fdw_test_jane;
DROP ROLE k8s_fdw_test_jane;
