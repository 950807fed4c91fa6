-- id: pss-restricted-seccomp
-- title: Seccomp is switched on
-- severity: medium
-- source: Pod Security Standards, Restricted: Seccomp (v1.19+)
-- remedy: Set securityContext.seccompProfile.type to RuntimeDefault for the pod.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name,
       concat_ws('; ',
         CASE WHEN NOT t.windows AND t.security #>> '{seccompProfile,type}' NOT IN ('RuntimeDefault', 'Localhost')
              THEN format('%sspec.securityContext.seccompProfile.type is %s', t.place, t.security #>> '{seccompProfile,type}') END,
         b.problems) AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.securityContext.seccompProfile.type is %s', c.place, coalesce(c.security #>> '{seccompProfile,type}', 'not set')), '; '
                            ORDER BY c.place) AS problems
      FROM containers AS c
     WHERE NOT c.windows
       AND coalesce(c.security #>> '{seccompProfile,type}', c.pod_security #>> '{seccompProfile,type}', '') NOT IN ('RuntimeDefault', 'Localhost')
     GROUP BY c.id) AS b USING (id)
