SELECT deployments.name AS deployment_name, replica_sets.name AS replica_name, pods.name AS pod_name
  FROM deployments
  JOIN replica_sets ON replica_sets.name LIKE deployments.name || '-%'
  JOIN pods ON pods.name LIKE replica_sets.name || '-%';
