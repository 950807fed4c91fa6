-- id: pss-baseline-app-armor
-- title: AppArmor is not switched off
-- severity: medium
-- source: Pod Security Standards, Baseline: AppArmor
-- remedy: Remove the profile, or set appArmorProfile.type to RuntimeDefault or Localhost.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name,
       concat_ws('; ',
         CASE WHEN t.security #>> '{appArmorProfile,type}' NOT IN ('RuntimeDefault', 'Localhost')
              THEN format('%sspec.securityContext.appArmorProfile.type is %s', t.place, t.security #>> '{appArmorProfile,type}') END,
         b.problems,
         (SELECT string_agg(format('%smetadata.annotations[%s] is %s', t.place, a.key, a.value), '; ' ORDER BY a.key)
            FROM jsonb_each_text(CASE jsonb_typeof(t.annotations) WHEN 'object' THEN t.annotations END) AS a
           WHERE a.key LIKE 'container.apparmor.security.beta.kubernetes.io/%' AND a.value NOT IN ('', 'runtime/default') AND a.value NOT LIKE 'localhost/%')) AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.securityContext.appArmorProfile.type is %s', c.place, c.security #>> '{appArmorProfile,type}'), '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.security #>> '{appArmorProfile,type}' NOT IN ('RuntimeDefault', 'Localhost') GROUP BY c.id) AS b USING (id)
