-- id: nsa-anonymous
-- title: Nobody has rights without a name
-- severity: critical
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Authentication: anonymous requests
-- remedy: Take system:anonymous and system:unauthenticated out of the binding.
-- reads: bindings
SELECT b.kind, b.namespace, b.name,
       CASE WHEN NOT coalesce(b.labels->>'kubernetes.io/bootstrapping' = 'rbac-defaults' AND b.role->>'name' = 'system:public-info-viewer', false) THEN
         (SELECT string_agg(format('%s has the %s %s', s.subject->>'name', b.role->>'kind', b.role->>'name'), '; ')
            FROM jsonb_path_query(b.subjects, '$[*] ? (@.name == "system:anonymous" || @.name == "system:unauthenticated")') AS s (subject)) END AS alarm
  FROM bindings AS b
