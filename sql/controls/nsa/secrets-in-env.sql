-- id: nsa-secrets-in-env
-- title: Secrets are not in the environment
-- severity: low
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Secrets
-- remedy: Mount the Secret as a volume, which no other process and no crash report shows.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.%s has the Secret %s', c.place, s.field, s.name #>> '{}'), '; ' ORDER BY c.place, s.field, s.name) AS problems
      FROM containers AS c
     CROSS JOIN LATERAL (
       SELECT 'env', jsonb_path_query(c.container, '$.env[*].valueFrom.secretKeyRef.name')
       UNION SELECT 'envFrom', jsonb_path_query(c.container, '$.envFrom[*].secretRef.name')) AS s (field, name) GROUP BY c.id) AS b USING (id)
