-- The talk's DDL as it stands, but for the kubeconfig's path.
SELECT server_file('kubeconfig', 'apiVersion: v1
kind: Config
clusters:
- name: kind
  cluster:
    server: http://127.0.0.1:8001
contexts:
- name: kind
  context:
    cluster: kind
    user: reader
current-context: kind
users:
- name: reader
  user:
    token: talk-token
') AS kubeconfig
\gset

CREATE SERVER IF NOT EXISTS kind
  FOREIGN DATA WRAPPER k8s_fdw
  OPTIONS (kubeconfig :'kubeconfig');
CREATE SERVER IF NOT EXISTS kind
  FOREIGN DATA WRAPPER k8s_fdw
  OPTIONS (kubeconfig :'kubeconfig');

CREATE FOREIGN TABLE IF NOT EXISTS pods (
  name      text  OPTIONS (alias 'metadata.name')
, namespace text  OPTIONS (alias 'metadata.namespace')
, container text  OPTIONS (alias '{.spec.containers[0].image}')
, labels    jsonb OPTIONS (alias 'metadata.labels')
)
  SERVER kind
  OPTIONS (namespace 'kube-system', apiVersion 'v1', kind 'Pod');
CREATE FOREIGN TABLE IF NOT EXISTS pods (
  name      text  OPTIONS (alias 'metadata.name')
)
  SERVER kind
  OPTIONS (namespace 'kube-system', apiVersion 'v1', kind 'Pod');

SELECT replace(options_of('kind'), :'kubeconfig', '<path>');
SELECT option_name, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions)
 WHERE srvname = 'kind' AND option_name LIKE 'fdw%' ORDER BY 1;
SELECT option_name, option_value FROM pg_foreign_table, pg_options_to_table(ftoptions) ORDER BY 1;
SELECT k8s_fdw.version() = extversion FROM pg_extension WHERE extname = 'k8s_fdw';
