-- What a pod names in its spec: ConfigMaps and Secrets, by every field that takes the name of one. (The node authorizer of
-- the API server has the same list, in VisitPodSecretNames and VisitPodConfigmapNames.)

CREATE OR REPLACE FUNCTION k8s_fdw.pod_references(
  volumes jsonb, image_pull_secrets jsonb, containers jsonb, init_containers jsonb, ephemeral_containers jsonb)
RETURNS TABLE (kind text, name text, key text, optional boolean, container text, volume text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT r.kind, r.name, r.key, coalesce(r.optional, false), r.container, r.volume
    FROM (
      SELECT f.kind, f.ref->>'name' AS name, f.ref->>'key' AS key, (f.ref->>'optional')::boolean AS optional, c.one->>'name' AS container, NULL::text AS volume
        FROM jsonb_path_query(jsonb_build_array(containers, init_containers, ephemeral_containers), '$[*][*] ? (@.type() == "object")') AS c (one)
       CROSS JOIN LATERAL (
         SELECT 'ConfigMap'::text, jsonb_path_query(c.one, '$.envFrom[*].configMapRef')
         UNION ALL SELECT 'Secret', jsonb_path_query(c.one, '$.envFrom[*].secretRef')
         UNION ALL SELECT 'ConfigMap', jsonb_path_query(c.one, '$.env[*].valueFrom.configMapKeyRef')
         UNION ALL SELECT 'Secret', jsonb_path_query(c.one, '$.env[*].valueFrom.secretKeyRef')) AS f (kind, ref)
      UNION ALL
      SELECT f.kind, coalesce(f.ref->>'name', f.ref->>'secretName'), NULL, (f.ref->>'optional')::boolean, NULL, v.one->>'name'
        FROM jsonb_path_query(volumes, '$[*]') AS v (one)
       CROSS JOIN LATERAL (
         SELECT 'ConfigMap'::text, jsonb_path_query(v.one, '$.configMap')
         UNION ALL SELECT 'ConfigMap', jsonb_path_query(v.one, '$.projected.sources[*].configMap')
         UNION ALL SELECT 'Secret', jsonb_path_query(v.one, '$.secret')
         UNION ALL SELECT 'Secret', jsonb_path_query(v.one, '$.projected.sources[*].secret')
         UNION ALL SELECT 'Secret', jsonb_path_query(v.one, '$.azureFile')
         UNION ALL SELECT 'Secret', jsonb_path_query(v.one, '$.csi.nodePublishSecretRef')
         UNION ALL SELECT 'Secret', jsonb_path_query(v.one, '$.*.secretRef')) AS f (kind, ref)
      UNION ALL
      SELECT 'Secret', p.one->>'name', NULL, false, NULL, NULL FROM jsonb_path_query(image_pull_secrets, '$[*]') AS p (one)) AS r
   WHERE r.name <> '';
END;
