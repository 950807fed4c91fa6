-- controls(): runs the controls of sql/controls, which control_list() holds, over the tables of a schema. All are one query
-- over sources that are read once. What cannot be read, or fails, is a row of its own, and never an ok.

-- What each source is filled with, and of which kinds it has nothing. `tables` is an object of the rows of
-- kinds_of_schema() by group and kind.
CREATE OR REPLACE FUNCTION k8s_fdw.filled_control_sources(tables jsonb)
RETURNS TABLE (name text, nth bigint, filled text, uses text[], cluster_wide boolean, is_there boolean, missing text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  source record;
  made record;
  one text;
  usable jsonb;
  known jsonb := '{}';
BEGIN
  FOR source IN SELECT s.* FROM k8s_fdw.control_sources() WITH ORDINALITY AS s ORDER BY s.ordinality LOOP
    name := source.name;
    nth := source.ordinality;
    uses := coalesce(source.uses, '{}');
    cluster_wide := source.cluster_wide;
    filled := source.query;
    missing := '{}';
    IF source.kinds IS NOT NULL THEN
      usable := tables;
      -- A table that lacks a column is left out, and the others are read.
      FOREACH one IN ARRAY string_to_array(source.kinds, '|') LOOP
        made := k8s_fdw.relation_source(one || '?: ' || source.fields, tables);
        missing := missing || made.missing || made.incomplete;
        IF made.missing <> '{}' THEN
          usable := usable - one;
        END IF;
      END LOOP;
      made := k8s_fdw.relation_source(source.kinds || '?: ' || source.fields, usable);
      filled := made.filled;
      is_there := cardinality(made.reads) > 0;
    ELSIF uses = '{}' THEN
      is_there := true;
    ELSE
      is_there := EXISTS (SELECT FROM unnest(uses) AS u WHERE u <> 'looked_at' AND (known->u->>'is_there')::boolean);
      missing := ARRAY(SELECT DISTINCT m FROM unnest(uses) AS u, jsonb_array_elements_text(known->u->'missing') AS m ORDER BY 1);
    END IF;
    known := known || jsonb_build_object(name, jsonb_build_object('is_there', is_there, 'missing', missing));
    RETURN NEXT;
  END LOOP;
END $$;

-- Why kinds were not looked at, and what helps: `unreadable` says of some why not.
CREATE OR REPLACE FUNCTION k8s_fdw.control_gap(missing text[], unreadable jsonb, schema_name text, server name, OUT reason text, OUT remedy text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH gaps AS (
    SELECT m AS kind, k.api_version, k.table_name, k.needs, unreadable->m->>'why' AS why, unreadable->m->>'remedy' AS remedy
      FROM unnest(missing) AS m LEFT JOIN k8s_fdw.control_kinds() AS k ON k.kind = m),
  told AS (
    SELECT 1 AS nth, g.kind || coalesce(': ' || g.why, '') AS reason, CASE WHEN g.why IS NULL THEN 'Give the table the column attrs.' ELSE g.remedy END AS remedy
      FROM gaps AS g WHERE g.why IS NOT NULL OR g.kind ~ ' '
    UNION ALL
    SELECT 2, format('schema %I has no table of %s', schema_name, string_agg(g.kind, ', ' ORDER BY g.kind)), NULL
      FROM gaps AS g WHERE g.why IS NULL AND g.kind !~ ' ' HAVING count(*) > 0
    UNION ALL
    SELECT 3, NULL, CASE WHEN server IS NULL THEN format('%sImport %s of %s into the schema that is kept, and keep it too: k8s_fdw.keep_all() says how.', g.needs, string_agg(g.table_name, ', ' ORDER BY g.table_name), g.api_version)
                         ELSE format('%sIMPORT FOREIGN SCHEMA "%s" LIMIT TO (%s) FROM SERVER %I INTO %I;', g.needs, g.api_version, string_agg(g.table_name, ', ' ORDER BY g.table_name), server, schema_name) END
      FROM gaps AS g WHERE g.why IS NULL AND g.kind !~ ' ' GROUP BY g.needs, g.api_version)
  SELECT string_agg(DISTINCT t.reason, '; '), string_agg(DISTINCT t.remedy, ' ') FROM told AS t
$$;

-- The query of some controls. $1 is the namespace, if one is given.
CREATE OR REPLACE FUNCTION k8s_fdw.control_query(tables jsonb, unreadable jsonb, schema_name text, server name, ids text[], in_namespace text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  sources jsonb;
  wanted text[];
  more text[];
  parts text[];
  controls text[] := '{}';
  control record;
  missing text[];
  gap record;
  runs boolean;
BEGIN
  SELECT jsonb_object_agg(f.name, to_jsonb(f)) INTO sources FROM k8s_fdw.filled_control_sources(tables) AS f;
  wanted := ARRAY(SELECT DISTINCT r FROM k8s_fdw.control_list() AS l, unnest(l.reads) AS r WHERE l.id = ANY (ids));
  LOOP
    more := ARRAY(SELECT DISTINCT u FROM unnest(wanted) AS w, jsonb_array_elements_text(sources->w->'uses') AS u WHERE u <> ALL (wanted));
    EXIT WHEN more = '{}';
    wanted := wanted || more;
  END LOOP;
  parts := ARRAY(
    SELECT format('%I AS MATERIALIZED (%s)', w, CASE
             WHEN in_namespace IS NULL OR (sources->w->>'cluster_wide')::boolean OR sources->w->'uses' <> '[]' THEN sources->w->>'filled'
             ELSE format('SELECT * FROM %s AS f WHERE f.namespace = $1', sources->w->>'filled') END)
      FROM unnest(wanted) AS w WHERE w <> 'looked_at' ORDER BY (sources->w->>'nth')::integer);
  FOR control IN SELECT l.*, l.ordinality AS nth FROM k8s_fdw.control_list() WITH ORDINALITY AS l WHERE l.id = ANY (ids) ORDER BY l.ordinality LOOP
    runs := NOT EXISTS (SELECT FROM unnest(control.reads) AS r WHERE NOT (sources->r->>'is_there')::boolean);
    missing := ARRAY(SELECT DISTINCT m FROM unnest(control.reads) AS r, jsonb_array_elements_text(sources->r->'missing') AS m ORDER BY 1);
    IF runs THEN
      -- A control that says of single objects why it cannot tell has a column for that.
      controls := controls || format($query$
        SELECT %s, x.kind, x.namespace, x.name, nullif(x.alarm, ''), nullif(x.skip, ''), NULL::text
          FROM (SELECT NULL::text AS skip) AS without
         CROSS JOIN LATERAL (SELECT c.kind, c.namespace, c.name, c.alarm, skip FROM (%s) AS c) AS x%s$query$,
        control.nth, control.query, CASE WHEN in_namespace IS NULL THEN '' ELSE ' WHERE x.namespace = $1' END);
    END IF;
    IF missing <> '{}' THEN
      gap := k8s_fdw.control_gap(missing, unreadable, schema_name, server);
      controls := controls || format('SELECT %s, NULL::text, NULL::text, NULL::text, NULL::text, %L::text, %L::text', control.nth,
        CASE WHEN runs THEN 'not looked at: ' ELSE '' END || gap.reason, gap.remedy);
    END IF;
  END LOOP;
  RETURN format($query$
    WITH looked_at (kind) AS MATERIALIZED (SELECT unnest(%L::text[]))%s
    SELECT l.id, l.title, l.severity, l.source, f.kind, f.namespace, f.name,
           CASE WHEN f.alarm IS NOT NULL THEN 'alarm' WHEN f.skip IS NOT NULL THEN 'skip' ELSE 'ok' END, coalesce(f.alarm, f.skip),
           CASE WHEN f.alarm IS NOT NULL THEN l.remedy ELSE f.remedy END
      FROM (%s) AS f (nth, kind, namespace, name, alarm, skip, remedy)
      JOIN k8s_fdw.control_list() WITH ORDINALITY AS l (id, title, severity, source, remedy, reads, query, nth) USING (nth)
     -- A sort, too, has all of them read before the first is returned.
     ORDER BY f.nth, f.namespace COLLATE "C", f.kind COLLATE "C", f.name COLLATE "C"$query$,
    ARRAY(SELECT jsonb_object_keys(tables)), coalesce(', ' || nullif(array_to_string(parts, ', '), ''), ''),
    array_to_string(controls, ' UNION ALL '));
END $$;

-- The tables that cannot be read now, and why: those of `wanted` are read once more, one by one.
CREATE OR REPLACE FUNCTION k8s_fdw.failing_tables(tables jsonb, wanted text[], in_namespace text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  failing jsonb := '{}';
  one record;
BEGIN
  FOR one IN
    SELECT t.kind, r.filled, s.cluster_wide
      FROM k8s_fdw.control_sources() AS s CROSS JOIN LATERAL unnest(string_to_array(s.kinds, '|')) AS t (kind)
     CROSS JOIN LATERAL k8s_fdw.relation_source(t.kind || '?: ' || s.fields, tables) AS r
     WHERE r.filled IS NOT NULL AND t.kind = ANY (wanted) AND tables ? t.kind
  LOOP
    BEGIN
      -- The whole rows, so that the same is requested.
      EXECUTE format('SELECT count(t) FROM (SELECT * FROM %s AS f%s) AS t', one.filled,
        CASE WHEN in_namespace IS NULL OR one.cluster_wide THEN '' ELSE ' WHERE f.namespace = $1' END) USING in_namespace;
    EXCEPTION WHEN OTHERS THEN
      failing := failing || jsonb_build_object(one.kind, jsonb_build_object('why', regexp_replace(SQLERRM, '^guest fdw error: ', ''), 'remedy', 'Mend that, and run the control again.'));
    END;
  END LOOP;
  RETURN failing;
END $$;

-- The kinds that some controls read.
CREATE OR REPLACE FUNCTION k8s_fdw.kinds_of_controls(ids text[]) RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH RECURSIVE used (name) AS (
    SELECT r FROM k8s_fdw.control_list() AS l, unnest(l.reads) AS r WHERE l.id = ANY (ids)
    UNION SELECT u FROM used JOIN k8s_fdw.control_sources() AS s USING (name), unnest(s.uses) AS u)
  SELECT ARRAY(SELECT DISTINCT k FROM used JOIN k8s_fdw.control_sources() AS s USING (name), unnest(string_to_array(s.kinds, '|')) AS k)
$$;

-- The ids that patterns of LIKE mean, all of them without any.
CREATE OR REPLACE FUNCTION k8s_fdw.chosen_controls(patterns text[]) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stray constant text := (SELECT p FROM unnest(patterns) AS p WHERE NOT EXISTS (SELECT FROM k8s_fdw.control_list() AS l WHERE l.id LIKE p) LIMIT 1);
BEGIN
  IF stray IS NOT NULL THEN
    RAISE EXCEPTION 'no control has an id like "%"', stray
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'SELECT id, title FROM k8s_fdw.control_list(); lists them, and % stands for any letters: ''{pss-baseline-%}''.';
  END IF;
  IF cardinality(array_remove(patterns, NULL)) = 0 THEN
    RAISE EXCEPTION 'no control is chosen'
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave ids out for all of them, or take ids of k8s_fdw.control_list().';
  END IF;
  RETURN ARRAY(SELECT l.id FROM k8s_fdw.control_list() AS l WHERE patterns IS NULL OR l.id LIKE ANY (patterns));
END $$;

-- What is in a schema: each kind by its table, and those that the role may not read.
CREATE OR REPLACE FUNCTION k8s_fdw.control_tables(schema_name text, OUT tables jsonb, OUT unreadable jsonb, OUT server name)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  servers name[];
BEGIN
  IF to_regnamespace(quote_ident(schema_name)) IS NULL THEN
    RAISE EXCEPTION 'there is no schema %', schema_name
      USING ERRCODE = 'invalid_schema_name', HINT = 'Give the schema into which the cluster was imported, or in which its tables are kept.';
  END IF;
  WITH found AS (
    SELECT concat_ws('/', nullif(k.api_group, ''), k.kind) AS kind, k.relation, k.server, to_jsonb(k) AS told,
           has_table_privilege(k.relation, 'SELECT') AND has_schema_privilege(schema_name, 'USAGE') AS may_read
      FROM k8s_fdw.kinds_of_schema(schema_name) AS k)
  SELECT coalesce(jsonb_object_agg(f.kind, f.told) FILTER (WHERE f.may_read), '{}'),
         coalesce(jsonb_object_agg(f.kind, jsonb_build_object('why', format('role %I may not read %s', current_user, f.relation),
           'remedy', CASE WHEN has_schema_privilege(schema_name, 'USAGE') THEN '' ELSE format('GRANT USAGE ON SCHEMA %I TO %I; ', schema_name, current_user) END
             || format('GRANT SELECT ON %s TO %I;', f.relation, current_user))) FILTER (WHERE NOT f.may_read), '{}'),
         coalesce(array_agg(DISTINCT f.server) FILTER (WHERE f.server IS NOT NULL), '{}')
    INTO tables, unreadable, servers FROM found AS f;
  server := servers[1];
  IF tables = '{}' AND unreadable = '{}' THEN
    RAISE EXCEPTION 'schema % has no table of a kind', schema_name
      USING ERRCODE = 'undefined_table', HINT = format('Import them: IMPORT FOREIGN SCHEMA "*" FROM SERVER … INTO %I;', schema_name);
  ELSIF cardinality(servers) > 1 THEN
    RAISE EXCEPTION 'schema % has tables of several clusters: servers %', schema_name, array_to_string(servers, ', ')
      USING ERRCODE = 'ambiguous_parameter', HINT = 'Controls are about one cluster. Import each into a schema of its own.';
  END IF;
END $$;

-- No nested loop: the planner knows little of how many rows there are, and one over two sources would take hours. Compiling
-- the query would take longer than running it.
CREATE OR REPLACE FUNCTION k8s_fdw.controls(schema_name text, ids text[] DEFAULT NULL, in_namespace text DEFAULT NULL)
RETURNS TABLE (control text, title text, severity text, source text, kind text, namespace text, name text, status text, reason text, remedy text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_nestloop = off
AS $$
DECLARE
  chosen constant text[] := k8s_fdw.chosen_controls(ids);
  place record := k8s_fdw.control_tables(schema_name);
  left_over jsonb := place.tables;
  unreadable jsonb := place.unreadable;
  failing jsonb;
  single text;
BEGIN
  LOOP
    BEGIN
      RETURN QUERY EXECUTE k8s_fdw.control_query(left_over, unreadable, schema_name, place.server, chosen, in_namespace) USING in_namespace;
      RETURN;
    EXCEPTION WHEN OTHERS THEN
      failing := k8s_fdw.failing_tables(left_over, k8s_fdw.kinds_of_controls(chosen), in_namespace);
      -- If nothing can be read, it is the cluster that is away.
      IF failing <> '{}' AND NOT EXISTS (SELECT FROM unnest(k8s_fdw.kinds_of_controls(chosen)) AS k WHERE left_over ? k AND NOT failing ? k) THEN
        RAISE;
      END IF;
    END;
    EXIT WHEN failing = '{}';
    unreadable := unreadable || failing;
    left_over := left_over - ARRAY(SELECT jsonb_object_keys(failing));
  END LOOP;
  -- It is no table, so it is a control.
  FOREACH single IN ARRAY chosen LOOP
    BEGIN
      RETURN QUERY EXECUTE k8s_fdw.control_query(left_over, unreadable, schema_name, place.server, ARRAY[single], in_namespace) USING in_namespace;
    EXCEPTION WHEN OTHERS THEN
      RETURN QUERY SELECT l.id, l.title, l.severity, l.source, NULL, NULL, NULL, 'error', SQLERRM, 'Nothing was checked. Report it, with this message.'
        FROM k8s_fdw.control_list() AS l WHERE l.id = single;
    END;
  END LOOP;
END $$;

-- How many objects of each namespace fail, and how badly. The row without a namespace is of what is in none.
CREATE OR REPLACE FUNCTION k8s_fdw.controls_summary(schema_name text, ids text[] DEFAULT NULL, in_namespace text DEFAULT NULL)
RETURNS TABLE (namespace text, objects bigint, failing bigint, critical bigint, high bigint, medium bigint, low bigint, ok bigint, not_checked bigint)
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.namespace, count(DISTINCT (c.kind, c.name)) FILTER (WHERE c.kind IS NOT NULL), count(DISTINCT (c.kind, c.name)) FILTER (WHERE c.status = 'alarm'),
         count(*) FILTER (WHERE c.status = 'alarm' AND c.severity = 'critical'), count(*) FILTER (WHERE c.status = 'alarm' AND c.severity = 'high'),
         count(*) FILTER (WHERE c.status = 'alarm' AND c.severity = 'medium'), count(*) FILTER (WHERE c.status = 'alarm' AND c.severity = 'low'),
         count(*) FILTER (WHERE c.status = 'ok'), count(*) FILTER (WHERE c.status IN ('skip', 'error'))
    FROM k8s_fdw.controls(schema_name, ids, in_namespace) AS c GROUP BY c.namespace ORDER BY 4 DESC, 5 DESC, 6 DESC, 7 DESC, 1
$$;
