-- id: nsa-resource-policies
-- title: Namespaces bound what they use
-- severity: low
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Resource policies
-- remedy: Add a ResourceQuota for the namespace, and a LimitRange for containers that set nothing themselves.
-- reads: namespaces, quotas, limit_ranges
SELECT n.kind, n.name AS namespace, n.name,
       concat_ws('; ', CASE WHEN q.namespace IS NULL THEN 'it has no ResourceQuota' END, CASE WHEN r.namespace IS NULL THEN 'it has no LimitRange' END) AS alarm
  FROM namespaces AS n
  LEFT JOIN (SELECT DISTINCT u.namespace FROM quotas AS u) AS q ON q.namespace = n.name
  LEFT JOIN (SELECT DISTINCT l.namespace FROM limit_ranges AS l) AS r ON r.namespace = n.name
