-- id: hygiene-replicas
-- title: More than one pod does the work
-- severity: low
-- source: Kubernetes documentation: Disruptions
-- remedy: Set replicas to two or more, if the program allows it.
-- reads: workloads
SELECT w.kind, w.namespace, w.name, CASE WHEN w.spec->'replicas' = '1' THEN 'spec.replicas is 1' END AS alarm
  FROM workloads AS w WHERE w.kind IN ('Deployment', 'StatefulSet')
