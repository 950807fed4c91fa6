CREATE FOREIGN TABLE IF NOT EXISTS pods (
  name      text  OPTIONS (alias 'metadata.name')
, namespace text  OPTIONS (alias 'metadata.namespace')
, container text  OPTIONS (alias '{.spec.containers[0].image}')
, labels    jsonb OPTIONS (alias 'metadata.labels')
)
  SERVER kind
  OPTIONS (namespace 'kube-system', apiVersion 'v1', kind 'Pod');

CREATE FOREIGN TABLE IF NOT EXISTS deployments (
  name      text  OPTIONS (alias 'metadata.name')
, namespace text  OPTIONS (alias 'metadata.namespace')
, labels    jsonb OPTIONS (alias 'metadata.labels')
)
  SERVER kind
  OPTIONS (namespace 'kube-system', apiVersion 'apps/v1', kind 'Deployment');

CREATE FOREIGN TABLE IF NOT EXISTS replica_sets (
  name      text  OPTIONS (alias 'metadata.name')
, namespace text  OPTIONS (alias 'metadata.namespace')
, labels    jsonb OPTIONS (alias 'metadata.labels')
)
  SERVER kind
  OPTIONS (namespace 'kube-system', apiVersion 'apps/v1', kind 'ReplicaSet');
