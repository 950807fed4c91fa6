-- id: pss-baseline-privileged
-- title: No container is privileged
-- severity: critical
-- source: Pod Security Standards, Baseline: Privileged Containers
-- remedy: Remove securityContext.privileged, and add the single capability that is needed.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.securityContext.privileged is true', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.security @> '{"privileged": true}' GROUP BY c.id) AS b USING (id)
