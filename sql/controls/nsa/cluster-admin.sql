-- id: nsa-cluster-admin
-- title: Only administrators have cluster-admin
-- severity: high
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Authorization: role-based access control
-- remedy: Bind a role with the rights that are needed. A binding to the group system:masters is Kubernetes' own.
-- reads: bindings
SELECT b.kind, b.namespace, b.name,
       CASE WHEN b.role @> '{"kind": "ClusterRole", "name": "cluster-admin"}' THEN
         (SELECT string_agg(format('%s %s has cluster-admin', s.subject->>'kind', concat_ws('/', s.subject->>'namespace', s.subject->>'name')), '; ')
            FROM jsonb_path_query(b.subjects, '$[*]') AS s (subject) WHERE NOT s.subject @> '{"kind": "Group", "name": "system:masters"}') END AS alarm
  FROM bindings AS b
