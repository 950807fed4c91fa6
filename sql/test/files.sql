-- Files of the database server are read for nobody who may not read them himself: not by a superuser who alters the server, nor by one who restores a dump.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION config(login text, more text DEFAULT '"server":"http://jane"') RETURNS text LANGUAGE sql AS $$
  SELECT format('{"clusters":[{"name":"c","cluster":{%s}}],"users":[{"name":"u","user":{%s}}],
"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}},{"name":"y","context":{"cluster":"c"}}],"current-context":"x"}', more, login) $$;
SELECT set_config('test.data', current_setting('data_directory'), false) IS NOT NULL;
CREATE FUNCTION shown(answer text) RETURNS text LANGUAGE sql AS $$ SELECT replace(answer, current_setting('test.data'), '<data>') $$;
-- What became of a statement, and whether any server has by it what stands in the files.
CREATE FUNCTION tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  options text;
BEGIN
  EXECUTE statement;
  SELECT string_agg(options_of(srvname), ' ') INTO options FROM pg_foreign_server;
  RAISE EXCEPTION '%', CASE WHEN options ~ 'hunter2|ROOTS|http://root' THEN 'READ: ' || options ELSE 'nothing read' END USING ERRCODE = 'UNDO1';
EXCEPTION
  WHEN SQLSTATE 'UNDO1' THEN RETURN shown(SQLERRM);
  WHEN OTHERS THEN RETURN shown(SQLSTATE || ' ' || SQLERRM);
END $$;
SELECT server_file('secret', 'hunter2') AS secret, server_file('root', config('"token":"ROOTS-TOKEN"', '"server":"http://root"')) AS root
\gset
SELECT config(format('"tokenFile":%s', to_json(:'secret'::text))) AS text
\gset
CREATE ROLE k8s_fdw_test_jane;
GRANT USAGE ON FOREIGN DATA WRAPPER k8s_fdw TO k8s_fdw_test_jane;
GRANT SET ON PARAMETER session_replication_role TO k8s_fdw_test_jane;
CREATE SCHEMA jane AUTHORIZATION k8s_fdw_test_jane;

-- no setting of hers, and no event trigger that does not run, lets her name one
CREATE FUNCTION names_files(kubeconfig text, text text, secret text) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT tried('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (' || o || ')')
    FROM (VALUES (1, format('kubeconfig %L', kubeconfig)),
                 (2, format('kubeconfig %L, api_url ''http://evil''', kubeconfig)),
                 (3, format('kubeconfig %L, fdw_package_url ''file:///r.wasm'', fdw_package_name ''r:r'', fdw_package_version ''1.0.0''', kubeconfig)),
                 (4, format('kubeconfig %L, context ''x''', kubeconfig)),
                 (5, format('kubeconfig %L', text)),
                 (6, format('kubeconfig %L, context ''y''', text)),
                 (7, format('kubeconfig %L, api_key ''mine''', text)),
                 (8, format('kubeconfig %L, api_url ''http://evil'', fdw_package_url ''file:///r.wasm'', fdw_package_name ''r:r'', fdw_package_version ''1.0.0''', text)),
                 (9, format('kubeconfig %L', replace(text, 'tokenFile', 'token\u0046ile'))),
                 (10, format('kubeconfig %L', 'users: [{name: u, user: {tokenFile: ' || secret || '}}]')),
                 (11, format(E'kubeconfig E''clusters:\n- name: c\n  cluster:\n    server: http://c\nusers:\n- name: other\n  user:\n    "tokenFile": %s\ncontexts:\n- name: x\n  context:\n    cluster: c\ncurrent-context: x\n''', secret)),
                 (12, format('kubeconfig %L', config('"token":"t"', format('"server":"https://c","certificate-authority":%s', to_json(secret)))))
         ) AS v (n, o) ORDER BY n $$;
SET ROLE k8s_fdw_test_jane;
SET k8s_fdw.busy = 'on';
SET k8s_fdw.before = 'mine';
SELECT * FROM names_files(:'root', :'text', :'secret');
SET session_replication_role = replica;
SELECT * FROM names_files(:'root', :'text', :'secret');
RESET session_replication_role;
-- what names no file, or names one and is complete, is hers to make
CREATE SERVER complete FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root', api_url 'http://evil', page_size '5',
  fdw_package_url 'file:///r.wasm', fdw_package_name 'r:r-fdw', fdw_package_version '1.0.0');
