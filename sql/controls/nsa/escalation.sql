-- id: nsa-escalation
-- title: No role can give itself more
-- severity: high
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Authorization: role-based access control
-- remedy: Leave escalate, bind and impersonate to administrators.
-- reads: own_roles
SELECT r.kind, r.namespace, r.name,
       (SELECT string_agg(format('rules[%s] allows escalate, bind or impersonate', u.nth - 1), '; ' ORDER BY u.nth)
          FROM jsonb_array_elements(CASE jsonb_typeof(r.rules) WHEN 'array' THEN r.rules END) WITH ORDINALITY AS u (rule, nth)
         WHERE u.rule->'verbs' ?| ARRAY['escalate', 'bind', 'impersonate', '*'] AND (u.rule->'resources' ?| ARRAY['*', 'roles', 'clusterroles', 'users', 'groups', 'serviceaccounts', 'rolebindings', 'clusterrolebindings'])) AS alarm
  FROM own_roles AS r
