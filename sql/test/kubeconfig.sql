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
SELECT with_login('"tokenFile":"eyJhbGciOiJSUzI1NiJ9.e30.x"');
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

-- two of one name, as of files that were put together: kubectl refuses the file, whichever context is wanted
CREATE FUNCTION with_lists(clusters text, contexts text, users text) RETURNS text LANGUAGE sql AS $$
  SELECT from_kubeconfig(format('{"clusters":[%s],"contexts":[%s],"users":[%s],"current-context":"x"}', clusters, contexts, users)) $$;
SELECT '{"name":"c","cluster":{"server":"http://c"}}' AS cluster, '{"name":"x","context":{"cluster":"c","user":"u"}}' AS context,
  '{"name":"u","user":{"token":"t"}}' AS "user"
\gset
SELECT with_lists(:'cluster', :'context', :'user');
SELECT with_lists(:'cluster', :'context', :'user' || ',{"name":"u","user":{"token":"hunter2"}}');
SELECT with_lists(:'cluster', :'context', '{"name":"v"},{"name":"v"},' || :'user');
SELECT with_lists(:'cluster' || ',' || :'cluster', :'context', :'user');
SELECT with_lists(:'cluster', :'context' || ',{"name":"x","context":{"cluster":"d"}}', :'user');
SELECT with_lists(:'cluster', :'context', :'user' || ',{"user":{"token":"a"}},{"name":"","user":{"token":"b"}},{"name":null},null');
SELECT with_lists(:'cluster', :'context', :'user' || ',{"user":{"token":"a"}}');
SELECT from_kubeconfig(E'clusters:\n- name: c\n  cluster:\n    server: http://c\ncontexts:\n- name: x\n  context:\n    cluster: c\n    user: u\ncurrent-context: x\n'
  'users:\n- name: u\n  user:\n    token: east\n- name: "u"\n  user:\n    token: west\n');

-- a value of another type than kubectl's: what YAML 1.1 takes for true, for a number
CREATE FUNCTION with_yaml(cluster text, login text, more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
  SELECT from_kubeconfig(format(E'current-context: x\nclusters:\n- name: c\n  cluster:\n    server: http://c\n%scontexts:\n- name: x\n  context:\n    cluster: c\n'
    '    user: u\n%susers:\n- name: u\n  user:\n%s', cluster, more, login)) $$;
SELECT saying || ': ' || with_yaml(E'    insecure-skip-tls-verify: ' || saying || E'\n', E'    token: t\n')
  FROM unnest(ARRAY['yes', 'Yes', 'YES', 'on', 'ON', 'y', 'Y', 'True', 'no', 'Off', 'n', '~', '"yes"', 'yEs', '1']) AS saying;
SELECT with_yaml('', E'    token: 0x1f\n');
SELECT with_yaml('', E'    token: "0x1f"\n');
SELECT with_yaml('', E'    token: 1_000\n');
SELECT with_yaml('', E'    token: on\n');
SELECT with_yaml('', E'    token: 2001-01-01\n');
SELECT with_yaml('', E'    token: t\n    as: 12\n');
SELECT with_yaml('', E'    token: t\n    as-groups: dev\n');
SELECT with_yaml('', E'    token: t\n', E'    namespace: no\n');
SELECT with_lists('{"name":1}', :'context', :'user');
SELECT with_lists('"c"', :'context', :'user');
SELECT with_lists('{"name":"c","cluster":"http://c"}', :'context', :'user');
SELECT from_kubeconfig('{"clusters":{},"contexts":[],"users":[]}');
SELECT from_kubeconfig(E'current-context: 1\nclusters: []\n');

-- an emoji, as Go writes it
SELECT from_kubeconfig(E'current-context: "\\U0001F525prod"\nclusters:\n- name: c\n  cluster:\n    server: http://c\ncontexts:\n- context:\n    cluster: c\n    user: u\n'
  '  name: "\\U0001F525prod"\nusers:\n- name: u\n  user:\n    token: t\n', more) FROM unnest(ARRAY['', ', context ''🔥prod''']) AS more;
