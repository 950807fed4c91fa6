-- id: hygiene-cpu-limit
-- title: Containers have a limit of CPU
-- severity: low
-- source: Kubernetes documentation: Resource Management for Pods and Containers
-- remedy: Set resources.limits.cpu, or a LimitRange; without it a container may take what is idle.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.resources.limits.cpu is not set', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.list = 'containers' AND c.container #> '{resources,limits,cpu}' IS NULL GROUP BY c.id) AS b USING (id)
