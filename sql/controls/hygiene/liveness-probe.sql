-- id: hygiene-liveness-probe
-- title: Containers are restarted when they hang
-- severity: low
-- source: Kubernetes documentation: Liveness, Readiness, and Startup Probes
-- remedy: Set livenessProbe, unless the process ends by itself when it is broken.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.livenessProbe is not set', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.list = 'containers' AND c.container->'livenessProbe' IS NULL GROUP BY c.id) AS b USING (id)
 WHERE NOT t.ends
