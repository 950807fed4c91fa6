-- id: hygiene-memory-request
-- title: Containers say how much memory they need
-- severity: medium
-- source: Kubernetes documentation: Resource Management for Pods and Containers
-- remedy: Set resources.requests.memory to what the container uses at most.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.resources.requests.memory is not set', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.list = 'containers' AND coalesce(c.container #> '{resources,requests,memory}', c.container #> '{resources,limits,memory}') IS NULL GROUP BY c.id) AS b USING (id)
