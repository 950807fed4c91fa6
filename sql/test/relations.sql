-- Relations, as far as no cluster is needed: label selectors and ages against what apimachinery made of the same
-- (test/unit/apimachinery), rules, what pods name, and what is refused.
\pset format unaligned
\pset tuples_only on
\set selectors `cat "$REPOSITORY/test/unit/apimachinery/selectors.json"`
\set durations `cat "$REPOSITORY/test/unit/apimachinery/durations.json"`

-- NULL for an error.
CREATE FUNCTION matches_or_null(jsonb, jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN k8s_fdw.matches($1, $2);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;
CREATE TEMPORARY TABLE answers AS
  SELECT a.labels, a.selector, (e.one->>'matches')::boolean AS theirs, matches_or_null(a.labels, a.selector) AS ours
    FROM jsonb_array_elements(:'selectors') AS e (one)
   CROSS JOIN LATERAL (SELECT nullif(e.one->'labels', 'null') AS labels, nullif(e.one->'selector', 'null') AS selector) AS a;
-- What apimachinery refuses is refused, unless matchLabels alone say no.
SELECT * FROM answers WHERE ours IS DISTINCT FROM theirs AND NOT (theirs IS NULL AND ours = false AND NOT coalesce(labels, '{}') @> (selector->'matchLabels'));
SELECT count(*), count(*) FILTER (WHERE theirs) > 100 AS match, count(*) FILTER (WHERE theirs IS NULL) > 20 AS refused FROM answers;
SELECT e.one, k8s_fdw.human_duration((e.one->>0)::bigint) FROM jsonb_array_elements(:'durations') AS e (one)
 WHERE k8s_fdw.human_duration((e.one->>0)::bigint) <> e.one->>1;

-- Postgres puts the expression in place of the call.
SELECT proname, provolatile, proparallel FROM pg_proc WHERE pronamespace = 'k8s_fdw'::regnamespace AND proname = 'matches';
EXPLAIN (VERBOSE, COSTS OFF) SELECT k8s_fdw.matches(labels, selector) FROM answers;
SELECT k8s_fdw.matches('{"a": "b"}', NULL), k8s_fdw.matches('{"a": "b"}', 'null'), k8s_fdw.matches(NULL, '{}'), k8s_fdw.matches('{"a": "b"}', '{"matchLabels": null, "matchExpressions": null}');
SELECT k8s_fdw.matches('{}', '[]');
SELECT k8s_fdw.matches('{}', '{"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}');

-- Rules. (test/e2e/relations/rights.test.ts asks the API server.)
SELECT k8s_fdw.rule_allows('{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}', 'get', 'pods'),
       k8s_fdw.rule_allows('{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}', 'get', 'pods/log'),
       k8s_fdw.rule_allows('{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*/log"]}', 'get', 'pods/log'),
       k8s_fdw.rule_allows('{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}', 'get', 'pods', name => 'a'),
       k8s_fdw.rule_allows('{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}', 'get', 'pods'),
       k8s_fdw.rule_allows(NULL, 'get', 'pods'),
       k8s_fdw.rule_allows_url('{"verbs": ["get"], "nonResourceURLs": ["/metrics/*"]}', 'get', '/metrics/slow'),
       k8s_fdw.rule_allows_url('{"verbs": ["get"], "nonResourceURLs": ["/metrics"]}', 'get', '/metrics/slow');

-- By every field of a volume that takes the name of a Secret.
SELECT * FROM k8s_fdw.pod_references($$[
  {"name": "a", "secret": {"secretName": "one"}}, {"name": "b", "azureFile": {"secretName": "two"}}, {"name": "c", "cephfs": {"secretRef": {"name": "three"}}},
  {"name": "d", "cinder": {"secretRef": {"name": "four"}}}, {"name": "e", "flexVolume": {"secretRef": {"name": "five"}}}, {"name": "f", "rbd": {"secretRef": {"name": "six"}}},
  {"name": "g", "scaleIO": {"secretRef": {"name": "seven"}}}, {"name": "h", "iscsi": {"secretRef": {"name": "eight"}}}, {"name": "i", "storageos": {"secretRef": {"name": "nine"}}},
  {"name": "j", "csi": {"nodePublishSecretRef": {"name": "ten"}}}, {"name": "k", "projected": {"sources": [{"secret": {"name": "eleven", "optional": true}}, {"configMap": {"name": "twelve"}}]}},
  {"name": "l", "configMap": {"name": ""}}, {"name": "m", "emptyDir": {}}]$$, NULL, NULL, NULL, NULL);

-- Which column has a field, at whatever depth the table was imported.
CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.256');
CREATE SCHEMA cluster;
CREATE FOREIGN TABLE cluster.pods (name text, namespace text, uid text, labels jsonb, creation_timestamp timestamptz, node_name text OPTIONS (alias 'spec.nodeName'),
  image text OPTIONS (alias '{.spec.containers[0].image}'), status jsonb, replicas integer OPTIONS (alias '{.spec.replicas}'), attrs jsonb) SERVER kind OPTIONS (apiVersion 'v1', kind 'Pod');
SELECT f, t, k8s_fdw.field_expression(k8s_fdw.shown_fields('cluster.pods'), f, t)
  FROM (VALUES ('spec.nodeName', 'text'), ('spec.nodeName', 'jsonb'), ('spec.volumes', 'jsonb'), ('status.phase', 'text'), ('status', 'jsonb'), ('spec.replicas', 'integer'),
               ('metadata.creationTimestamp', 'timestamptz'), ('metadata.generation', 'bigint'), ('involvedObject', 'jsonb')) AS v (f, t);
CREATE FOREIGN TABLE cluster.widgets (name text, uid text, involved_object jsonb) SERVER kind OPTIONS (apiVersion 'example.com/v1', kind 'Widget');
SELECT f, k8s_fdw.field_expression(k8s_fdw.shown_fields('cluster.widgets'), f, 'jsonb') FROM (VALUES ('involvedObject'), ('spec')) AS v (f);

-- Refused.
CREATE SCHEMA empty;
SELECT * FROM k8s_fdw.relations('nowhere');
SELECT * FROM k8s_fdw.relations('kind');
SELECT * FROM k8s_fdw.relations('empty');
SELECT * FROM k8s_fdw.relations('kind', 'empty');
SELECT * FROM k8s_fdw.relations('cluster', 'nowhere');
SELECT k8s_fdw.drop_relations('nowhere');
SELECT * FROM k8s_fdw.tree('pod/web');
-- Made without asking the cluster, which is away; what others have put there is left alone.
SET client_min_messages = warning;
CREATE TABLE cluster.objects (name text);
SELECT * FROM k8s_fdw.relations('kind', 'cluster');
DROP TABLE cluster.objects;
SELECT * FROM k8s_fdw.relations('kind', 'cluster');
SELECT * FROM k8s_fdw.relations('cluster', 'empty');
SELECT * FROM k8s_fdw.tree('pod/web');
SELECT * FROM k8s_fdw.tree('pod', in_schema => 'cluster');
SELECT * FROM k8s_fdw.tree('gadget/web', in_schema => 'cluster');
SELECT * FROM k8s_fdw.tree('pod/web', in_schema => 'public');
SELECT w, k.* FROM unnest(ARRAY['pod', 'Pod', 'pods', 'po', 'widget', 'widgets.example.com', 'widgets.v1.example.com', 'widgets.v2.example.com', 'pods.example.com']) AS w LEFT JOIN k8s_fdw.kinds_named('cluster.objects', w) AS k ON true;
CREATE ROLE k8s_fdw_test_related;
GRANT USAGE, CREATE ON SCHEMA cluster TO k8s_fdw_test_related;
GRANT USAGE ON FOREIGN SERVER kind TO k8s_fdw_test_related;
SET ROLE k8s_fdw_test_related;
SELECT * FROM k8s_fdw.relations('cluster');
RESET ROLE;
DROP OWNED BY k8s_fdw_test_related;
DROP ROLE k8s_fdw_test_related;
-- A table without the columns of a view; and one that shows less than the kind.
DROP SCHEMA cluster, empty CASCADE;
CREATE SCHEMA cluster;
CREATE FOREIGN TABLE cluster.pods (name text, namespace text, uid text) SERVER kind OPTIONS (apiVersion 'v1', kind 'Pod');
CREATE FOREIGN TABLE cluster.web (name text, uid text) SERVER kind OPTIONS (apiVersion 'v1', kind 'Service', label_selector 'app=web');
RESET client_min_messages;
SELECT * FROM k8s_fdw.relations('cluster');
SELECT * FROM k8s_fdw.missing_kinds('[{"kind": "cluster.pods has no column that shows spec.volumes", "view": "pod_volumes"}, {"kind": "Secret", "view": "pod_secrets"}, {"kind": "example.com/Widget", "view": "objects"}, {"kind": "Node", "view": "pod_nodes"}]',
  '{"Node": "not today"}', '[{"name": "secrets", "api_version": "v1", "kind": "Secret", "verbs": ["list"]}]', 'cluster', 'kind', '{pod_secrets}');
