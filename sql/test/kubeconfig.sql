-- Kubeconfigs given as text: contexts, tokens, what cannot be used. kubeconfig_clusters.sql has those of real tools.
\pset format unaligned
\pset tuples_only on

-- a service account's token
SELECT from_kubeconfig('
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    server: https://10.0.0.1:6443
  name: prod
contexts:
- context:
    cluster: prod
    namespace: default
    user: reader
  name: reader@prod
- context:
    cluster: prod
    user: nobody
  name: anonymous@prod
current-context: reader@prod
kind: Config
preferences: {}
users:
- name: reader
  user:
    token: eyJhbGciOiJSUzI1NiJ9.e30.c2ln
- name: nobody
  user: {}
') AS c;
-- the same as JSON, and another context
SELECT '{"apiVersion":"v1","kind":"Config","current-context":"reader@prod",
  "clusters":[{"name":"prod","cluster":{"server":"http://10.0.0.1:8080/"}},{"name":"test","cluster":{"server":"http://10.0.0.2:8080/k8s/clusters/c-1"}}],
  "contexts":[{"name":"reader@prod","context":{"cluster":"prod","user":"reader"}},{"name":"reader@test","context":{"cluster":"test","user":"reader"}},
    {"name":"lost","context":{"cluster":"gone","user":"reader"}},{"name":"nobody","context":{"cluster":"prod","user":"gone"}},{"name":"anonymous","context":{"cluster":"prod"}},
    {"name":"homeless","context":{"user":"reader"}}],
  "users":[{"name":"reader","user":{"token":"  tok-en\n"}}]}' AS json
\gset
SELECT from_kubeconfig(:'json');
SELECT context || ': ' || from_kubeconfig(:'json', format(', context %L', context))
  FROM unnest(ARRAY['reader@test', 'reader', 'lost', 'nobody', 'anonymous', 'homeless']) AS context;
SELECT from_kubeconfig(:'json', $$, api_url 'http://127.0.0.1:8001'$$);
SELECT from_kubeconfig(:'json', $$, api_key_name 'kube'$$);
SELECT from_kubeconfig(:'json', $$, api_key 'by-hand'$$);
SELECT from_kubeconfig(:'json', $$, api_url 'http://127.0.0.1:8001', api_key 'by-hand'$$);

-- one user, one cluster at a time
CREATE FUNCTION with_login(login text, cluster text DEFAULT '"server":"https://h:6443"', more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
  SELECT from_kubeconfig(format('{"clusters":[{"name":"c","cluster":{%s}}],"users":[{"name":"u","user":{%s}}],
    "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}', cluster, login), more) $$;
SELECT with_login('"auth-provider":{"name":"oidc","config":{"id-token":"hunter2"}}');
SELECT with_login('"tokenFile":"/nowhere/token"');
SELECT with_login('"tokenFile":"/nowhere/token","token":"t"');
SELECT with_login('"tokenFile":"token"');
SELECT with_login('"username":"admin","password":"hunter2"');
SELECT with_login('"client-certificate":"/c.crt","client-key":"/c.key"');
SELECT with_login('"client-certificate":"/c.crt","client-key":"/c.key","token":"t"');
SELECT with_login('"exec":null,"token":"t"');
SELECT with_login('"token":"hun ter2"');
SELECT with_login('"token":"t","as":"jane"');
SELECT with_login('"token":"t","as":"jane","as-groups":["dev"]');
SELECT with_login('"token":"t","as":"jane"', more => $$, impersonate_user 'joe'$$);
SELECT with_login('"token":"t","as":"jane"', more => $$, impersonate_user_setting 'role'$$);
SELECT with_login('"token":"t","as":"jane","as-groups":["dev","ops"]');
SELECT with_login('"token":"t","as":"jane","as-uid":"1"');
SELECT with_login('"token":"t","as-groups":["dev"]');
SELECT with_login('');
SELECT with_login('"token":"t"', '');
SELECT with_login('"token":"t"', '"server":"https://h","insecure-skip-tls-verify":true');
SELECT with_login('"token":"t"', '"server":"https://h","insecure-skip-tls-verify":true', $$, api_url 'http://127.0.0.1:8001'$$);
SELECT with_login('"token":"t"', '"server":"https://h","proxy-url":"http://p"');
SELECT with_login('"token":"t"', '"server":"https://h","tls-server-name":"x"');
SELECT with_login('"token":"t"', '"server":"https://jane:hunter2@h"');
SELECT with_login('"token":"t"', '"server":"https://h","certificate-authority":"/ca.crt"');

-- a namespace: kubectl's default, not a table's
SELECT from_kubeconfig(format('{"clusters":[{"name":"c","cluster":{"server":"http://h"}}],"users":[],
  "contexts":[{"name":"x","context":{"cluster":"c","namespace":"%s"}}],"current-context":"x"}', namespace))
  FROM unnest(ARRAY['web', 'default', '']) AS namespace;

-- not a kubeconfig
SELECT from_kubeconfig('{"token": "hunter2"');
SELECT from_kubeconfig('{"token": "hunter2"}');
SELECT from_kubeconfig('{"token": "hunter2\u0000"}');
SELECT from_kubeconfig(E'kind: Pod\nusers: []\n');
SELECT from_kubeconfig(E'token: hunter2\n');
SELECT from_kubeconfig(E'hunter2\nhunter2\n');
SELECT from_kubeconfig(E'\ttoken: hunter2\n');
SELECT from_kubeconfig(E'clusters: []\n');
SELECT from_kubeconfig(E'contexts:\n- name: a\ncurrent-context: a\nclusters:\nusers:\n');
SELECT from_kubeconfig(E'contexts: x\nusers: {}\n');
