-- id: pss-baseline-host-ports
-- title: No container opens a port of the host
-- severity: medium
-- source: Pod Security Standards, Baseline: Host Ports
-- remedy: Remove hostPort, and put a Service before the pods.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.ports has hostPort %s', c.place, p.port), '; ' ORDER BY c.place) AS problems
      FROM containers AS c CROSS JOIN LATERAL jsonb_path_query(c.container, '$.ports[*].hostPort ? (@ != 0)') AS p (port) GROUP BY c.id) AS b USING (id)
