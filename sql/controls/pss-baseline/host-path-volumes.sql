-- id: pss-baseline-host-path-volumes
-- title: No volume is a folder of the host
-- severity: high
-- source: Pod Security Standards, Baseline: HostPath Volumes
-- remedy: Use another type of volume, such as a PersistentVolumeClaim, a ConfigMap or an emptyDir.
-- reads: templates, volumes
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT v.id, string_agg(format('%s.hostPath is %s', v.place, v.volume #>> '{hostPath,path}'), '; ' ORDER BY v.place) AS problems
      FROM volumes AS v WHERE v.volume ? 'hostPath' GROUP BY v.id) AS b USING (id)
