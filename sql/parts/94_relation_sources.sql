-- What relations are made over: the tables of a schema, the kind that each shows, and the columns in which its fields
-- are.

-- The foreign table whose options say what a relation shows: itself, or what a kept table follows. NULL for any other.
CREATE OR REPLACE FUNCTION k8s_fdw.foreign_source(relation regclass) RETURNS regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT t.ftrelid::regclass FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver WHERE t.ftrelid = relation
  UNION ALL
  -- The table with the option watch has the columns that the kept table had at its last change, whatever became of the source.
  SELECT k.watches[1] FROM k8s_fdw.kept_tables AS k WHERE k.relation = foreign_source.relation AND k.clusters IS NULL
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.table_options(relation regclass) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o WHERE t.ftrelid = relation
$$;

-- Which field of the object each column shows, as {"spec.nodeName": ["node_name", "text"]}; "" is the whole object.
-- Columns with a path that is more than names are left out.
CREATE OR REPLACE FUNCTION k8s_fdw.shown_fields(relation regclass) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH given AS MATERIALIZED (
    SELECT coalesce((k8s_fdw.table_options(s.source)->>'columns')::jsonb, '{}')
           || coalesce((SELECT jsonb_object_agg(f.name, f.alias) FROM k8s_fdw.aliases(s.source) AS f WHERE f.alias IS NOT NULL), '{}') AS paths
      FROM (SELECT k8s_fdw.foreign_source(relation) AS source) AS s),
  shown AS MATERIALIZED (
    SELECT a.attname::text AS name, a.atttypid::regtype::text AS type, CASE
             WHEN g.paths ? a.attname THEN btrim(g.paths->>a.attname, '{$.} ')
             WHEN a.attname = 'attrs' THEN ''
             ELSE CASE WHEN a.attname IN ('name', 'namespace', 'uid', 'generation', 'labels', 'annotations', 'finalizers', 'resource_version',
                                          'creation_timestamp', 'deletion_timestamp', 'owner_references') THEN 'metadata.' ELSE '' END
                  || left(a.attname, 1) || substr(replace(initcap(replace(a.attname, '_', ' ')), ' ', ''), 2) END AS path
      FROM pg_attribute AS a CROSS JOIN given AS g
     WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT IN ('label_selector', 'field_selector', 'object_key'))
  SELECT coalesce(jsonb_object_agg(s.path, jsonb_build_array(s.name, s.type)), '{}') FROM shown AS s WHERE s.path ~ '^([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)?$'
$$;

-- An expression for a field of the objects, as a column of `t`, from what shown_fields() gave: the field's own column, or
-- what is in that of a field around it. NULL if no column has it.
CREATE OR REPLACE FUNCTION k8s_fdw.field_expression(fields jsonb, field text, wanted text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN p.length < cardinality(w.path) THEN
                CASE wanted WHEN 'jsonb' THEN format('t.%I #> %L', c.name, w.path[p.length + 1:])
                          WHEN 'text' THEN format('t.%I #>> %L', c.name, w.path[p.length + 1:])
                          ELSE format('(t.%I #>> %L)::%s', c.name, w.path[p.length + 1:], wanted) END
              WHEN c.type = wanted::regtype::text THEN format('t.%I', c.name)
              WHEN c.type = 'jsonb' THEN format('(t.%I #>> ''{}'')::%s', c.name, wanted)
              ELSE format('t.%I::%s', c.name, wanted) END
    FROM (SELECT string_to_array(field, '.') AS path) AS w
   CROSS JOIN LATERAL generate_series(cardinality(w.path), 0, -1) AS p (length)
   CROSS JOIN LATERAL (SELECT fields->array_to_string(w.path[:p.length], '.') AS column) AS f
   CROSS JOIN LATERAL (SELECT f.column->>0 AS name, f.column->>1 AS type) AS c
   WHERE f.column IS NOT NULL AND CASE WHEN p.length < cardinality(w.path) THEN c.type = 'jsonb' ELSE wanted <> 'jsonb' OR c.type = 'jsonb' END
   ORDER BY p.length DESC LIMIT 1
$$;

-- The relations of a schema that show every object of a kind, one for each kind. `wanted_server` leaves out the foreign
-- tables of others. A table without a column for the namespace is one of a kind without. What has no uid has no
-- relations, and events are those of the core group.
CREATE OR REPLACE FUNCTION k8s_fdw.kinds_of_schema(schema_name text, wanted_server name DEFAULT NULL)
RETURNS TABLE (kind text, api_version text, api_group text, relation regclass, server name, fields jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  -- Each step once for each table: what it finds is long.
  WITH there AS MATERIALIZED (
    SELECT c.oid, c.relname, pg_has_role(current_user, c.relowner, 'USAGE') AS own, k8s_fdw.foreign_source(c.oid) AS source FROM pg_class AS c
     WHERE c.relnamespace = to_regnamespace(quote_ident(schema_name)) AND c.relkind IN ('f', 'r') AND NOT c.relispartition),
  given AS MATERIALIZED (
    SELECT t.*, k8s_fdw.table_options(t.source) AS options FROM there AS t WHERE t.source IS NOT NULL),
  shown AS MATERIALIZED (
    SELECT g.oid::regclass AS relation, g.relname, g.own, g.options->>'kind' AS kind, v.api_version,
           CASE WHEN strpos(v.api_version, '/') = 0 THEN '' ELSE split_part(v.api_version, '/', 1) END AS api_group,
           CASE WHEN g.source = g.oid THEN (SELECT s.srvname FROM pg_foreign_server AS s WHERE s.oid = k8s_fdw.server_of_table(g.source)) END AS server,
           g.options ?| ARRAY['namespace', 'namespaces'] AS is_part, k8s_fdw.shown_fields(g.oid) AS fields
      FROM given AS g
     CROSS JOIN LATERAL (SELECT coalesce(g.options->>'apiversion', g.options->>'apiVersion') AS api_version) AS v
     WHERE NOT g.options ?| ARRAY['label_selector', 'field_selector']
       AND (g.source <> g.oid OR coalesce(g.options->>'watch', 'off') IN ('off', 'false')))
  SELECT DISTINCT ON (k.kind, k.api_group) k.kind, k.api_version, k.api_group, k.relation, k.server, k.fields
    FROM shown AS k
   WHERE k.kind IS NOT NULL AND k.api_version IS NOT NULL AND k.api_group <> 'metrics.k8s.io'
     AND (k.api_group, k.kind) NOT IN (('events.k8s.io', 'Event'), ('', 'ComponentStatus'))
     AND (wanted_server IS NULL OR k.server = wanted_server)
     AND k8s_fdw.field_expression(k.fields, 'metadata.name', 'text') IS NOT NULL AND k8s_fdw.field_expression(k.fields, 'metadata.uid', 'text') IS NOT NULL
   -- One's own table, all namespaces, the whole object, a stable version, and the shorter name.
   ORDER BY k.kind, k.api_group, NOT k.own, k.is_part, NOT k.fields ? '', k.api_version ~ 'v\d+(alpha|beta)\d+$', k.api_version DESC, length(k.relname), k.relname
$$;
