-- What `docker compose up` ends with: a table with the pods of the example cluster. The image does not contain this
-- file.
\set ON_ERROR_STOP on
CREATE SERVER IF NOT EXISTS kind
  FOREIGN DATA WRAPPER k8s_fdw
  OPTIONS (kubeconfig '/kubeconfig/config');

CREATE FOREIGN TABLE IF NOT EXISTS pods (
  namespace text OPTIONS (alias 'metadata.namespace')
, name      text OPTIONS (alias 'metadata.name')
, phase     text OPTIONS (alias 'status.phase')
, image     text OPTIONS (alias '{.spec.containers[0].image}')
)
  SERVER kind
  OPTIONS (apiVersion 'v1', kind 'Pod');

SELECT namespace, name, phase, image FROM pods ORDER BY namespace, name;
