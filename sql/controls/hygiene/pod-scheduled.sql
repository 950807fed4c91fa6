-- id: hygiene-pod-scheduled
-- title: Pods find a node
-- severity: high
-- source: Kubernetes documentation: Pod Lifecycle, pod conditions
-- remedy: Ask for less, add nodes, or change what the pod demands of a node.
-- reads: pods
SELECT p.kind, p.namespace, p.name,
       CASE WHEN p.spec->>'nodeName' IS NULL AND NOT coalesce(jsonb_path_exists(p.status, '$.conditions[*] ? (@.type == "PodScheduled")'), false)
            THEN format('it has no node, and no condition PodScheduled: does the scheduler %s run?', p.spec->>'schedulerName')
            ELSE (SELECT string_agg(coalesce(nullif(concat_ws(': ', c.condition->>'reason', c.condition->>'message'), ''), 'the condition PodScheduled is False'), '; ')
                    FROM jsonb_path_query(p.status, '$.conditions[*] ? (@.type == "PodScheduled" && @.status == "False")') AS c (condition)) END AS alarm
  FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
