-- id: nsa-secrets-in-plain-text
-- title: No password stands in a manifest
-- severity: high
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Secrets
-- remedy: Put the value into a Secret, and change it, for everybody who may read pods has seen it.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.env[%s] has a value', c.place, e.variable->>'name'), '; ' ORDER BY c.place, e.variable->>'name') AS problems
      FROM containers AS c CROSS JOIN LATERAL jsonb_path_query(c.container, '$.env[*]') AS e (variable)
     WHERE e.variable->>'value' <> '' AND e.variable->>'name' ~* '(^|_)(password|passwd|secret|token|api_?key|private_?key|access_?key|credentials?)$'
     GROUP BY c.id) AS b USING (id)
