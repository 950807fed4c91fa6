-- id: hygiene-cpu-request
-- title: Containers say how much CPU they need
-- severity: medium
-- source: Kubernetes documentation: Resource Management for Pods and Containers
-- remedy: Set resources.requests.cpu to what the container uses as a rule.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.resources.requests.cpu is not set', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.list = 'containers' AND coalesce(c.container #> '{resources,requests,cpu}', c.container #> '{resources,limits,cpu}') IS NULL GROUP BY c.id) AS b USING (id)
