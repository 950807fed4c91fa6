-- id: pss-restricted-privilege-escalation
-- title: No process may gain more privileges than its parent
-- severity: medium
-- source: Pod Security Standards, Restricted: Privilege Escalation
-- remedy: Set securityContext.allowPrivilegeEscalation to false in each container.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.securityContext.allowPrivilegeEscalation is not false', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE NOT c.windows AND c.security->'allowPrivilegeEscalation' IS DISTINCT FROM 'false' GROUP BY c.id) AS b USING (id)
