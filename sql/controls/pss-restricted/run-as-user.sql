-- id: pss-restricted-run-as-user
-- title: Nothing runs as user 0
-- severity: medium
-- source: Pod Security Standards, Restricted: Running as Non-root user (v1.23+)
-- remedy: Set securityContext.runAsUser to another user than 0, or leave it to the image.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name,
       concat_ws('; ', CASE WHEN t.security->'runAsUser' = '0' THEN t.place || 'spec.securityContext.runAsUser is 0' END, b.problems) AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.securityContext.runAsUser is 0', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.security->'runAsUser' = '0' GROUP BY c.id) AS b USING (id)
