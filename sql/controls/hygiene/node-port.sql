-- id: hygiene-node-port
-- title: No Service opens a port of all nodes
-- severity: low
-- source: Kubernetes documentation: Service, type NodePort
-- remedy: Use a Gateway, an Ingress or a load balancer, with allocateLoadBalancerNodePorts false if it takes that.
-- reads: services
SELECT s.kind, s.namespace, s.name,
       CASE WHEN s.spec->>'type' = 'NodePort' OR jsonb_path_exists(s.spec, '$.ports[*].nodePort ? (@ > 0)')
            THEN 'spec.ports has nodePort ' || (SELECT string_agg(p.port #>> '{}', ', ') FROM jsonb_path_query(s.spec, '$.ports[*].nodePort') AS p (port)) END AS alarm
  FROM services AS s
