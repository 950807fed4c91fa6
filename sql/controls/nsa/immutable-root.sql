-- id: nsa-immutable-root
-- title: Root file systems of containers cannot be written
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Immutable container file systems
-- remedy: Set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where something is written.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.securityContext.readOnlyRootFilesystem is not true', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE NOT c.windows AND c.security->'readOnlyRootFilesystem' IS DISTINCT FROM 'true' GROUP BY c.id) AS b USING (id)
