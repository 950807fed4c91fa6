-- id: hygiene-node-healthy
-- title: Nodes are ready, and have enough of everything
-- severity: high
-- source: Kubernetes documentation: Node Status
-- remedy: Look at the node and its kubelet.
-- reads: nodes
SELECT n.kind, n.namespace, n.name,
       concat_ws('; ',
         CASE WHEN NOT coalesce(jsonb_path_exists(n.status, '$.conditions[*] ? (@.type == "Ready")'), false) THEN 'it has no condition Ready' END,
         (SELECT string_agg(format('%s is %s%s', c.condition->>'type', c.condition->>'status', ': ' || (c.condition->>'message')), '; ')
            FROM jsonb_path_query(n.status, '$.conditions[*]') AS c (condition)
           WHERE CASE WHEN c.condition->>'type' = 'Ready' THEN c.condition->>'status' <> 'True'
                      WHEN c.condition->>'type' IN ('MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable') THEN c.condition->>'status' = 'True' END)) AS alarm
  FROM nodes AS n
