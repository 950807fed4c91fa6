-- What is kept, and where it is brought. It runs at each start, so every statement of it can be repeated. What is added
-- here needs a right in rights.yaml, and its table in the other Postgres: k8s_fdw.remote_script().
SET client_min_messages = warning;

CREATE SERVER IF NOT EXISTS kind
  FOREIGN DATA WRAPPER k8s_fdw
  OPTIONS (kubeconfig '/kubeconfig');

CREATE SCHEMA IF NOT EXISTS cluster;

CREATE FOREIGN TABLE IF NOT EXISTS cluster.pods (
  namespace text
, name      text
, phase     text        OPTIONS (alias 'status.phase')
, node      text        OPTIONS (alias 'spec.nodeName')
, image     text        OPTIONS (alias 'spec.containers[0].image')
, restarts  bigint      OPTIONS (alias 'status.containerStatuses[0].restartCount')
, labels    jsonb       OPTIONS (alias 'metadata.labels')
, created   timestamptz OPTIONS (alias 'metadata.creationTimestamp')
)
  SERVER kind
  OPTIONS (object 'pods');

CREATE FOREIGN TABLE IF NOT EXISTS cluster.deployments (
  namespace text
, name      text
, replicas  bigint OPTIONS (alias 'spec.replicas')
, ready     bigint OPTIONS (alias 'status.readyReplicas')
, image     text   OPTIONS (alias 'spec.template.spec.containers[0].image')
, labels    jsonb  OPTIONS (alias 'metadata.labels')
)
  SERVER kind
  OPTIONS (object 'deployments');

CREATE FOREIGN TABLE IF NOT EXISTS cluster.events (
  namespace text
, name      text
, type      text
, reason    text
, object    text        OPTIONS (alias 'involvedObject.name')
, message   text
, seen      timestamptz OPTIONS (alias 'lastTimestamp')
)
  SERVER kind
  OPTIONS (object 'events');

-- Host, user and password are in the section [remote] of the Secret's pg_service.conf.
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE EXTENSION IF NOT EXISTS dblink;

CREATE SERVER IF NOT EXISTS remote
  FOREIGN DATA WRAPPER postgres_fdw
  OPTIONS (service 'remote');

CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER remote;

-- Which table is brought to which: those of the same name. Only the names count here.
CREATE SCHEMA IF NOT EXISTS remote;
CREATE FOREIGN TABLE IF NOT EXISTS remote.pods () SERVER remote OPTIONS (schema_name 'kubernetes');
CREATE FOREIGN TABLE IF NOT EXISTS remote.deployments () SERVER remote OPTIONS (schema_name 'kubernetes');
CREATE FOREIGN TABLE IF NOT EXISTS remote.events () SERVER remote OPTIONS (schema_name 'kubernetes');

SELECT relation, rows, problem
FROM k8s_fdw.keep_all('cluster', 'remote', every => '10 seconds', history => true, keep_for => '7 days');

CALL k8s_fdw.follow('remote');
