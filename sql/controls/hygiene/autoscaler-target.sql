-- id: hygiene-autoscaler-target
-- title: An autoscaler has something to scale
-- severity: medium
-- source: Kubernetes documentation: Horizontal Pod Autoscaling
-- remedy: Correct spec.scaleTargetRef, or delete the autoscaler.
-- reads: autoscalers, workloads, looked_at
SELECT a.kind, a.namespace, a.name,
       CASE WHEN l.kind IS NOT NULL AND w.uid IS NULL THEN format('spec.scaleTargetRef names %s %s, which is not there', r.kind, r.name) END AS alarm,
       CASE WHEN l.kind IS NULL THEN format('spec.scaleTargetRef names a %s, and no table of workloads shows that kind', r.kind) END AS skip
  FROM autoscalers AS a
 CROSS JOIN LATERAL (SELECT a.spec #>> '{scaleTargetRef,kind}' AS kind, a.spec #>> '{scaleTargetRef,name}' AS name) AS r
  LEFT JOIN looked_at AS l ON l.kind = r.kind AND r.kind IN ('Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController')
  LEFT JOIN workloads AS w ON w.namespace = a.namespace AND w.kind = r.kind AND w.name = r.name
