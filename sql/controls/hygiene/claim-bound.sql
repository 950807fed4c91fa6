-- id: hygiene-claim-bound
-- title: PersistentVolumeClaims have their volume
-- severity: medium
-- source: Kubernetes documentation: Persistent Volumes
-- remedy: See whether its StorageClass is there and makes volumes. With WaitForFirstConsumer a pod has to use it first.
-- reads: claims
SELECT c.kind, c.namespace, c.name, CASE WHEN c.status->>'phase' <> 'Bound' THEN format('status.phase is %s', c.status->>'phase') END AS alarm
  FROM claims AS c
