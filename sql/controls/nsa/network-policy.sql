-- id: nsa-network-policy
-- title: A NetworkPolicy is about each pod
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Network policies
-- remedy: Add a NetworkPolicy that selects the pod, or one for all pods of the namespace.
-- reads: pods, network_policies
SELECT p.kind, p.namespace, p.name, CASE WHEN s.uid IS NULL THEN 'no NetworkPolicy selects it' END AS alarm
  FROM pods AS p
  LEFT JOIN (
    SELECT DISTINCT q.uid FROM pods AS q JOIN network_policies AS n ON n.namespace = q.namespace
     WHERE k8s_fdw.matches(coalesce(q.labels, '{}'), coalesce(n.spec->'podSelector', '{}'))) AS s USING (uid)
 WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed') AND p.spec->'hostNetwork' IS DISTINCT FROM 'true'
