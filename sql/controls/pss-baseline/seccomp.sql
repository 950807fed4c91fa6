-- id: pss-baseline-seccomp
-- title: Seccomp is not switched off
-- severity: medium
-- source: Pod Security Standards, Baseline: Seccomp
-- remedy: Remove the profile, or set seccompProfile.type to RuntimeDefault or Localhost.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name,
       concat_ws('; ',
         CASE WHEN t.security #>> '{seccompProfile,type}' NOT IN ('RuntimeDefault', 'Localhost')
              THEN format('%sspec.securityContext.seccompProfile.type is %s', t.place, t.security #>> '{seccompProfile,type}') END,
         b.problems) AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.securityContext.seccompProfile.type is %s', c.place, c.security #>> '{seccompProfile,type}'), '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.security #>> '{seccompProfile,type}' NOT IN ('RuntimeDefault', 'Localhost') GROUP BY c.id) AS b USING (id)
