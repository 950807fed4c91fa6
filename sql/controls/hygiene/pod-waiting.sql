-- id: hygiene-pod-waiting
-- title: No container waits in vain
-- severity: high
-- source: Kubernetes documentation: Pod Lifecycle, container states
-- remedy: The reason says what is missing: an image, a ConfigMap, or a program that does not end at once.
-- reads: pods
SELECT p.kind, p.namespace, p.name,
       (SELECT string_agg(format('container %s waits: %s', s.status->>'name', concat_ws(': ', s.status #>> '{state,waiting,reason}', s.status #>> '{state,waiting,message}')), '; ')
          FROM (SELECT jsonb_path_query(p.status, '$.initContainerStatuses[*]') UNION ALL SELECT jsonb_path_query(p.status, '$.containerStatuses[*]')) AS s (status)
         WHERE s.status #>> '{state,waiting,reason}' NOT IN ('ContainerCreating', 'PodInitializing')) AS alarm
  FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
