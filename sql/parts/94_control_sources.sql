-- What the controls of sql/controls read: a name, and either kinds with fields, or a query over sources before it.

-- The kinds, each as it is imported. `needs` says of what not every cluster serves where it comes from.
CREATE OR REPLACE FUNCTION k8s_fdw.control_kinds() RETURNS TABLE (kind text, api_version text, table_name text, needs text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES ('Pod', 'v1', 'pods', NULL), ('apps/Deployment', 'apps/v1', 'deployments', NULL), ('apps/DaemonSet', 'apps/v1', 'daemonsets', NULL),
         ('apps/StatefulSet', 'apps/v1', 'statefulsets', NULL), ('apps/ReplicaSet', 'apps/v1', 'replicasets', NULL),
         ('ReplicationController', 'v1', 'replicationcontrollers', NULL), ('batch/Job', 'batch/v1', 'jobs', NULL), ('batch/CronJob', 'batch/v1', 'cronjobs', NULL),
         ('Namespace', 'v1', 'namespaces', NULL), ('Node', 'v1', 'nodes', NULL), ('Service', 'v1', 'services', NULL), ('Secret', 'v1', 'secrets', NULL),
         ('ServiceAccount', 'v1', 'serviceaccounts', NULL), ('PersistentVolumeClaim', 'v1', 'persistentvolumeclaims', NULL),
         ('ResourceQuota', 'v1', 'resourcequotas', NULL), ('LimitRange', 'v1', 'limitranges', NULL),
         ('networking.k8s.io/NetworkPolicy', 'networking.k8s.io/v1', 'networkpolicies', NULL), ('networking.k8s.io/Ingress', 'networking.k8s.io/v1', 'ingresses', NULL),
         ('policy/PodDisruptionBudget', 'policy/v1', 'poddisruptionbudgets', NULL),
         ('autoscaling/HorizontalPodAutoscaler', 'autoscaling/v2', 'horizontalpodautoscalers', NULL),
         ('rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/v1', 'roles', NULL),
         ('rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/v1', 'clusterroles', NULL),
         ('rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/v1', 'rolebindings', NULL),
         ('rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', 'clusterrolebindings', NULL),
         ('admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', NULL),
         ('admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations', NULL),
         ('apiregistration.k8s.io/APIService', 'apiregistration.k8s.io/v1', 'apiservices', NULL),
         ('certificates.k8s.io/CertificateSigningRequest', 'certificates.k8s.io/v1', 'certificatesigningrequests', NULL),
         ('cert-manager.io/Certificate', 'cert-manager.io/v1', 'certificates', 'If the cluster has cert-manager: ')
$$;

-- A source with kinds becomes a list of each of them, with the columns of relation_source() and these fields. One with a
-- query is there if any of those that it uses is. With a namespace given, all but what is `cluster_wide` is of it alone.
CREATE OR REPLACE FUNCTION k8s_fdw.control_sources() RETURNS TABLE (name text, cluster_wide boolean, kinds text, fields text, uses text[], query text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
  -- The kinds that are read, each with its group.
  ('looked_at', true, NULL, NULL, NULL::text[], NULL),

  ('pods', false, 'Pod', 'annotations = metadata.annotations jsonb, owners = metadata.ownerReferences jsonb, spec = spec jsonb, status = status jsonb', NULL, NULL),

  ('workloads', false, 'apps/Deployment|apps/DaemonSet|apps/StatefulSet|apps/ReplicaSet|ReplicationController|batch/Job|batch/CronJob',
   'annotations = metadata.annotations jsonb, owners = metadata.ownerReferences jsonb, managed = metadata.managedFields jsonb, spec = spec jsonb, status = status jsonb',
   NULL, NULL),

  -- What pods are made of: the pods themselves, and the templates of all that makes pods. What has ended is left out, and a
  -- template that another one gives which is looked at, as a Deployment's in its ReplicaSets. `ends`: it is not to run for ever.
  ('templates', false, NULL, NULL, '{pods, workloads}', $source$
    SELECT row_number() OVER () AS id, o.kind, o.namespace, o.name, o.place, o.template #> '{metadata,labels}' AS labels,
           o.template #> '{metadata,annotations}' AS annotations, o.template->'spec' AS spec, o.template #> '{spec,securityContext}' AS security, o.ends,
           coalesce(o.template #>> '{spec,serviceAccountName}', 'default') AS service_account,
           coalesce(o.template #>> '{spec,os,name}' = 'windows', false) AS windows
      FROM (
        SELECT p.kind, p.namespace, p.name, '' AS place, jsonb_path_exists(p.owners, '$[*] ? (@.kind == "Job")') AS ends,
               jsonb_build_object('metadata', jsonb_build_object('labels', p.labels, 'annotations', p.annotations), 'spec', p.spec) AS template
          FROM pods AS p WHERE coalesce(p.status->>'phase', '') NOT IN ('Succeeded', 'Failed')
        UNION ALL
        SELECT w.kind, w.namespace, w.name, CASE w.kind WHEN 'CronJob' THEN 'spec.jobTemplate.spec.template.' ELSE 'spec.template.' END, w.kind IN ('Job', 'CronJob'),
               CASE w.kind WHEN 'CronJob' THEN w.spec #> '{jobTemplate,spec,template}' ELSE w.spec->'template' END
          FROM workloads AS w
         WHERE NOT EXISTS (SELECT FROM jsonb_path_query(w.owners, '$[*] ? (@.controller == true)') AS r (owner)
                            WHERE r.owner->>'uid' IN (SELECT o.uid::text FROM workloads AS o))
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
      FROM templates AS t CROSS JOIN LATERAL jsonb_path_query(t.spec->'volumes', '$[*]') AS v (volume)$source$),

  ('namespaces', true, 'Namespace', 'status = status jsonb', NULL, NULL),
  ('nodes', true, 'Node', 'status = status jsonb', NULL, NULL),
  ('services', false, 'Service', 'spec = spec jsonb', NULL, NULL),
  ('secrets', false, 'Secret', 'type = type text, data = data jsonb', NULL, NULL),
  ('service_accounts', false, 'ServiceAccount', 'automount = automountServiceAccountToken boolean', NULL, NULL),
  ('claims', false, 'PersistentVolumeClaim', 'spec = spec jsonb, status = status jsonb', NULL, NULL),
  ('quotas', false, 'ResourceQuota', 'spec = spec jsonb', NULL, NULL),
  ('limit_ranges', false, 'LimitRange', 'spec = spec jsonb', NULL, NULL),
  ('network_policies', false, 'networking.k8s.io/NetworkPolicy', 'spec = spec jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('ingresses', false, 'networking.k8s.io/Ingress', 'spec = spec jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('pod_disruption_budgets', false, 'policy/PodDisruptionBudget', 'spec = spec jsonb, status = status jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('autoscalers', false, 'autoscaling/HorizontalPodAutoscaler', 'spec = spec jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('certificates', false, 'cert-manager.io/Certificate', 'status = status jsonb', NULL, NULL),

  -- Some of these are in no namespace.
  ('roles', true, 'rbac.authorization.k8s.io/Role|rbac.authorization.k8s.io/ClusterRole', 'rules = rules jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('bindings', true, 'rbac.authorization.k8s.io/RoleBinding|rbac.authorization.k8s.io/ClusterRoleBinding',
   'subjects = subjects jsonb, role = roleRef jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('webhooks', true, 'admissionregistration.k8s.io/ValidatingWebhookConfiguration|admissionregistration.k8s.io/MutatingWebhookConfiguration',
   'webhooks = webhooks jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('api_services', true, 'apiregistration.k8s.io/APIService', 'spec = spec jsonb, status = status jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),
  ('signing_requests', true, 'certificates.k8s.io/CertificateSigningRequest', 'status = status jsonb, annotations = metadata.annotations jsonb, managed = metadata.managedFields jsonb', NULL, NULL),

  -- Without those that the API server makes itself, and mends when it starts. A copy has their label too, so the name counts.
  ('own_roles', true, NULL, NULL, '{roles}', $source$
    SELECT r.* FROM roles AS r
     WHERE NOT coalesce(r.labels->>'kubernetes.io/bootstrapping' = 'rbac-defaults' AND coalesce(r.namespace, '') IN ('', 'kube-system', 'kube-public')
                        AND r.name ~ '^(system:.*|cluster-admin|admin|edit|view|extension-apiserver-authentication-reader)$', false)$source$),

  -- The CAs by which the API server knows what it calls.
  ('bundles', true, NULL, NULL, '{webhooks, api_services}', $source$
    SELECT w.kind, w.namespace, w.name, format('webhooks[%s].clientConfig.caBundle', h.webhook->>'name') AS place, h.webhook #>> '{clientConfig,caBundle}' AS bundle
      FROM webhooks AS w CROSS JOIN LATERAL jsonb_path_query(w.webhooks, '$[*] ? (exists (@.clientConfig.caBundle))') AS h (webhook)
    UNION ALL
    SELECT a.kind, a.namespace, a.name, 'spec.caBundle', a.spec->>'caBundle' FROM api_services AS a WHERE a.spec ? 'caBundle'$source$),

  -- Who wrote each object, in which version of the API.
  ('versions', true, NULL, NULL,
   '{workloads, network_policies, ingresses, pod_disruption_budgets, autoscalers, roles, bindings, webhooks, api_services, signing_requests}', $source$
    SELECT o.kind, o.namespace, o.name, w.writer, w.version
      FROM (SELECT a.kind, a.namespace, a.name, a.managed, a.annotations FROM workloads AS a
            UNION ALL SELECT b.kind, b.namespace, b.name, b.managed, b.annotations FROM network_policies AS b
            UNION ALL SELECT c.kind, c.namespace, c.name, c.managed, c.annotations FROM ingresses AS c
            UNION ALL SELECT d.kind, d.namespace, d.name, d.managed, d.annotations FROM pod_disruption_budgets AS d
            UNION ALL SELECT e.kind, e.namespace, e.name, e.managed, e.annotations FROM autoscalers AS e
            UNION ALL SELECT f.kind, f.namespace, f.name, f.managed, f.annotations FROM roles AS f
            UNION ALL SELECT g.kind, g.namespace, g.name, g.managed, g.annotations FROM bindings AS g
            UNION ALL SELECT h.kind, h.namespace, h.name, h.managed, h.annotations FROM webhooks AS h
            UNION ALL SELECT i.kind, i.namespace, i.name, i.managed, i.annotations FROM api_services AS i
            UNION ALL SELECT j.kind, j.namespace, j.name, j.managed, j.annotations FROM signing_requests AS j) AS o
     CROSS JOIN LATERAL (
       SELECT m.field->>'manager', m.field->>'apiVersion' FROM jsonb_path_query(o.managed, '$[*]') AS m (field)
       UNION
       -- What kubectl apply keeps begins so.
       SELECT 'kubectl apply', substring(o.annotations->>'kubectl.kubernetes.io/last-applied-configuration' FROM '^\s*\{\s*"apiVersion":\s*"([^"]+)"')) AS w (writer, version)$source$)
$$;

-- Versions that Kubernetes no longer serves: its Deprecated API Migration Guide.
CREATE OR REPLACE FUNCTION k8s_fdw.deprecated_versions() RETURNS TABLE (kind text, version text, gone_in text, replacement text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k, g.version, g.gone_in, g.replacement
    FROM (VALUES
      ('{Deployment,DaemonSet,ReplicaSet}', 'extensions/v1beta1', '1.16', 'apps/v1'), ('{Deployment,DaemonSet,StatefulSet,ReplicaSet}', 'apps/v1beta2', '1.16', 'apps/v1'),
      ('{Deployment,StatefulSet}', 'apps/v1beta1', '1.16', 'apps/v1'), ('{NetworkPolicy}', 'extensions/v1beta1', '1.16', 'networking.k8s.io/v1'),
      ('{ValidatingWebhookConfiguration,MutatingWebhookConfiguration}', 'admissionregistration.k8s.io/v1beta1', '1.22', 'admissionregistration.k8s.io/v1'),
      ('{APIService}', 'apiregistration.k8s.io/v1beta1', '1.22', 'apiregistration.k8s.io/v1'),
      ('{CertificateSigningRequest}', 'certificates.k8s.io/v1beta1', '1.22', 'certificates.k8s.io/v1'),
      ('{Ingress}', 'extensions/v1beta1', '1.22', 'networking.k8s.io/v1'), ('{Ingress}', 'networking.k8s.io/v1beta1', '1.22', 'networking.k8s.io/v1'),
      ('{Role,ClusterRole,RoleBinding,ClusterRoleBinding}', 'rbac.authorization.k8s.io/v1beta1', '1.22', 'rbac.authorization.k8s.io/v1'),
      ('{CronJob}', 'batch/v1beta1', '1.25', 'batch/v1'), ('{PodDisruptionBudget}', 'policy/v1beta1', '1.25', 'policy/v1'),
      ('{HorizontalPodAutoscaler}', 'autoscaling/v2beta1', '1.25', 'autoscaling/v2'), ('{HorizontalPodAutoscaler}', 'autoscaling/v2beta2', '1.26', 'autoscaling/v2')
    ) AS g (kinds, version, gone_in, replacement), unnest(g.kinds::text[]) AS k
$$;
