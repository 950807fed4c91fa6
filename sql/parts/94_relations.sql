-- relations(): makes views that join the tables of a schema as the objects in them belong together.

-- What a placeholder of 94_relation_views.sql stands for. `tables` is an object of the rows of kinds_of_schema() by group
-- and kind. `filled` is NULL if `missing`, kinds or columns, must be there; `incomplete` are kinds without which it is less.
CREATE OR REPLACE FUNCTION k8s_fdw.relation_source(placeholder text, tables jsonb, OUT filled text, OUT reads regclass[], OUT missing text[], OUT incomplete text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  parts constant text[] := regexp_match(placeholder, '^(has all |has )?([^?:]+)(\?)?(:.*)?$');
  every_table constant boolean := parts[2] = '*';
  wanted constant text[] := CASE WHEN parts[2] = '*' THEN ARRAY(SELECT k FROM jsonb_object_keys(tables) AS k ORDER BY k) ELSE string_to_array(parts[2], '|') END;
  absent constant text[] := ARRAY(SELECT w FROM unnest(wanted) AS w WHERE NOT tables ? w);
  one jsonb;
  field text[];
  expression text;
  columns text;
  selects text[] := '{}';
BEGIN
  missing := '{}';
  incomplete := '{}';
  reads := '{}';
  IF parts[1] IS NOT NULL THEN
    filled := (absent = '{}')::text;
    RETURN;
  ELSIF absent = wanted AND parts[3] IS NULL THEN
    missing := absent;
    RETURN;
  END IF;
  incomplete := absent;
  FOR one IN SELECT tables->w.w FROM unnest(wanted) WITH ORDINALITY AS w (w, n) WHERE tables ? w.w OR absent = wanted ORDER BY w.n LOOP
    columns := '';
    FOR field IN SELECT f FROM regexp_matches(parts[4], '(\w+) = ([\w.]+) (\w+)', 'g') AS f LOOP
      expression := k8s_fdw.field_expression(one->'fields', field[2], field[3]);
      IF expression IS NULL AND one IS NOT NULL AND NOT every_table THEN
        missing := missing || format('%s has no column that shows %s', (one->>'relation')::regclass, field[2]);
      END IF;
      columns := columns || format(', %s AS %I', coalesce(expression, 'NULL::' || field[3]), field[1]);
    END LOOP;
    selects := selects || format('SELECT %L::text AS api_version, %L::text AS kind, %L::text AS api_group, %s AS namespace, %s AS name, %s AS uid, %s AS labels%s %s',
      one->>'api_version', one->>'kind', one->>'api_group',
      CASE WHEN one->'fields' ? 'metadata.namespace' THEN k8s_fdw.field_expression(one->'fields', 'metadata.namespace', 'text') ELSE 'NULL::text' END,
      coalesce(k8s_fdw.field_expression(one->'fields', 'metadata.name', 'text'), 'NULL::text'),
      coalesce(k8s_fdw.field_expression(one->'fields', 'metadata.uid', 'text'), 'NULL::text'),
      coalesce(k8s_fdw.field_expression(one->'fields', 'metadata.labels', 'jsonb'), 'NULL::jsonb'),
      columns, CASE WHEN one IS NULL THEN 'WHERE false' ELSE format('FROM %s AS t', (one->>'relation')::regclass) END);
    reads := reads || (one->>'relation')::regclass;
    EXIT WHEN one IS NULL;
  END LOOP;
  reads := array_remove(reads, NULL);
  filled := CASE WHEN missing = '{}' THEN '(' || array_to_string(selects, ' UNION ALL ') || ')' END;
END $$;

-- The query of a view, with all of its placeholders filled in.
CREATE OR REPLACE FUNCTION k8s_fdw.relation_query(body text, tables jsonb, OUT filled text, OUT reads regclass[], OUT missing text[], OUT incomplete text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  placeholder text;
  source record;
BEGIN
  filled := body;
  reads := '{}';
  missing := '{}';
  incomplete := '{}';
  FOR placeholder IN SELECT p[1] FROM regexp_matches(body, '\{\{(.*?)\}\}', 'g') AS p LOOP
    source := k8s_fdw.relation_source(placeholder, tables);
    filled := replace(filled, '{{' || placeholder || '}}', coalesce(source.filled, ''));
    reads := reads || source.reads;
    missing := missing || source.missing;
    incomplete := incomplete || source.incomplete;
  END LOOP;
END $$;

-- Those of the tables that the user of their server may not read, or that the cluster does not serve, and why. A server
-- with `forbidden` 'skip' leaves out single namespaces by itself.
CREATE OR REPLACE FUNCTION k8s_fdw.unreadable_tables(tables jsonb) RETURNS TABLE (kind text, why text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  asked record;
  answer record;
  options_by_kind jsonb;
BEGIN
  -- A question has room for a hundred requests, and a kind takes one, its group version another.
  FOR asked IN
    SELECT t.server, jsonb_object_agg(t.id, t.options) AS options, bool_or(t.skips) AS skips
      FROM (SELECT e.key AS id, s.srvname AS server, (row_number() OVER (PARTITION BY s.srvname ORDER BY e.key) - 1) / 50 AS part,
                   EXISTS (SELECT FROM unnest(s.srvoptions) AS o WHERE o = 'forbidden=skip') AS skips,
                   (SELECT coalesce(jsonb_object_agg(o.key, o.value), '{}') FROM jsonb_each(k8s_fdw.table_options((e.value->>'relation')::regclass)) AS o
                     WHERE o.key IN ('object', 'apiVersion', 'apiversion', 'kind', 'namespace', 'namespaces'))::text AS options
              FROM jsonb_each(tables) AS e JOIN pg_foreign_server AS s ON s.srvname = e.value->>'server'
             WHERE k8s_fdw.lends_secret(s.srvname) IS NULL) AS t
     GROUP BY t.server, t.part ORDER BY t.server, t.part
  LOOP
    options_by_kind := asked.options;
    answer := k8s_fdw.ask(asked.server, 'can_show', 'table_options text, namespace text, allowed boolean, reason text, evaluation_error text, problem text',
      format('WHERE table_options = ANY (%L)', ARRAY(SELECT o.value FROM jsonb_each_text(options_by_kind) AS o)));
    IF answer.problem IS NOT NULL THEN
      RAISE NOTICE 'the cluster of server % does not say what may be read: %', asked.server, answer.problem
        USING DETAIL = 'The views are made over all tables; a query of one that may not be read is an error.';
    ELSE
      RETURN QUERY
        SELECT DISTINCT ON (o.key) o.key, coalesce(a.problem, concat_ws(': ', 'the user of server ' || asked.server || ' may not list them' || coalesce(' in namespace ' || a.namespace, ''),
                                                                         nullif(concat_ws(', ', nullif(a.reason, ''), nullif(a.evaluation_error, '')), '')))
          FROM jsonb_each_text(options_by_kind) AS o
          JOIN jsonb_to_recordset(answer.answer) AS a (table_options text, namespace text, allowed boolean, reason text, evaluation_error text, problem text) ON a.table_options = o.value
         WHERE a.problem IS NOT NULL OR a.allowed IS NOT TRUE AND NOT (asked.skips AND a.namespace IS NULL AND tables->o.key->'fields' ? 'metadata.namespace')
         ORDER BY o.key, a.namespace;
    END IF;
  END LOOP;
END $$;

-- What is missing, in groups of one reason: `less` has pairs of a kind (group/Kind) or a missing column and a view. `served`
-- is what the cluster said that it serves, or NULL.
CREATE OR REPLACE FUNCTION k8s_fdw.missing_kinds(less jsonb, unreadable jsonb, served jsonb, source_schema text, server name, made text[])
RETURNS TABLE (message text, detail text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH pairs AS (
    SELECT DISTINCT l.kind, l.view FROM jsonb_to_recordset(less) AS l (kind text, view text)),
  kinds AS (
    SELECT k.kind, s.api_version, s.name, CASE
             WHEN k.kind ~ ' ' THEN k.kind
             WHEN unreadable ? k.kind THEN unreadable->>k.kind
             WHEN s.api_version IS NOT NULL THEN NULL
             WHEN server IS NULL OR served IS NULL THEN format('schema %I has no such table', source_schema)
             ELSE 'the cluster does not serve it' END AS why
      FROM (SELECT DISTINCT p.kind FROM pairs AS p) AS k
      LEFT JOIN LATERAL (
        SELECT r.api_version, r.name FROM jsonb_to_recordset(served) AS r (name text, api_version text, api_group text, kind text, verbs jsonb)
         WHERE concat_ws('/', nullif(r.api_group, ''), r.kind) = k.kind AND r.verbs ? 'list' LIMIT 1) AS s ON true)
  SELECT CASE WHEN min(k.kind) ~ ' ' THEN min(k.kind) ELSE format('without %s: %s', string_agg(DISTINCT k.kind, ', '), coalesce(k.why,
           format('schema %1$I has no such table, and IMPORT FOREIGN SCHEMA "%2$s" LIMIT TO (%3$s) FROM SERVER %4$I INTO %1$I; makes it',
                  source_schema, min(k.api_version), string_agg(DISTINCT quote_ident(replace(k.name, '-', '_')), ', '), server))) END,
         concat_ws(' ', 'Not made: ' || string_agg(DISTINCT p.view, ', ') FILTER (WHERE p.view <> ALL (made)) || '.',
                   'Made without: ' || string_agg(DISTINCT p.view, ', ') FILTER (WHERE p.view = ANY (made)) || '.')
    FROM kinds AS k JOIN pairs AS p USING (kind) GROUP BY k.why, CASE WHEN k.why IS NULL THEN k.api_version END ORDER BY 1
$$;
