-- id: pss-restricted-run-as-non-root
-- title: Containers must not run as root
-- severity: medium
-- source: Pod Security Standards, Restricted: Running as Non-root
-- remedy: Set securityContext.runAsNonRoot to true for the pod, and to false for no container.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name,
       concat_ws('; ', CASE WHEN t.security->'runAsNonRoot' = 'false' THEN t.place || 'spec.securityContext.runAsNonRoot is false' END, b.problems) AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.securityContext.runAsNonRoot is not true', '; ' ORDER BY c.place) AS problems
      FROM containers AS c
     WHERE coalesce(c.security->'runAsNonRoot', c.pod_security->'runAsNonRoot') IS DISTINCT FROM 'true' GROUP BY c.id) AS b USING (id)
