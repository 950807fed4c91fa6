-- id: hygiene-deprecated-version
-- title: Nobody writes API versions that are gone
-- severity: medium
-- source: Kubernetes documentation: Deprecated API Migration Guide
-- remedy: Change the manifest or the program that writes it to the version that is named, before the cluster is upgraded.
-- reads: versions
SELECT v.kind, v.namespace, v.name,
       string_agg(DISTINCT format('%s writes %s, which Kubernetes %s no longer serves: use %s', v.writer, v.version, d.gone_in, d.replacement), '; ')
         FILTER (WHERE d.gone_in IS NOT NULL) AS alarm
  FROM versions AS v
  LEFT JOIN k8s_fdw.deprecated_versions() AS d ON d.kind = v.kind AND d.version = v.version
 GROUP BY v.kind, v.namespace, v.name
