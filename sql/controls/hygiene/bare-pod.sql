-- id: hygiene-bare-pod
-- title: Something makes a pod anew
-- severity: low
-- source: Kubernetes documentation: Configuration Best Practices, naked Pods
-- remedy: Have a Deployment or a Job make it: a pod alone is gone with its node.
-- reads: pods
SELECT p.kind, p.namespace, p.name, CASE WHEN jsonb_path_exists(p.owners, '$[*] ? (@.controller == true)') THEN NULL ELSE 'no controller owns it' END AS alarm
  FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
