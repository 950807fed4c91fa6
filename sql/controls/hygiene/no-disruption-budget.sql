-- id: hygiene-no-disruption-budget
-- title: Pods of a workload are not all evicted at once
-- severity: low
-- source: Kubernetes documentation: Disruptions
-- remedy: Add a PodDisruptionBudget for its pods, with maxUnavailable 1.
-- reads: workloads, pod_disruption_budgets
SELECT w.kind, w.namespace, w.name, CASE WHEN s.uid IS NULL THEN 'no PodDisruptionBudget selects its pods' END AS alarm
  FROM workloads AS w
  LEFT JOIN (
    SELECT DISTINCT v.uid FROM workloads AS v JOIN pod_disruption_budgets AS b ON b.namespace = v.namespace
     WHERE k8s_fdw.matches(coalesce(v.spec #> '{template,metadata,labels}', '{}'), b.spec->'selector')) AS s USING (uid)
 WHERE w.kind IN ('Deployment', 'StatefulSet') AND (w.spec->>'replicas')::integer > 1
