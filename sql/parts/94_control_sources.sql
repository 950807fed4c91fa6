-- What the controls of sql/controls read: a name, and either kinds with fields, or a query over sources before it.

-- The kinds, each as it is imported. `needs` says of what not every cluster serves where it comes from.
CREATE OR REPLACE FUNCTION k8s_fdw.control_kinds() RETURNS TABLE (kind text, api_version text, table_name text, needs text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES ('Pod', 'v1', 'pods', NULL), ('apps/Deployment', 'apps/v1', 'deployments', NULL), ('apps/DaemonSet', 'apps/v1', 'daemonsets', NULL),
         ('apps/StatefulSet', 'apps/v1', 'statefulsets', NULL), ('apps/ReplicaSet', 'apps/v1', 'replicasets', NULL),
         ('ReplicationController', 'v1', 'replicationcontrollers', NULL), ('batch/Job', 'batch/v1', 'jobs', NULL), ('batch/CronJob', 'batch/v1', 'cronjobs', NULL)
$$;

-- A source with kinds becomes a list of each of them, with the columns of relation_source() and these fields. One with a
-- query is there if any of those that it uses is. With a namespace given, all but what is `cluster_wide` is of it alone.
CREATE OR REPLACE FUNCTION k8s_fdw.control_sources() RETURNS TABLE (name text, cluster_wide boolean, kinds text, fields text, uses text[], query text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
  -- The names of the kinds that are read.
  ('looked_at', true, NULL, NULL, NULL::text[], NULL),

  ('pods', false, 'Pod', 'annotations = metadata.annotations jsonb, owners = metadata.ownerReferences jsonb, spec = spec jsonb, status = status jsonb', NULL, NULL),

  ('workloads', false, 'apps/Deployment|apps/DaemonSet|apps/StatefulSet|apps/ReplicaSet|ReplicationController|batch/Job|batch/CronJob',
   'annotations = metadata.annotations jsonb, owners = metadata.ownerReferences jsonb, managed = metadata.managedFields jsonb, spec = spec jsonb, status = status jsonb',
   NULL, NULL),

  -- What pods are made of: the pods themselves, and the templates of all that makes pods. What has ended is left out, and a
  -- template that another one gives, as a Deployment's in its ReplicaSets.
  ('templates', false, NULL, NULL, '{looked_at, pods, workloads}', $source$
    SELECT row_number() OVER () AS id, o.kind, o.namespace, o.name, o.place, o.template #> '{metadata,labels}' AS labels,
           o.template #> '{metadata,annotations}' AS annotations, o.template->'spec' AS spec, o.template #> '{spec,securityContext}' AS security,
           coalesce(o.template #>> '{spec,os,name}' = 'windows', false) AS windows
      FROM (
        SELECT p.kind, p.namespace, p.name, '' AS place,
               jsonb_build_object('metadata', jsonb_build_object('labels', p.labels, 'annotations', p.annotations), 'spec', p.spec) AS template
          FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
        UNION ALL
        SELECT w.kind, w.namespace, w.name, CASE w.kind WHEN 'CronJob' THEN 'spec.jobTemplate.spec.template.' ELSE 'spec.template.' END,
               CASE w.kind WHEN 'CronJob' THEN w.spec #> '{jobTemplate,spec,template}' ELSE w.spec->'template' END
          FROM workloads AS w
         WHERE NOT EXISTS (SELECT FROM jsonb_path_query(w.owners, '$[*] ? (@.controller == true)') AS r (owner)
                            WHERE r.owner->>'kind' IN (SELECT l.kind FROM looked_at AS l))
           AND NOT (w.kind = 'Job' AND jsonb_path_exists(w.status, '$.conditions[*] ? ((@.type == "Complete" || @.type == "Failed") && @.status == "True")'))) AS o
     WHERE o.template IS NOT NULL$source$),

  ('containers', false, NULL, NULL, '{templates}', $source$
    SELECT t.id, t.windows, l.list, c.container, c.container->>'name' AS name, c.container->'securityContext' AS security, t.security AS pod_security,
           format('%sspec.%s[%s]', t.place, l.list, c.container->>'name') AS place
      FROM templates AS t
     CROSS JOIN (VALUES ('initContainers'), ('containers'), ('ephemeralContainers')) AS l (list)
     CROSS JOIN LATERAL jsonb_path_query(t.spec->l.list, '$[*]') AS c (container)$source$),

  ('volumes', false, NULL, NULL, '{templates}', $source$
    SELECT t.id, v.volume, v.volume->>'name' AS name, format('%sspec.volumes[%s]', t.place, v.volume->>'name') AS place
      FROM templates AS t CROSS JOIN LATERAL jsonb_path_query(t.spec->'volumes', '$[*]') AS v (volume)$source$)
$$;
