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
 CROSS JOIN LATERAL (SELECT a.spec #>> '{scaleTargetRef,kind}' AS kind, a.spec #>> '{scaleTargetRef,name}' AS name,
                            substring(a.spec #>> '{scaleTargetRef,apiVersion}' FROM '^(.*)/') AS api_group) AS r
  LEFT JOIN looked_at AS l ON l.kind = concat_ws('/', r.api_group, r.kind) AND l.kind IN ('apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'ReplicationController')
  LEFT JOIN workloads AS w ON w.namespace = a.namespace AND w.kind = r.kind AND w.name = r.name
