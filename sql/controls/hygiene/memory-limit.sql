-- id: hygiene-memory-limit
-- title: Containers have a limit of memory
-- severity: medium
-- source: Kubernetes documentation: Resource Management for Pods and Containers
-- remedy: Set resources.limits.memory: without it one container takes the memory of all.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.resources.limits.memory is not set', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.list = 'containers' AND c.container #> '{resources,limits,memory}' IS NULL GROUP BY c.id) AS b USING (id)
