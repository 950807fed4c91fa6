-- The views that relations() makes. In a body, {{Kind: column = field type, …}} stands for the table of that kind, which
-- also has namespace, name, uid and labels; other groups than the core stand before the kind. {{A|B: …}} is all of them
-- that are there, with their api_group and kind; {{*: …}} is every table. A kind with "?" may be missing, and {{has A}}
-- says whether it is there. A view whose other kinds are missing is made by the next body of its name, or not at all.
--
-- Wrappers tells the planner that each table has one row, which makes it join by nested loops. A FULL JOIN can only be
-- hashed or merged, and it stays one while no condition on it is strict: that is why the bodies have coalesce() around
-- theirs. A condition on a column of USING reaches the tables of both sides nevertheless. Where the namespace is no such
-- column, a condition on it makes it a LEFT JOIN; a materialized side is read once even then.

CREATE OR REPLACE FUNCTION k8s_fdw.relation_views() RETURNS TABLE (name text, description text, body text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $views$
  VALUES
  ('objects', 'Every object, of every kind that has a table here.', $$
    SELECT o.api_version, o.kind, o.namespace, o.name, o.uid, o.creation_timestamp, o.deletion_timestamp, o.generation, o.labels, o.owner_references, o.status
      FROM {{*: creation_timestamp = metadata.creationTimestamp timestamptz, deletion_timestamp = metadata.deletionTimestamp timestamptz,
            generation = metadata.generation bigint, owner_references = metadata.ownerReferences jsonb, status = status jsonb}} AS o$$),

  ('owner_references', 'Each object with the owners that it names itself.', $$
    SELECT o.api_version, o.kind, o.namespace, o.name, o.uid,
           r."apiVersion" AS owner_api_version, r.kind AS owner_kind, r.name AS owner_name, r.uid AS owner_uid, coalesce(r.controller, false) AS controller
      FROM {{*: owner_references = metadata.ownerReferences jsonb}} AS o
     CROSS JOIN LATERAL jsonb_to_recordset(o.owner_references) AS r ("apiVersion" text, kind text, name text, uid text, controller boolean)$$),

  ('owners', 'Each object with each of its owners, those of its owners too: a row says that the owner is `distance` references away. '
                'The root has no owner itself. With conditions on the owner these are its dependents.', $$
    WITH RECURSIVE refs AS MATERIALIZED (
      SELECT o.api_version, o.kind, o.namespace, o.name, o.uid,
             r."apiVersion" AS owner_api_version, r.kind AS owner_kind, r.name AS owner_name, r.uid AS owner_uid, coalesce(r.controller, false) AS controller
        FROM {{*: owner_references = metadata.ownerReferences jsonb}} AS o
       CROSS JOIN LATERAL jsonb_to_recordset(o.owner_references) AS r ("apiVersion" text, kind text, name text, uid text, controller boolean)
    ), above AS (
      SELECT r.*, 1 AS distance, ARRAY[r.uid, r.owner_uid] AS path FROM refs AS r
      UNION ALL
      SELECT a.api_version, a.kind, a.namespace, a.name, a.uid, r.owner_api_version, r.owner_kind, r.owner_name, r.owner_uid, r.controller, a.distance + 1, a.path || r.owner_uid
        FROM above AS a JOIN refs AS r ON r.uid = a.owner_uid WHERE r.owner_uid <> ALL (a.path)
    )
    SELECT a.api_version, a.kind, a.namespace, a.name, a.uid, a.owner_api_version, a.owner_kind, a.owner_name, a.owner_uid, a.controller, a.distance,
           d.uid IS NULL AS is_root
      FROM above AS a LEFT JOIN (SELECT DISTINCT r.uid FROM refs AS r) AS d ON d.uid = a.owner_uid$$),

  ('service_endpoints', 'The endpoints of each Service, as its EndpointSlices have them; one row without an address for a Service that has none.', $$
    SELECT namespace, service_name, s.uid AS service_uid, e.name AS endpoint_slice_name, e.endpoint #>> '{addresses,0}' AS address, e.ports,
           coalesce((e.endpoint #>> '{conditions,ready}')::boolean, e.endpoint IS NOT NULL) AS ready,
           coalesce((e.endpoint #>> '{conditions,serving}')::boolean, (e.endpoint #>> '{conditions,ready}')::boolean, e.endpoint IS NOT NULL) AS serving,
           coalesce((e.endpoint #>> '{conditions,terminating}')::boolean, false) AS terminating,
           e.endpoint->>'nodeName' AS node_name,
           CASE WHEN e.endpoint #>> '{targetRef,kind}' = 'Pod' THEN e.endpoint #>> '{targetRef,name}' END AS pod_name,
           CASE WHEN e.endpoint #>> '{targetRef,kind}' = 'Pod' THEN e.endpoint #>> '{targetRef,uid}' END AS pod_uid
      FROM (SELECT t.namespace, t.name AS service_name, t.uid FROM {{Service}} AS t) AS s
      FULL JOIN (SELECT t.namespace, t.labels->>'kubernetes.io/service-name' AS service_name, t.name, t.ports, p.endpoint
                   FROM {{discovery.k8s.io/EndpointSlice: endpoints = endpoints jsonb, ports = ports jsonb}} AS t
                  CROSS JOIN LATERAL jsonb_path_query(t.endpoints, '$[*]') AS p (endpoint)) AS e USING (namespace, service_name)
     WHERE coalesce(s.uid, '') <> ''$$),

  ('service_endpoints', 'The endpoints of each Service, as its Endpoints have them; one row without an address for a Service that has none.', $$
    SELECT namespace, service_name, s.uid AS service_uid, NULL::text AS endpoint_slice_name, e.endpoint->>'ip' AS address, e.ports,
           coalesce(e.ready, false) AS ready, coalesce(e.ready, false) AS serving, false AS terminating, e.endpoint->>'nodeName' AS node_name,
           CASE WHEN e.endpoint #>> '{targetRef,kind}' = 'Pod' THEN e.endpoint #>> '{targetRef,name}' END AS pod_name,
           CASE WHEN e.endpoint #>> '{targetRef,kind}' = 'Pod' THEN e.endpoint #>> '{targetRef,uid}' END AS pod_uid
      FROM (SELECT t.namespace, t.name AS service_name, t.uid FROM {{Service}} AS t) AS s
      FULL JOIN (SELECT t.namespace, t.name AS service_name, u.one->'ports' AS ports, p.endpoint, p.ready
                   FROM {{Endpoints: subsets = subsets jsonb}} AS t
                  CROSS JOIN LATERAL jsonb_path_query(t.subsets, '$[*]') AS u (one)
                  CROSS JOIN LATERAL (SELECT jsonb_path_query(u.one, '$.addresses[*]'), true
                                      UNION ALL SELECT jsonb_path_query(u.one, '$.notReadyAddresses[*]'), false) AS p (endpoint, ready)) AS e USING (namespace, service_name)
     WHERE coalesce(s.uid, '') <> ''$$),

  ('service_pods', 'The pods that the selector of each Service picks, ready or not.', $$
    SELECT namespace, s.name AS service_name, s.uid AS service_uid, p.name AS pod_name, p.uid AS pod_uid
      FROM {{Service: selector = spec.selector jsonb}} AS s FULL JOIN {{Pod}} AS p USING (namespace)
     WHERE coalesce(s.selector <> '{}' AND p.labels @> s.selector, false)$$),

  ('pod_nodes', 'The node of each pod; no node for one that is not scheduled.', $$
    SELECT p.namespace, p.name AS pod_name, p.uid AS pod_uid, node_name, CASE WHEN {{has Node}} AND node_name <> '' THEN n.uid IS NOT NULL END AS found, n.uid AS node_uid,
           jsonb_path_query_first(n.conditions, '$[*] ? (@.type == "Ready").status') #>> '{}' AS node_ready, CASE WHEN n.uid <> '' THEN coalesce(n.unschedulable, false) END AS node_unschedulable
      FROM (SELECT t.namespace, t.name, t.uid, nullif(t.node_name, '') AS node_name FROM {{Pod: node_name = spec.nodeName text}} AS t) AS p
      FULL JOIN (WITH t AS MATERIALIZED (SELECT t.* FROM {{Node?: conditions = status.conditions jsonb, unschedulable = spec.unschedulable boolean}} AS t)
                 SELECT t.name AS node_name, t.uid, t.conditions, t.unschedulable FROM t) AS n USING (node_name)
     WHERE coalesce(p.uid, '') <> ''$$),

  ('pod_volumes', 'The volumes of each pod, and the PersistentVolumeClaim behind a volume that has one.', $$
    SELECT namespace, p.name AS pod_name, p.uid AS pod_uid, p.volume->>'name' AS volume_name, p.type, claim_name,
           CASE WHEN {{has PersistentVolumeClaim}} AND claim_name <> '' THEN c.uid IS NOT NULL END AS claim_found,
           c.uid AS claim_uid, c.phase AS claim_phase, c.storage_class_name, c.persistent_volume_name
      FROM (SELECT t.namespace, t.name, t.uid, v.volume, k.type,
                   CASE k.type WHEN 'persistentVolumeClaim' THEN v.volume #>> '{persistentVolumeClaim,claimName}' WHEN 'ephemeral' THEN t.name || '-' || (v.volume->>'name') END AS claim_name
              FROM {{Pod: volumes = spec.volumes jsonb}} AS t
             CROSS JOIN LATERAL jsonb_path_query(t.volumes, '$[*]') AS v (volume)
             CROSS JOIN LATERAL (SELECT min(o.key) FROM jsonb_object_keys(v.volume) AS o (key) WHERE o.key <> 'name') AS k (type)) AS p
      FULL JOIN (SELECT t.namespace, t.name AS claim_name, t.uid, t.phase, t.storage_class_name, t.persistent_volume_name
                   FROM {{PersistentVolumeClaim?: phase = status.phase text, storage_class_name = spec.storageClassName text, persistent_volume_name = spec.volumeName text}} AS t) AS c
           USING (namespace, claim_name)
     WHERE coalesce(p.uid, '') <> ''$$),

  ('pod_config_maps', 'The ConfigMaps that each pod names, by a volume or by an environment variable of a container.', $$
    SELECT namespace, p.pod_name, p.pod_uid, name AS config_map_name, CASE WHEN {{has ConfigMap}} THEN c.uid IS NOT NULL END AS found, c.uid AS config_map_uid,
           p.key, p.optional, p.container, p.volume
      FROM (SELECT t.namespace, t.name AS pod_name, t.uid AS pod_uid, r.name, r.key, r.optional, r.container, r.volume
              FROM {{Pod: volumes = spec.volumes jsonb, pull = spec.imagePullSecrets jsonb, containers = spec.containers jsonb, init = spec.initContainers jsonb, ephemeral = spec.ephemeralContainers jsonb}} AS t
             CROSS JOIN LATERAL k8s_fdw.pod_references(t.volumes, t.pull, t.containers, t.init, t.ephemeral) AS r WHERE r.kind = 'ConfigMap') AS p
      FULL JOIN {{ConfigMap?}} AS c USING (namespace, name)
     WHERE coalesce(p.pod_uid, '') <> ''$$),

  ('pod_secrets', 'The Secrets that each pod names, by a volume, by an environment variable of a container or to pull images.', $$
    SELECT namespace, p.pod_name, p.pod_uid, name AS secret_name, CASE WHEN {{has Secret}} THEN c.uid IS NOT NULL END AS found, c.uid AS secret_uid,
           p.key, p.optional, p.container, p.volume
      FROM (SELECT t.namespace, t.name AS pod_name, t.uid AS pod_uid, r.name, r.key, r.optional, r.container, r.volume
              FROM {{Pod: volumes = spec.volumes jsonb, pull = spec.imagePullSecrets jsonb, containers = spec.containers jsonb, init = spec.initContainers jsonb, ephemeral = spec.ephemeralContainers jsonb}} AS t
             CROSS JOIN LATERAL k8s_fdw.pod_references(t.volumes, t.pull, t.containers, t.init, t.ephemeral) AS r WHERE r.kind = 'Secret') AS p
      FULL JOIN {{Secret?}} AS c USING (namespace, name)
     WHERE coalesce(p.pod_uid, '') <> ''$$),

  ('pod_service_accounts', 'The ServiceAccount of each pod.', $$
    SELECT namespace, p.pod_name, p.pod_uid, name AS service_account_name, CASE WHEN {{has ServiceAccount}} THEN a.uid IS NOT NULL END AS found, a.uid AS service_account_uid
      FROM (SELECT t.namespace, t.name AS pod_name, t.uid AS pod_uid, coalesce(nullif(t.service_account_name, ''), 'default') AS name
              FROM {{Pod: service_account_name = spec.serviceAccountName text}} AS t) AS p
      FULL JOIN {{ServiceAccount?}} AS a USING (namespace, name)
     WHERE coalesce(p.pod_uid, '') <> ''$$),

  ('ingress_services', 'The Services behind each Ingress, by host and path; the default backend has neither.', $$
    SELECT namespace, i.ingress_name, i.ingress_uid, i.host, i.path, i.path_type, name AS service_name, i.port, CASE WHEN {{has Service}} THEN s.uid IS NOT NULL END AS found, s.uid AS service_uid
      FROM (SELECT t.namespace, t.name AS ingress_name, t.uid AS ingress_uid, b.host, b.path->>'path' AS path, b.path->>'pathType' AS path_type,
                   b.path #>> '{backend,service,name}' AS name, coalesce(b.path #>> '{backend,service,port,name}', b.path #>> '{backend,service,port,number}') AS port
              FROM {{networking.k8s.io/Ingress: default_backend = spec.defaultBackend jsonb, rules = spec.rules jsonb}} AS t
             CROSS JOIN LATERAL (
               SELECT r.one->>'host', p.one FROM jsonb_path_query(t.rules, '$[*]') AS r (one) CROSS JOIN LATERAL jsonb_path_query(r.one, '$.http.paths[*]') AS p (one)
               UNION ALL SELECT NULL, jsonb_build_object('backend', t.default_backend) WHERE t.default_backend IS NOT NULL) AS b (host, path)
             WHERE b.path @? '$.backend.service') AS i
      FULL JOIN {{Service?}} AS s USING (namespace, name)
     WHERE coalesce(i.ingress_uid, '') <> ''$$),

  ('http_route_services', 'The Services behind each HTTPRoute, mirrors included.', $$
    SELECT r.namespace, r.http_route_name, r.http_route_uid, r.hostnames, r.matches, service_namespace, service_name, r.port, r.weight, r.mirror,
           CASE WHEN {{has Service}} THEN s.uid IS NOT NULL END AS found, s.uid AS service_uid
      FROM (SELECT t.namespace, t.name AS http_route_name, t.uid AS http_route_uid, t.hostnames, u.one->'matches' AS matches,
                   coalesce(b.one->>'namespace', t.namespace) AS service_namespace, b.one->>'name' AS service_name, b.one->>'port' AS port,
                   CASE WHEN NOT b.mirror THEN coalesce((b.one->>'weight')::integer, 1) END AS weight, b.mirror
              FROM {{gateway.networking.k8s.io/HTTPRoute: hostnames = spec.hostnames jsonb, rules = spec.rules jsonb}} AS t
             CROSS JOIN LATERAL jsonb_path_query(t.rules, '$[*]') AS u (one)
             CROSS JOIN LATERAL (
               SELECT jsonb_path_query(u.one, '$.backendRefs[*]'), false
               UNION ALL SELECT jsonb_path_query(u.one, '$.filters[*].requestMirror.backendRef'), true
               UNION ALL SELECT jsonb_path_query(u.one, '$.backendRefs[*].filters[*].requestMirror.backendRef'), true) AS b (one, mirror)
             WHERE coalesce(b.one->>'kind', 'Service') = 'Service' AND coalesce(b.one->>'group', '') = '') AS r
      FULL JOIN (WITH t AS MATERIALIZED (SELECT t.* FROM {{Service?}} AS t)
                 SELECT t.namespace AS service_namespace, t.name AS service_name, t.uid FROM t) AS s USING (service_namespace, service_name)
     WHERE coalesce(r.http_route_uid, '') <> ''$$),

  ('horizontal_pod_autoscaler_targets', 'What each HorizontalPodAutoscaler scales.', $$
    SELECT namespace, h.name AS horizontal_pod_autoscaler_name, h.uid AS horizontal_pod_autoscaler_uid, h.min_replicas, h.max_replicas, h.current_replicas, h.desired_replicas,
           target_group, target_kind, target_name,
           CASE WHEN t.uid IS NOT NULL THEN true WHEN {{has all apps/Deployment|apps/StatefulSet|apps/ReplicaSet|ReplicationController}}
                 AND (target_group, target_kind) IN (('apps', 'Deployment'), ('apps', 'StatefulSet'), ('apps', 'ReplicaSet'), ('', 'ReplicationController')) THEN false END AS found,
           t.uid AS target_uid
      FROM (SELECT t.namespace, t.name, t.uid, t.min_replicas, t.max_replicas, t.current_replicas, t.desired_replicas,
                   CASE WHEN strpos(t.target->>'apiVersion', '/') > 0 THEN split_part(t.target->>'apiVersion', '/', 1) ELSE '' END AS target_group,
                   t.target->>'kind' AS target_kind, t.target->>'name' AS target_name
              FROM {{autoscaling/HorizontalPodAutoscaler: target = spec.scaleTargetRef jsonb, min_replicas = spec.minReplicas integer, max_replicas = spec.maxReplicas integer,
                     current_replicas = status.currentReplicas integer, desired_replicas = status.desiredReplicas integer}} AS t) AS h
      FULL JOIN (SELECT t.namespace, t.api_group AS target_group, t.kind AS target_kind, t.name AS target_name, t.uid
                   FROM {{apps/Deployment|apps/StatefulSet|apps/ReplicaSet|ReplicationController: }} AS t) AS t USING (namespace, target_group, target_kind, target_name)
     WHERE coalesce(h.uid, '') <> ''$$),

  ('pod_disruption_budget_pods', 'The pods that each PodDisruptionBudget is about.', $$
    SELECT namespace, b.name AS pod_disruption_budget_name, b.uid AS pod_disruption_budget_uid, p.name AS pod_name, p.uid AS pod_uid, b.disruptions_allowed
      FROM {{policy/PodDisruptionBudget: selector = spec.selector jsonb, disruptions_allowed = status.disruptionsAllowed integer}} AS b FULL JOIN {{Pod}} AS p USING (namespace)
     WHERE coalesce(b.uid, '') <> '' AND coalesce(p.uid, '') <> '' AND k8s_fdw.matches(p.labels, b.selector)$$),

  ('network_policy_pods', 'The pods that each NetworkPolicy is about.', $$
    SELECT namespace, b.name AS network_policy_name, b.uid AS network_policy_uid, p.name AS pod_name, p.uid AS pod_uid,
           coalesce(b.policy_types ? 'Ingress', true) AS ingress, coalesce(b.policy_types ? 'Egress', b.egress IS NOT NULL) AS egress
      FROM {{networking.k8s.io/NetworkPolicy: selector = spec.podSelector jsonb, policy_types = spec.policyTypes jsonb, egress = spec.egress jsonb}} AS b FULL JOIN {{Pod}} AS p USING (namespace)
     WHERE coalesce(b.uid, '') <> '' AND coalesce(p.uid, '') <> '' AND k8s_fdw.matches(p.labels, coalesce(b.selector, '{}'))$$),

  ('subject_rules', 'What each user, group and ServiceAccount may do: its bindings, their role, and a row for each rule of that. No namespace: in all of them.', $$
    SELECT s.one->>'kind' AS subject_kind, s.one->>'namespace' AS subject_namespace, s.one->>'name' AS subject_name, b.namespace,
           b.kind AS binding_kind, b.name AS binding_name, b.uid AS binding_uid, role_kind, role_name, CASE WHEN {{has all rbac.authorization.k8s.io/Role|rbac.authorization.k8s.io/ClusterRole}} THEN r.uid IS NOT NULL END AS role_found,
           u.one AS rule, u.one->'verbs' AS verbs, u.one->'apiGroups' AS api_groups, u.one->'resources' AS resources, u.one->'resourceNames' AS resource_names, u.one->'nonResourceURLs' AS non_resource_urls
      FROM (SELECT t.namespace, t.kind, t.name, t.uid, t.subjects, t.role->>'kind' AS role_kind, t.role->>'name' AS role_name,
                   CASE t.role->>'kind' WHEN 'Role' THEN t.namespace ELSE '' END AS role_namespace
              FROM {{rbac.authorization.k8s.io/RoleBinding|rbac.authorization.k8s.io/ClusterRoleBinding: subjects = subjects jsonb, role = roleRef jsonb}} AS t) AS b
      FULL JOIN (WITH t AS MATERIALIZED (SELECT t.* FROM {{rbac.authorization.k8s.io/Role|rbac.authorization.k8s.io/ClusterRole: rules = rules jsonb}} AS t)
                 SELECT t.kind AS role_kind, t.name AS role_name, coalesce(t.namespace, '') AS role_namespace, t.uid, t.rules FROM t) AS r USING (role_kind, role_name, role_namespace)
     CROSS JOIN LATERAL jsonb_path_query(b.subjects, '$[*]') AS s (one)
      LEFT JOIN LATERAL jsonb_path_query(r.rules, '$[*]') AS u (one) ON true$$),

  ('object_events', 'The events of each object, which api_version, kind, namespace, name and uid tell.', $$
    SELECT e.object->>'apiVersion' AS api_version, e.object->>'kind' AS kind, e.object->>'namespace' AS namespace, e.object->>'name' AS name, e.object->>'uid' AS uid,
           e.object->>'fieldPath' AS field_path, e.type, e.reason, e.message, coalesce(nullif(e.count, 0), (e.series->>'count')::integer, 1) AS count,
           coalesce(e.first_timestamp, e.event_time) AS first_seen,
           coalesce((e.series->>'lastObservedTime')::timestamptz, e.last_timestamp, e.event_time) AS last_seen,
           coalesce(nullif(e.reporting_component, ''), e.source->>'component') AS component, e.name AS event_name, e.uid AS event_uid
      FROM {{Event: object = involvedObject jsonb, type = type text, reason = reason text, message = message text, count = count integer, series = series jsonb,
             first_timestamp = firstTimestamp timestamptz, last_timestamp = lastTimestamp timestamptz, event_time = eventTime timestamptz,
             reporting_component = reportingComponent text, source = source jsonb}} AS e$$)
$views$;
