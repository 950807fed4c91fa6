-- id: hygiene-restarts
-- title: Containers are seldom restarted
-- severity: medium
-- source: Kubernetes documentation: Pod Lifecycle, how Pods handle problems with containers
-- remedy: The last state says why it ended: out of memory, a failing liveness probe, or an error of its own.
-- reads: pods
SELECT p.kind, p.namespace, p.name,
       (SELECT string_agg(format('container %s was restarted %s times%s', s.status->>'name', s.status->>'restartCount',
                                 ', the last time because of ' || (s.status #>> '{lastState,terminated,reason}')), '; ')
          FROM (SELECT jsonb_path_query(p.status, '$.initContainerStatuses[*]') UNION ALL SELECT jsonb_path_query(p.status, '$.containerStatuses[*]')) AS s (status)
         WHERE (s.status->>'restartCount')::integer >= 5) AS alarm
  FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
