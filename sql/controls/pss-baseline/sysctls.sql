-- id: pss-baseline-sysctls
-- title: Only safe sysctls are set
-- severity: medium
-- source: Pod Security Standards, Baseline: Sysctls
-- remedy: Take the sysctl out of securityContext.sysctls, and set it on the node if all of its pods may have it.
-- reads: templates
SELECT t.kind, t.namespace, t.name,
       (SELECT string_agg(format('%sspec.securityContext.sysctls has %s', t.place, s.sysctl #>> '{}'), '; ' ORDER BY s.sysctl)
          FROM jsonb_path_query(t.security, '$.sysctls[*].name') AS s (sysctl)
         WHERE s.sysctl #>> '{}' NOT IN (
           'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.tcp_syncookies',
           'net.ipv4.ping_group_range', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout',
           'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem')) AS alarm
  FROM templates AS t
