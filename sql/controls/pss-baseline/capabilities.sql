-- id: pss-baseline-capabilities
-- title: No container adds more than the usual capabilities
-- severity: high
-- source: Pod Security Standards, Baseline: Capabilities
-- remedy: Take the capability out of securityContext.capabilities.add.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.securityContext.capabilities.add has %s', c.place, a.capability #>> '{}'), '; ' ORDER BY c.place) AS problems
      FROM containers AS c CROSS JOIN LATERAL jsonb_path_query(c.security, '$.capabilities.add[*]') AS a (capability)
     WHERE a.capability #>> '{}' NOT IN ('AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE',
                                         'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT') GROUP BY c.id) AS b USING (id)
