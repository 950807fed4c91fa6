-- What can be said about a value at once; none of the secrets is in any answer.
\pset format unaligned
\pset tuples_only on
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');

SELECT attempt('CREATE SERVER t FOREIGN DATA WRAPPER k8s_fdw ' || o) FROM (VALUES (''), ($$OPTIONS (page_size '5')$$)) AS v (o);
SELECT u || ': ' || attempt(format('ALTER SERVER s OPTIONS (SET api_url %L)', u)) FROM (VALUES
  ('https://a.example.com'), ('https://a.example.com:6443/k8s/clusters/c-1/'), ('http://[::1]:8001'), ('HTTPS://10.0.0.1'),
  (''), ('10.0.0.1:6443'), ('ftp://x'), ('https://'), ('https://a b'), ('https://a?x=1'), ('https://a#b'), (E'https://a\nb'),
  ('https://a:65535'), ('https://a:00001/x'), ('https://a:0'), ('https://a:65536'), ('https://[::1]:99999/x')) AS v (u);
SELECT attempt($$ALTER SERVER s OPTIONS (SET api_url 'https://jane:hunter2@10.0.0.1')$$);
SELECT o || ': ' || attempt(format('ALTER SERVER s OPTIONS (%s)', o)) FROM (VALUES
  ($$page_size '1'$$), ($$page_size '100000'$$), ($$page_size '0'$$), ($$page_size '100001'$$), ($$page_size '1e3'$$), ($$page_size '-1'$$), ($$page_size '99999999999'$$), ($$max_rows '0'$$), ($$max_rows '10000'$$), ($$max_bytes '64'$$), ($$max_bytes '64MB'$$),
  ($$trace 'true'$$), ($$trace 'yes'$$), ($$stats '1'$$), ($$impersonate_user ''$$), ($$impersonate_user E'a\nb'$$),
  ($$impersonate_user 'jürgen'$$), ($$impersonate_user_setting 'a b'$$), ($$impersonate_user 'a', impersonate_user_setting 'role'$$),
  ($$impersonate_user 'a', impersonate_user_prefix 'pg:'$$), ($$impersonate_user 'a', impersonate_groups_path 'x'$$), ($$impersonate_groups 'a'$$),
  ($$impersonate_user 'a', impersonate_groups 'a,b'$$), ($$impersonate_groups_setting 'role'$$),
  ($$api_key_id 'kube'$$), ($$api_key_name ' '$$), ($$context 'kind'$$), ($$kubeconfig 'kubeconfig'$$), ($$kubeconfig '~/.kube/config'$$),
  ($$forbidden 'ignore'$$), ($$SET fdw_package_url 'x.wasm'$$), ($$fdw_package_url 'x.wasm'$$), ($$fdw_package_url '/x.wasm'$$), ($$SET fdw_package_url 'https://example.com/x.wasm'$$),
  ($$SET fdw_package_name 'k8s_fdw'$$), ($$SET fdw_package_version 'v1'$$), ($$DROP fdw_package_name$$),
  ($$fdw_package_checksum 'abc'$$)) AS v (o);
SELECT attempt($$ALTER SERVER s OPTIONS (api_key 'two words')$$);
SELECT attempt($$ALTER SERVER s OPTIONS (api_key '')$$);
SELECT attempt($$ALTER SERVER s OPTIONS (api_key E' eyJ.a.b\n')$$);
SELECT attempt($$ALTER SERVER s OPTIONS (api_key 'hunter2', api_key_name 'kube')$$);
-- names of secrets, however long
SELECT n || ': ' || attempt(format('ALTER SERVER s OPTIONS (ADD api_key_name %L)', n)) FROM (VALUES
  ('kubernetes'), ('production-kubernetes-eu-west-1-2024'), ('ProductionKubernetesClusterToken2024'), ('arn:aws:eks:eu-west-1:123456789012:cluster/k8s1'), ('7a0d2a3e-1f2b-4c3d-8e9f-0123456789ab')) AS v (n);
SELECT attempt($$ALTER SERVER s OPTIONS (api_key_id '7a0d2a3e-1f2b-4c3d-8e9f-0123456789ab', api_key_name 'kube')$$);

-- A kind alone is looked for in all groups, as kubectl does.
SELECT attempt($$CREATE FOREIGN TABLE by_kind (name text) SERVER s OPTIONS (kind 'Pod')$$);
SELECT o || ': ' || attempt(format('CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (%s)', o)) FROM (VALUES
  ($$namespace 'x'$$), ($$apiVersion 'v1'$$), ($$object 'pods', kind 'Pod', apiVersion 'v1'$$), ($$object 'pods', apiVersion 'v1'$$),
  ($$apiVersion 'v1', "apiVersion" 'v1', kind 'Pod'$$), ($$apiVersion 'V1', kind 'Pod'$$), ($$apiVersion 'apps/v1/x', kind 'Pod'$$),
  ($$apiVersion 'v1', kind 'pods/log'$$), ($$object 'Pod!'$$), ($$object 'pods/exec'$$), ($$object 'can_You'$$),
  ($$object 'pods/logs'$$), ($$object 'pod/Log'$$), ($$object 'can_ii'$$), ($$object 'deployments/scale'$$), ($$kind 'pods/log'$$)) AS v (o);