CREATE SERVER plain FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://evil');
SELECT from_kubeconfig(config('"token":"mine","tokenFile":""', '"server":"http://c","certificate-authority":"/x","certificate-authority-data":"eA=="'));
-- nor does she get there step by step
SELECT tried('ALTER SERVER complete OPTIONS (DROP api_url)');
SELECT tried('ALTER SERVER complete OPTIONS (DROP fdw_package_url, DROP fdw_package_name, DROP fdw_package_version)');
SELECT tried(format('ALTER SERVER complete OPTIONS (SET kubeconfig %L)', :'text'));
SELECT tried(format('ALTER SERVER complete OPTIONS (SET kubeconfig %L)', :'root'));
SELECT tried(format('ALTER SERVER complete OPTIONS (SET kubeconfig %L)', :'root' || 'other'));
SELECT tried(format('ALTER SERVER plain OPTIONS (ADD kubeconfig %L)', :'root'));
SELECT tried(format('ALTER SERVER plain OPTIONS (ADD kubeconfig %L)', :'text'));
RESET k8s_fdw.busy;
RESET k8s_fdw.before;
RESET ROLE;

-- where a superuser made such servers without event triggers and gave them to her, no statement reads a file for her
SET session_replication_role = replica;
CREATE SERVER text FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
CREATE SERVER path FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root');
CREATE SERVER evil FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'root', api_url 'http://evil', page_size '5');
ALTER SERVER text OWNER TO k8s_fdw_test_jane;
ALTER SERVER path OWNER TO k8s_fdw_test_jane;
ALTER SERVER evil OWNER TO k8s_fdw_test_jane;
RESET session_replication_role;
SELECT format(statement, server), tried(format(statement, server))
  FROM unnest(ARRAY['text', 'path', 'evil', 'complete']) AS server,
       unnest(ARRAY['ALTER SERVER %I OPTIONS (ADD trace ''on'')', 'ALTER SERVER %I OPTIONS (SET page_size ''5'')', 'ALTER SERVER %I VERSION ''2''',
                    'ALTER SERVER %I RENAME TO renamed', 'ALTER SERVER %I OWNER TO CURRENT_USER', 'ALTER SERVER %I OWNER TO k8s_fdw_test_jane',
                    'SELECT k8s_fdw.apply(%L)', 'SELECT k8s_fdw.apply_server(oid) FROM pg_foreign_server WHERE srvname = %L',
                    'ALTER SERVER %I OPTIONS (DROP kubeconfig, ADD api_key ''k'')',
                    'REASSIGN OWNED BY k8s_fdw_test_jane TO CURRENT_USER; ALTER SERVER %I OPTIONS (ADD trace ''on'')']) AS statement
 WHERE server IN ('evil', 'complete') OR statement !~ 'page_size';
SELECT tried(format('ALTER SERVER complete OPTIONS (SET kubeconfig %L)', :'root'));
SELECT tried(format('ALTER SERVER complete OPTIONS (DROP kubeconfig); ALTER SERVER complete OPTIONS (ADD kubeconfig %L)', :'root'));
SELECT tried(format('ALTER SERVER complete OPTIONS (SET kubeconfig %L)', :'text'));
SELECT tried('SELECT k8s_fdw.apply()');
CREATE FOREIGN TABLE jane.pods (name text) SERVER complete OPTIONS (object 'pods');
SELECT tried('SELECT k8s_fdw.partition_by_cluster(''jane.pods'', ARRAY[''evil'', ''complete''])');
SELECT count(*) > 0, bool_or(c::text ~ 'hunter2|ROOTS') FROM k8s_fdw.check('complete') AS c;

-- a superuser's own servers are read as ever, also when they are to be hers
ALTER SERVER complete OWNER TO CURRENT_USER;
SET client_min_messages = error;
ALTER SERVER complete OPTIONS (SET kubeconfig :'root');
SELECT shown(options_of('complete'));
ALTER SERVER complete OWNER TO k8s_fdw_test_jane;
CREATE SERVER own FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig :'text');
SELECT shown(options_of('own'));
-- but not in one session with CREATE SERVER, as in a restored dump
ALTER SERVER own OWNER TO k8s_fdw_test_jane;
ALTER SERVER own OWNER TO CURRENT_USER;
-- a complete server is not read even where a superuser's text names a file
SELECT tried(format('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L, api_url ''http://one'', fdw_package_url ''file:///r.wasm'',
  fdw_package_name ''r:r'', fdw_package_version ''1.0.0'')', :'text'));

DROP OWNED BY k8s_fdw_test_jane CASCADE;
DROP ROLE k8s_fdw_test_jane;
