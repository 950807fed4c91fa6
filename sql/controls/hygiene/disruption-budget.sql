-- id: hygiene-disruption-budget
-- title: A PodDisruptionBudget lets a node be drained
-- severity: medium
-- source: Kubernetes documentation: Specifying a Disruption Budget for your Application
-- remedy: Allow one pod to be away at least: maxUnavailable 1, or more replicas than minAvailable.
-- reads: pod_disruption_budgets
SELECT b.kind, b.namespace, b.name,
       CASE WHEN b.spec->>'maxUnavailable' IN ('0', '0%') THEN format('spec.maxUnavailable is %s', b.spec->>'maxUnavailable')
            WHEN b.spec->>'minAvailable' = '100%' THEN 'spec.minAvailable is 100%'
            WHEN v.expected > 0 AND v.desired >= v.expected THEN format('%s of %s pods must be there', v.desired, v.expected)
            WHEN v.expected > 0 AND v.allowed = 0 THEN format('status.disruptionsAllowed is 0: %s of %s pods are healthy, and %s must be', v.healthy, v.expected, v.desired) END AS alarm
  FROM pod_disruption_budgets AS b
 CROSS JOIN LATERAL (
   SELECT (b.status->>'expectedPods')::integer AS expected, (b.status->>'desiredHealthy')::integer AS desired,
          (b.status->>'currentHealthy')::integer AS healthy, (b.status->>'disruptionsAllowed')::integer AS allowed) AS v
