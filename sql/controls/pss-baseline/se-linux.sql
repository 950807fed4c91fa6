-- id: pss-baseline-se-linux
-- title: SELinux is left as the host has it
-- severity: medium
-- source: Pod Security Standards, Baseline: SELinux
-- remedy: Remove user and role from seLinuxOptions, and all types but those for containers.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT s.id, string_agg(format('%s.securityContext.seLinuxOptions.%s is %s', s.place, o.key, o.value), '; ' ORDER BY s.place, o.key) AS problems
      FROM (SELECT c.id, c.place, c.security->'seLinuxOptions' AS options FROM containers AS c
            UNION ALL SELECT u.id, u.place || 'spec', u.security->'seLinuxOptions' FROM templates AS u) AS s
     CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(s.options) WHEN 'object' THEN s.options END) AS o
     WHERE o.value <> '' AND (o.key IN ('user', 'role')
        OR o.key = 'type' AND o.value NOT IN ('container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t')) GROUP BY s.id) AS b USING (id)
