-- id: nsa-default-deny-ingress
-- title: Namespaces deny ingress by default
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Network policies
-- remedy: Add a NetworkPolicy with an empty podSelector, the policy type Ingress and no rules; then allow what is needed.
-- reads: namespaces, network_policies
SELECT n.kind, n.name AS namespace, n.name,
       CASE WHEN p.namespace IS NULL THEN 'no NetworkPolicy selects all pods with the type Ingress and allows nothing' END AS alarm
  FROM namespaces AS n
  LEFT JOIN (
    SELECT DISTINCT d.namespace FROM network_policies AS d
     WHERE coalesce(d.spec->'podSelector', '{}') = '{}' AND d.spec->'policyTypes' ? 'Ingress' AND coalesce(d.spec->'ingress', '[]') = '[]') AS p ON p.namespace = n.name
