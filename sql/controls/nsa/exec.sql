-- id: nsa-exec
-- title: Few roles run programs in pods
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Authorization: role-based access control
-- remedy: Leave pods/exec and pods/attach to administrators.
-- reads: own_roles
SELECT r.kind, r.namespace, r.name,
       (SELECT string_agg(format('rules[%s] allows pods/exec or pods/attach', u.nth - 1), '; ' ORDER BY u.nth)
          FROM jsonb_array_elements(CASE jsonb_typeof(r.rules) WHEN 'array' THEN r.rules END) WITH ORDINALITY AS u (rule, nth)
         WHERE (k8s_fdw.rule_allows(u.rule, 'create', 'pods/exec') OR k8s_fdw.rule_allows(u.rule, 'create', 'pods/attach'))) AS alarm
  FROM own_roles AS r
