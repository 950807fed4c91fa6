-- Kubeconfigs as kind, k3s, EKS, GKE, AKS and others write them, given as text.
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

-- kind (client certificate)
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://127.0.0.1:41235
  name: kind-kind
contexts:
- context:
    cluster: kind-kind
    user: kind-kind
  name: kind-kind
current-context: kind-kind
kind: Config
preferences: {}
users:
- name: kind-kind
  user:
    client-certificate-data: LS0tLS1CRUdJTg==
    client-key-data: LS0tLS1CRUdJTiBSU0E=
') AS c;
-- k3s
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://127.0.0.1:6443
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {}
users:
- name: default
  user:
    client-certificate-data: LS0tLS1CRUdJTg==
    client-key-data: LS0tLS1CRUdJTg==
', $$, api_key_name 'kube'$$) AS c;
-- EKS (exec)
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com
  name: arn:aws:eks:eu-west-1:111122223333:cluster/dev
contexts:
- context:
    cluster: arn:aws:eks:eu-west-1:111122223333:cluster/dev
    user: arn:aws:eks:eu-west-1:111122223333:cluster/dev
  name: arn:aws:eks:eu-west-1:111122223333:cluster/dev
current-context: arn:aws:eks:eu-west-1:111122223333:cluster/dev
kind: Config
preferences: {}
users:
- name: arn:aws:eks:eu-west-1:111122223333:cluster/dev
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - dev
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: dev
      interactiveMode: IfAvailable
      provideClusterInfo: false
') AS c;
-- GKE (exec with a folded hint)
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://34.90.0.1
  name: gke_proj_europe-west4_dev
contexts:
- context:
    cluster: gke_proj_europe-west4_dev
    user: gke_proj_europe-west4_dev
  name: gke_proj_europe-west4_dev
current-context: gke_proj_europe-west4_dev
kind: Config
preferences: {}
users:
- name: gke_proj_europe-west4_dev
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args: null
      command: gke-gcloud-auth-plugin
      env: null
      installHint: Install gke-gcloud-auth-plugin for use with kubectl by following
        https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke
      interactiveMode: IfAvailable
      provideClusterInfo: true
') AS c;
-- AKS (a block of text)
SELECT from_kubeconfig('apiVersion: v1
kind: Config
clusters: []
users:
- name: aks
  user:
    exec:
      command: kubelogin
      installHint: |2

        kubelogin is not installed which is required to connect to AAD enabled cluster.
') AS c;

-- one user, one cluster at a time
CREATE FUNCTION with_login(login text, cluster text DEFAULT '"server":"https://h:6443"', more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
  SELECT from_kubeconfig(format('{"clusters":[{"name":"c","cluster":{%s}}],"users":[{"name":"u","user":{%s}}],
    "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}', cluster, login), more) $$;
SELECT with_login('"auth-provider":{"name":"oidc","config":{"id-token":"hunter2"}}');
SELECT with_login('"tokenFile":"/var/run/secrets/token"');
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
