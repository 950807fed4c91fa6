-- id: nsa-default-deny-egress
-- title: Namespaces deny egress by default
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Network policies
-- remedy: Add a NetworkPolicy with an empty podSelector, the policy type Egress and no rules; then allow what is needed.
-- reads: namespaces, network_policies
SELECT n.kind, n.name AS namespace, n.name,
       CASE WHEN p.namespace IS NULL THEN 'no NetworkPolicy selects all pods with the type Egress and allows nothing' END AS alarm
  FROM namespaces AS n
  LEFT JOIN (
    SELECT DISTINCT d.namespace FROM network_policies AS d
     WHERE coalesce(d.spec->'podSelector', '{}') = '{}' AND d.spec->'policyTypes' ? 'Egress' AND coalesce(d.spec->'egress', '[]') = '[]') AS p ON p.namespace = n.name
