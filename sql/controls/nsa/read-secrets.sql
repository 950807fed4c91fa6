-- id: nsa-read-secrets
-- title: Few roles read Secrets
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Authorization: role-based access control
-- remedy: Name the Secrets in resourceNames, with the verb get alone.
-- reads: own_roles
SELECT r.kind, r.namespace, r.name,
       (SELECT string_agg(format('rules[%s] reads all Secrets', u.nth - 1), '; ' ORDER BY u.nth)
          FROM jsonb_array_elements(CASE jsonb_typeof(r.rules) WHEN 'array' THEN r.rules END) WITH ORDINALITY AS u (rule, nth)
         WHERE (k8s_fdw.rule_allows(u.rule, 'get', 'secrets') OR k8s_fdw.rule_allows(u.rule, 'list', 'secrets') OR k8s_fdw.rule_allows(u.rule, 'watch', 'secrets'))) AS alarm
  FROM own_roles AS r
