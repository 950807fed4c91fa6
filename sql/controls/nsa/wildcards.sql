-- id: nsa-wildcards
-- title: Roles name what they allow
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Authorization: role-based access control
-- remedy: Name verbs and resources: * is also what comes later.
-- reads: own_roles
SELECT r.kind, r.namespace, r.name,
       (SELECT string_agg(format('rules[%s] has *', u.nth - 1), '; ' ORDER BY u.nth)
          FROM jsonb_array_elements(CASE jsonb_typeof(r.rules) WHEN 'array' THEN r.rules END) WITH ORDINALITY AS u (rule, nth)
         WHERE u.rule->'verbs' ? '*' OR u.rule->'resources' ? '*') AS alarm
  FROM own_roles AS r
