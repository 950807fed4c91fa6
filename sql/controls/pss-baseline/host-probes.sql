-- id: pss-baseline-host-probes
-- title: No probe and no lifecycle hook names a host
-- severity: medium
-- source: Pod Security Standards, Baseline: Host Probes / Lifecycle Hooks (v1.34+)
-- remedy: Remove host from httpGet and tcpSocket, so that the kubelet asks the pod itself.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.%s names the host %s', c.place, f.field, h.host #>> '{}'), '; ' ORDER BY c.place) AS problems
      FROM containers AS c
     CROSS JOIN (VALUES ('livenessProbe', '$.livenessProbe.*.host'), ('readinessProbe', '$.readinessProbe.*.host'),
                        ('startupProbe', '$.startupProbe.*.host'), ('lifecycle', '$.lifecycle.*.*.host')) AS f (field, path)
     CROSS JOIN LATERAL jsonb_path_query(c.container, f.path::jsonpath) AS h (host)
     WHERE h.host <> '""' GROUP BY c.id) AS b USING (id)
