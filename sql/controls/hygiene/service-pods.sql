-- id: hygiene-service-pods
-- title: A Service has pods
-- severity: medium
-- source: Kubernetes documentation: Debug Services
-- remedy: Correct its selector or the labels of the pods, or delete it.
-- reads: services, pods
SELECT s.kind, s.namespace, s.name, CASE WHEN f.uid IS NULL THEN 'spec.selector selects no pod' END AS alarm
  FROM services AS s
  LEFT JOIN (
    SELECT DISTINCT v.uid FROM services AS v JOIN pods AS p ON p.namespace = v.namespace
     WHERE p.labels @> (v.spec->'selector') AND coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')) AS f USING (uid)
 WHERE coalesce(s.spec->'selector', '{}') <> '{}' AND s.spec->>'type' IS DISTINCT FROM 'ExternalName'
