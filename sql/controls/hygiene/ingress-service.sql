-- id: hygiene-ingress-service
-- title: An Ingress leads to Services that are there
-- severity: medium
-- source: Kubernetes documentation: Ingress
-- remedy: Correct the name of the Service, or delete the path.
-- reads: ingresses, services
SELECT i.kind, i.namespace, i.name, m.problems AS alarm
  FROM ingresses AS i
  LEFT JOIN (
    SELECT b.uid, string_agg(format('Service %s is not there', b.service), '; ' ORDER BY b.service) AS problems
      FROM (SELECT DISTINCT n.uid, n.namespace, p.name #>> '{}' AS service
              FROM ingresses AS n
             CROSS JOIN LATERAL (SELECT jsonb_path_query(n.spec, '$.rules[*].http.paths[*].backend.service.name')
                                 UNION ALL SELECT jsonb_path_query(n.spec, '$.defaultBackend.service.name')) AS p (name)) AS b
      LEFT JOIN services AS s ON s.namespace = b.namespace AND s.name = b.service WHERE s.uid IS NULL GROUP BY b.uid) AS m USING (uid)
