-- id: pss-baseline-proc-mount
-- title: /proc is masked
-- severity: medium
-- source: Pod Security Standards, Baseline: /proc Mount Type
-- remedy: Remove securityContext.procMount.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.securityContext.procMount is %s', c.place, c.security->>'procMount'), '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.security->>'procMount' <> 'Default' GROUP BY c.id) AS b USING (id)
