-- id: pss-restricted-capabilities
-- title: All capabilities are dropped
-- severity: medium
-- source: Pod Security Standards, Restricted: Capabilities
-- remedy: Set securityContext.capabilities.drop to ["ALL"] in each container, and add NET_BIND_SERVICE at most.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT p.id, string_agg(p.problem, '; ' ORDER BY p.place) AS problems
      FROM (
        SELECT c.id, c.place, c.place || '.securityContext.capabilities.drop has no ALL' AS problem FROM containers AS c
         WHERE NOT c.windows AND NOT coalesce(c.security #> '{capabilities,drop}' ? 'ALL', false)
        UNION ALL
        SELECT c.id, c.place, format('%s.securityContext.capabilities.add has %s', c.place, a.capability #>> '{}')
          FROM containers AS c CROSS JOIN LATERAL jsonb_path_query(c.security, '$.capabilities.add[*] ? (@ != "NET_BIND_SERVICE")') AS a (capability)
         WHERE NOT c.windows) AS p GROUP BY p.id) AS b USING (id)
