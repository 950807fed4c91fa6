-- id: hygiene-workload-ready
-- title: All pods of a workload are ready
-- severity: high
-- source: Kubernetes documentation: Deployments, status of a deployment
-- remedy: Look at its pods, their events and logs: kubectl describe shows what is in the way.
-- reads: workloads
SELECT w.kind, w.namespace, w.name,
       CASE WHEN coalesce(v.ready, 0) < v.wanted THEN format('%s of %s pods are ready', coalesce(v.ready, 0), v.wanted) END AS alarm
  FROM workloads AS w
 CROSS JOIN LATERAL (
   SELECT CASE w.kind WHEN 'DaemonSet' THEN (w.status->>'desiredNumberScheduled')::integer ELSE (w.spec->>'replicas')::integer END AS wanted,
          CASE w.kind WHEN 'DaemonSet' THEN (w.status->>'numberReady')::integer ELSE (w.status->>'readyReplicas')::integer END AS ready) AS v
 WHERE w.kind IN ('Deployment', 'StatefulSet', 'DaemonSet')