SELECT o || ': ' || attempt(format('CREATE FOREIGN TABLE %I (name text) SERVER s OPTIONS (object %L)', 'virtual_' || o, o)) FROM (VALUES
  ('version'), ('whoami'), ('can_i'), ('api_resources'), ('pods/log')) AS v (o);
SELECT o || ': ' || attempt(format('CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (object ''pods'', %s)', o)) FROM (VALUES
  ($$namespace ''$$), ($$namespace 'a,b'$$), ($$namespace 'Kube'$$), ($$namespace '../x'$$), ($$namespaces 'a,B'$$), ($$namespaces 'a,,b'$$), ($$namespace 'a', namespaces 'b'$$), ($$on_error 'ignore'$$), ($$reveal_secrets 'yes'$$), ($$label_selector E'a\tb'$$), ($$writes 'maybe'$$), ($$max_writes 'many'$$), ($$on_insert 'replace'$$), ($$propagation_policy 'background'$$), ($$grace_period_seconds '1m'$$), ($$subresource 'log'$$),
  ($$columns 'name'$$), ($$columns '[]'$$), ($$columns '"x"'$$), ($$columns '{"name": 1}'$$), ($$columns '{"name": ""}'$$), ($$columns '{"name": null}'$$),
  ($$columns '{"name": "a", "name": "b"}'$$), ($$columns '{"nam": "a"}'$$), ($$columns '{"whatever": "a"}'$$), ($$columns '{}'$$),
  ($$comments 'x'$$), ($$comments '[]'$$), ($$comments '{"nam": "x"}'$$)) AS v (o);
SELECT attempt($$CREATE FOREIGN TABLE t (name text OPTIONS (alias '')) SERVER s OPTIONS (object 'pods')$$);
-- a path with a typo gets a word; one that a custom resource may have gets none
SELECT k8s_fdw.remark_path(p) FROM (VALUES ('metdata.name'), ('Metadata.name'), ('{.metadata.lables.app}'), ('metadata.phase'), ('sepc.x'), ('spec->x'), ('{$.stauts.phase}'), ('staust.phase'),
  ('metadata.name'), ('{.metadata.labels.app}'), ('{.metadata[''name'']}'), ('state.x'), ('data'), ('{"east"}'), ('{range .items[*]}{.metadata.name}{end}'), ('')) AS v (p);
SELECT o || ': ' || attempt(format('ALTER SERVER s OPTIONS (%s)', o)) FROM (VALUES
  ($$ADD api_key '"x"'$$), ($$ADD api_key '<token>'$$), ($$ADD api_key_name 'eyJhbGciOiJSUzI1NiJ9.e30.x'$$), ($$ADD api_key_name 'Bearer x'$$), ($$ADD api_key_name '02b50b05283e98dd0fd71db496ef01e8'$$), ($$ADD api_key_name 'x1Yz9Qw3rT7uI5oP2aS4dF6gH8jK0'$$), ($$ADD fdw_package_checksum 'ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789'$$)) AS v (o);

-- a token in the wrong option: refused, and not repeated; nor is what is long
SELECT place || ' ' || name || ': ' || attempt(format(CASE place WHEN 'server' THEN 'ALTER SERVER s OPTIONS (%s %I %L)'
    ELSE 'CREATE FOREIGN TABLE t (name text) SERVER s OPTIONS (%2$I %3$L)' END, CASE name WHEN 'api_url' THEN 'SET' ELSE 'ADD' END, name, token))
  FROM (SELECT place, unnest(names) AS name, 'eyJhbGciOiJSUzI1NiJ9.e30.x' AS token FROM k8s_fdw.known_options() WHERE place IN ('server', 'table')) AS o
 WHERE name <> 'kubeconfig' AND name NOT LIKE 'fdw_%' AND name <> 'api_key' ORDER BY 1;
SELECT attempt(format('ALTER SERVER s OPTIONS (page_size %L)', v)) FROM (VALUES
  ('Bearer 0123456789abcdef'), ('x sha256~abc'), ('kubeconfig-user-abc:0123456789abcdefghij'), ('{"token": "eyJhbGciOiJSUzI1NiJ9.e30.x"}'), (repeat('9', 41))) AS t (v);
SELECT attempt(format('ALTER SERVER s OPTIONS (%I %L)', repeat('n', 41), 'x'));
-- found in time that grows with the text
SELECT count(*) FROM (VALUES (repeat('eyJ', 300000)), (repeat('eyJa.', 200000)), (repeat('Bearer ', 150000)), (repeat('token-', 150000))) AS t (v)
 WHERE k8s_fdw.holds_token(v);

-- what keeps the text of a statement that gives a token
SET log_statement = 'ddl';
SELECT attempt($$ALTER SERVER s OPTIONS (ADD api_key 'hunter2')$$);
ALTER SERVER s OPTIONS (ADD api_key 'hunter2');
ALTER SERVER s OPTIONS (ADD trace 'on');
