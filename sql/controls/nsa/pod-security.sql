-- id: nsa-pod-security
-- title: Namespaces enforce a Pod Security Standard
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Pod security enforcement
-- remedy: Label the namespace pod-security.kubernetes.io/enforce=baseline, or restricted; what warns before: warn=restricted.
-- reads: namespaces
SELECT n.kind, n.name AS namespace, n.name,
       CASE WHEN n.labels->>'pod-security.kubernetes.io/enforce' IN ('baseline', 'restricted') THEN NULL
            ELSE 'the label pod-security.kubernetes.io/enforce is ' || coalesce(n.labels->>'pod-security.kubernetes.io/enforce', 'not set') END AS alarm
  FROM namespaces AS n
