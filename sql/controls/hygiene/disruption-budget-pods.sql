-- id: hygiene-disruption-budget-pods
-- title: A PodDisruptionBudget has pods
-- severity: low
-- source: Kubernetes documentation: Specifying a Disruption Budget for your Application
-- remedy: Correct its selector, or delete it.
-- reads: pod_disruption_budgets, pods
SELECT b.kind, b.namespace, b.name, CASE WHEN s.uid IS NULL THEN 'spec.selector selects no pod' END AS alarm
  FROM pod_disruption_budgets AS b
  LEFT JOIN (
    SELECT DISTINCT d.uid FROM pod_disruption_budgets AS d JOIN pods AS p ON p.namespace = d.namespace
     WHERE k8s_fdw.matches(coalesce(p.labels, '{}'), d.spec->'selector')) AS s USING (uid)
