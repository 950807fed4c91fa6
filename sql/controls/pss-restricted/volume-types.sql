-- id: pss-restricted-volume-types
-- title: Volumes are of the types that every pod may have
-- severity: medium
-- source: Pod Security Standards, Restricted: Volume Types
-- remedy: Use a PersistentVolumeClaim, a ConfigMap, a Secret, an emptyDir or another type of the list.
-- reads: templates, volumes
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT v.id, string_agg(format('%s is a volume of type %s', v.place, k.type), '; ' ORDER BY v.place) AS problems
      FROM volumes AS v CROSS JOIN LATERAL jsonb_object_keys(v.volume - 'name') AS k (type)
     WHERE k.type NOT IN ('configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret')
     GROUP BY v.id) AS b USING (id)
