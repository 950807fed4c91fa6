-- id: hygiene-binding-role
-- title: Bindings name a role that is there
-- severity: low
-- source: Kubernetes documentation: Using RBAC Authorization
-- remedy: Delete the binding: whoever makes a role of that name gives it to its subjects.
-- reads: bindings, roles, looked_at
SELECT b.kind, b.namespace, b.name,
       CASE WHEN l.kind IS NOT NULL AND r.uid IS NULL THEN format('%s %s is not there', b.role->>'kind', b.role->>'name') END AS alarm,
       CASE WHEN l.kind IS NULL THEN format('no table shows the kind %s', b.role->>'kind') END AS skip
  FROM bindings AS b
  LEFT JOIN looked_at AS l ON l.kind = 'rbac.authorization.k8s.io/' || (b.role->>'kind')
  LEFT JOIN roles AS r ON r.kind = b.role->>'kind' AND r.name = b.role->>'name' AND coalesce(r.namespace, '') = CASE b.role->>'kind' WHEN 'Role' THEN b.namespace ELSE '' END
