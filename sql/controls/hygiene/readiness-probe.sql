-- id: hygiene-readiness-probe
-- title: Containers say when they can answer
-- severity: medium
-- source: Kubernetes documentation: Liveness, Readiness, and Startup Probes
-- remedy: Set readinessProbe, so that a Service sends nothing before.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.readinessProbe is not set', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.list = 'containers' AND c.container->'readinessProbe' IS NULL GROUP BY c.id) AS b USING (id)
 WHERE NOT t.ends
