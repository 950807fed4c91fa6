-- id: hygiene-pod-scheduled
-- title: Pods find a node
-- severity: high
-- source: Kubernetes documentation: Pod Lifecycle, pod conditions
-- remedy: Ask for less, add nodes, or change what the pod demands of a node.
-- reads: pods
SELECT p.kind, p.namespace, p.name,
       (SELECT string_agg(concat_ws(': ', c.condition->>'reason', c.condition->>'message'), '; ')
          FROM jsonb_path_query(p.status, '$.conditions[*] ? (@.type == "PodScheduled" && @.status == "False")') AS c (condition)) AS alarm
  FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
