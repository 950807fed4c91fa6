-- tree(): an object and what it owns, as the plugin kubectl tree prints them.

-- The plugin's column STATUS: what kstatus makes of an object that has the condition Ready.
CREATE OR REPLACE FUNCTION k8s_fdw.ready_status(kind text, created timestamptz, deleted timestamptz, generation bigint, status jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN deleted IS NOT NULL THEN 'Terminating'
    WHEN (status->>'observedGeneration')::bigint <> generation THEN 'InProgress'
    WHEN c.standard IS NOT NULL THEN CASE c.standard WHEN 'Stalled' THEN 'Failed' ELSE 'InProgress' END
    WHEN kind = 'Pod' THEN CASE
      WHEN status->>'phase' IN ('Succeeded', 'Failed') THEN 'Current'
      WHEN status->>'phase' = 'Running' THEN CASE
        WHEN status->'conditions' @> '[{"type": "Ready", "status": "True"}]' THEN 'Current'
        WHEN status->'containerStatuses' @> '[{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]' THEN 'Failed'
        ELSE 'InProgress' END
      WHEN status->>'phase' = 'Pending' AND status->'conditions' @> '[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]'
           AND created <= now() - interval '15 seconds' THEN 'Failed'
      WHEN coalesce(status->>'phase', '') IN ('Pending', '') THEN 'InProgress'
      ELSE '-' END
    WHEN status->'conditions' @> '[{"type": "Ready", "status": "True"}]' THEN 'Current'
    WHEN status->'conditions' @> '[{"type": "Ready", "status": "False"}]' OR status->'conditions' @> '[{"type": "Ready", "status": "Unknown"}]' THEN 'InProgress'
    ELSE 'Current' END
    -- The first of them decides.
    FROM (SELECT jsonb_path_query_first(status, '$.conditions[*] ? ((@.type == "Reconciling" || @.type == "Stalled") && @.status == "True").type') #>> '{}' AS standard) AS c
$$;

-- The schema whose view `objects` is meant: the one that is named, or the only one.
CREATE OR REPLACE FUNCTION k8s_fdw.schema_of_objects(schema_name text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_schemas constant text[] := ARRAY(
    SELECT n.nspname FROM pg_namespace AS n
     WHERE n.nspname = coalesce(schema_name, n.nspname) AND has_schema_privilege(n.oid, 'USAGE')
       AND EXISTS (SELECT FROM k8s_fdw.made_relations(n.nspname) AS m WHERE m = to_regclass(format('%I.objects', n.nspname))) ORDER BY 1);
BEGIN
  IF cardinality(found_schemas) = 1 THEN
    RETURN found_schemas[1];
  ELSIF found_schemas = '{}' THEN
    RAISE EXCEPTION '%', CASE WHEN schema_name IS NULL THEN 'no schema has the views of relations()' ELSE format('schema %I has no views of relations()', schema_name) END
      USING ERRCODE = 'undefined_table', HINT = 'Make them: SELECT * FROM k8s_fdw.relations(''schema with imported tables'');';
  END IF;
  RAISE EXCEPTION 'the views of relations() are in several schemas: %', array_to_string(found_schemas, ', ')
    USING ERRCODE = 'ambiguous_parameter', HINT = format('Name the one: in_schema => %L', found_schemas[1]);
END $$;

-- The kinds that a word may mean, as kubectl takes it: kind, singular, plural or short name, perhaps with the group. The
-- plural is the table's name, if there is no prefix before it.
CREATE OR REPLACE FUNCTION k8s_fdw.kinds_named(objects regclass, word text) RETURNS TABLE (kind text, api_version text, namespaced boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH shown AS (
    SELECT DISTINCT d.refobjid::regclass AS relation, k8s_fdw.table_options(k8s_fdw.foreign_source(d.refobjid)) AS options
      FROM pg_rewrite AS r JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
     WHERE r.ev_class = objects AND d.refobjid <> objects),
  named AS (
    SELECT s.relation, s.options->>'kind' AS kind, coalesce(s.options->>'apiversion', s.options->>'apiVersion') AS api_version, c.relname AS plural
      FROM shown AS s JOIN pg_class AS c ON c.oid = s.relation)
  SELECT n.kind, n.api_version, k8s_fdw.shown_fields(n.relation) ? 'metadata.namespace' FROM named AS n
   CROSS JOIN LATERAL (SELECT lower(split_part(word, '.', 1)) AS name, nullif(substr(word, strpos(word || '.', '.') + 1), '') AS place) AS w
   CROSS JOIN LATERAL (SELECT split_part('/' || n.api_version, '/', -1) AS version, CASE WHEN n.api_version LIKE '%/%' THEN split_part(n.api_version, '/', 1) ELSE '' END AS api_group) AS v
   WHERE coalesce(w.place IN (v.api_group, v.version || '.' || v.api_group), true)
     AND (w.name IN (lower(n.kind), replace(n.plural, '_', ''), n.plural) OR n.kind = (jsonb_build_object(
           'po', 'Pod', 'svc', 'Service', 'cm', 'ConfigMap', 'ns', 'Namespace', 'no', 'Node', 'ev', 'Event', 'sa', 'ServiceAccount', 'pvc', 'PersistentVolumeClaim',
           'pv', 'PersistentVolume', 'ep', 'Endpoints', 'rc', 'ReplicationController', 'quota', 'ResourceQuota', 'limits', 'LimitRange', 'deploy', 'Deployment',
           'rs', 'ReplicaSet', 'sts', 'StatefulSet', 'ds', 'DaemonSet', 'cj', 'CronJob', 'ing', 'Ingress', 'netpol', 'NetworkPolicy', 'sc', 'StorageClass',
           'pdb', 'PodDisruptionBudget', 'hpa', 'HorizontalPodAutoscaler', 'pc', 'PriorityClass', 'crd', 'CustomResourceDefinition', 'crds', 'CustomResourceDefinition')->>w.name))
   -- Kubernetes' own groups first, and of them the core group.
   ORDER BY n.api_version LIKE '%.%', n.api_version LIKE '%/%', n.api_version, n.kind
$$;

-- With a namespace, what is in it; without one, all objects of the cluster, as with the plugin's flag -A.
CREATE OR REPLACE FUNCTION k8s_fdw.tree(object text, in_namespace text DEFAULT NULL, in_schema text DEFAULT NULL)
RETURNS TABLE (namespace text, name text, ready text, reason text, status text, age text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  place constant text := k8s_fdw.schema_of_objects(in_schema);
  parts constant text[] := regexp_match(btrim(object), '^([^/ ]+)[/ ]+([^/ ]+)$');
  root record;
BEGIN
  IF parts IS NULL THEN
    RAISE EXCEPTION 'an object has a kind and a name, and "%" is not both', object
      USING ERRCODE = 'invalid_parameter_value', HINT = 'As for kubectl, for example ''deployment/web''.';
  END IF;
  SELECT k.* INTO root FROM k8s_fdw.kinds_named(format('%I.objects', place)::regclass, parts[1]) AS k LIMIT 1;
  IF root IS NULL THEN
    RAISE EXCEPTION 'schema % has no table of the kind "%"', place, parts[1]
      USING ERRCODE = 'undefined_table', HINT = format('SELECT DISTINCT kind FROM %I.objects; names those that it has. After another import call k8s_fdw.relations() again.', place);
  END IF;

  RETURN QUERY EXECUTE format($query$
    WITH RECURSIVE found AS MATERIALIZED (
      SELECT o.* FROM %1$I.objects AS o %2$s
    ), owned AS (
      SELECT DISTINCT f.uid, r.one->>'uid' AS owner FROM found AS f CROSS JOIN LATERAL jsonb_path_query(f.owner_references, '$[*]') AS r (one)
    ), children AS (
      SELECT f.*, o.owner, row_number() OVER below AS nth, count(*) OVER (PARTITION BY o.owner) AS siblings
        FROM owned AS o JOIN found AS f USING (uid)
      WINDOW below AS (PARTITION BY o.owner ORDER BY f.kind COLLATE "C", f.name COLLATE "C", f.namespace COLLATE "C")
    ), shown AS (
      SELECT f.uid, f.namespace AS root, ''::text AS before, ''::text AS further, '{}'::bigint[] AS place, ARRAY[f.uid] AS path,
             f.kind, f.namespace, f.name, f.creation_timestamp, f.deletion_timestamp, f.generation, f.status
        FROM found AS f WHERE f.api_version = $1 AND f.kind = $2 AND f.name = $3
      UNION ALL
      SELECT c.uid, s.root, s.further || CASE WHEN c.nth = c.siblings THEN '└─' ELSE '├─' END, s.further || CASE WHEN c.nth = c.siblings THEN '  ' ELSE '│ ' END,
             s.place || c.nth, s.path || c.uid, c.kind, c.namespace, c.name, c.creation_timestamp, c.deletion_timestamp, c.generation, c.status
        FROM shown AS s JOIN children AS c ON c.owner = s.uid WHERE c.uid <> ALL (s.path)
    )
    SELECT s.namespace, s.before || s.kind || '/' || s.name, coalesce(c.ready->>'status', '-'), coalesce(c.ready->>'reason', ''),
           CASE WHEN c.ready IS NULL THEN '-' ELSE k8s_fdw.ready_status(s.kind, s.creation_timestamp, s.deletion_timestamp, s.generation, s.status) END,
           coalesce(k8s_fdw.human_duration(trunc(extract(epoch FROM clock_timestamp() - s.creation_timestamp))::bigint), '<unknown>')
      FROM shown AS s CROSS JOIN LATERAL (SELECT jsonb_path_query_first(s.status, '$.conditions[*] ? (@.type == "Ready")') AS ready) AS c
     ORDER BY s.root COLLATE "C", s.place$query$, place,
    CASE WHEN in_namespace IS NULL THEN '' WHEN root.namespaced THEN format('WHERE o.namespace = %L', in_namespace)
         ELSE format('WHERE o.namespace = %L UNION ALL SELECT o.* FROM %I.objects AS o WHERE o.kind = %L AND o.api_version = %L AND o.name = %L',
                     in_namespace, place, root.kind, root.api_version, parts[2]) END)
    USING root.api_version, root.kind, parts[2];
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no % "%"%', root.kind, parts[2], coalesce(format(' in namespace "%s"', in_namespace), '')
      USING ERRCODE = 'no_data_found', HINT = format('SELECT namespace, name FROM %I.objects WHERE kind = %L; shows those that are there.', place, root.kind);
  END IF;
END $$;
