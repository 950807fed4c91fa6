-- What kept tables showed before: a table with each state of each object, and from when until when it was so.

CREATE OR REPLACE FUNCTION k8s_fdw.prepare_history(target regclass, part regclass, schema_name text, table_name text, wanted boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept constant k8s_fdw.kept_tables := k8s_fdw.kept_table(target);
  made constant text := format('%I.%I', schema_name, k8s_fdw.fitting_name(table_name || '_history'));
  key constant text := CASE WHEN kept.clusters IS NULL THEN 'uid' ELSE 'cluster, uid' END;
BEGIN
  IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = kept.history) THEN
    IF wanted IS FALSE THEN
      RAISE EXCEPTION '% has a history, and history => false would lose what comes', target
        USING ERRCODE = 'object_in_use', HINT = format('DROP TABLE %s ends it; then this works.', kept.history);
    END IF;
    PERFORM k8s_fdw.follow_columns(kept.history, kept.watches[1], part, '{}', true);
    RETURN;
  ELSIF wanted IS NOT TRUE THEN
    UPDATE k8s_fdw.kept_tables AS k SET history = NULL, history_from = NULL WHERE k.relation = target AND k.history IS NOT NULL;
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE %s (%s, valid tstzrange NOT NULL, change text NOT NULL, changed text[])', made,
    (SELECT string_agg(format('%I %s', c.name, c.type), ', ' ORDER BY c.number) FROM k8s_fdw.kept_columns(kept.watches[1], part, true) AS c));
  EXECUTE format('CREATE INDEX ON %s (%s) WHERE upper_inf(valid)', made, key);
  EXECUTE format('CREATE INDEX ON %s (%s, lower(valid))', made, key);
  EXECUTE format('CREATE INDEX ON %s (lower(valid))', made);
  EXECUTE format('CREATE INDEX ON %s USING gist (valid)', made);
  -- It has no key, and a publication of all tables must not stop the refreshes.
  EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', made);
  PERFORM k8s_fdw.copy_comments(part, made::regclass);
  EXECUTE format('COMMENT ON COLUMN %s.valid IS %L', made, 'From when until when the object was so.');
  EXECUTE format('COMMENT ON COLUMN %s.change IS %L', made, 'ADDED or MODIFIED; FOUND if it was there when the history began.');
  EXECUTE format('COMMENT ON COLUMN %s.changed IS %L', made, 'The columns that differ from the state before.');
  IF kept.columns <> '{}' THEN
    -- The rows of a table that was kept without; of a new one there are none yet.
    EXECUTE format('INSERT INTO %s (%2$s, valid, change) SELECT %2$s, tstzrange(clock_timestamp(), NULL), ''FOUND'' FROM %3$s', made,
      (SELECT string_agg(format('%I', c), ', ') FROM unnest(kept.columns) AS c), target);
  END IF;
  UPDATE k8s_fdw.kept_tables AS k SET history = made::regclass, history_from = NULL WHERE k.relation = target;
END $$;

-- What the statement of a refresh does to the history. An object begins and ends when the cluster says so, if that was
-- since the refresh before; else with the refresh. One that was made anew ends when its successor of the same name
-- begins.
CREATE OR REPLACE FUNCTION k8s_fdw.history_clauses(kept k8s_fdw.kept_tables, same text, is_watch boolean) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH named AS (
    SELECT string_agg(format('%I', c), ', ') AS list, string_agg(format('l.%I', c), ', ') AS l_list
      FROM unnest(kept.columns || CASE WHEN 'resource_version' <> ALL (kept.columns) THEN ARRAY['resource_version'] END) AS c),
  named_by AS (
    SELECT string_agg(c || ', ', '') AS list, string_agg(format('b.%1$s IS NOT DISTINCT FROM l.%1$s AND ', c), '') AS same
      FROM unnest(ARRAY['cluster', 'namespace', 'name']) AS c WHERE c = ANY (kept.columns) AND 'name' = ANY (kept.columns)),
  ends AS (
    SELECT 'CASE WHEN l.k8s_fdw_deleted > %1$s AND l.k8s_fdw_deleted < l.k8s_fdw_at THEN l.k8s_fdw_deleted ELSE l.k8s_fdw_at END' AS own,
           CASE WHEN named_by.list IS NOT NULL THEN
             ', (SELECT min(b.k8s_fdw_from) FROM begun AS b WHERE ' || named_by.same
             -- A list has no order.
             || CASE WHEN is_watch THEN 'b.k8s_fdw_nth > l.k8s_fdw_nth)' ELSE 'true)' END ELSE '' END AS of_successor
      FROM named_by)
  SELECT format($with$,
    brief AS MATERIALIZED (
      SELECT l.*, l.k8s_fdw_created AS k8s_fdw_from FROM latest AS l
       WHERE %10$s AND l.change = 'DELETED' AND l.k8s_fdw_created > l.k8s_fdw_before AND l.k8s_fdw_created < l.k8s_fdw_at
         AND NOT EXISTS (SELECT FROM %9$s AS k WHERE %8$s)),
    begun AS MATERIALIZED (
      SELECT %11$s k8s_fdw_from, k8s_fdw_nth FROM added UNION ALL SELECT %11$s k8s_fdw_from, k8s_fdw_nth FROM brief),
    closed AS (
      UPDATE %1$s AS h SET valid = tstzrange(lower(h.valid), greatest(l.until, lower(h.valid) + interval '1 microsecond'))
        FROM (SELECT %2$s l.uid, l.k8s_fdw_at AS until FROM changed AS l
              UNION ALL
              SELECT %2$s l.uid, least(%3$s) FROM gone AS l) AS l
       WHERE upper_inf(h.valid) AND %4$s RETURNING 1),
    opened AS (
      INSERT INTO %1$s (%5$s, valid, change, changed)
      SELECT %6$s, tstzrange(l.k8s_fdw_at, NULL), 'MODIFIED', l.k8s_fdw_changed FROM changed AS l WHERE (SELECT count(*) FROM closed) >= 0
      UNION ALL
      SELECT %6$s, tstzrange(l.k8s_fdw_from, NULL), %7$L, NULL FROM added AS l
      UNION ALL
      SELECT %6$s, tstzrange(l.k8s_fdw_from, l.until), 'ADDED', NULL
        FROM (SELECT l.*, least(%12$s) AS until FROM brief AS l) AS l WHERE l.k8s_fdw_from < l.until)
    $with$,
    kept.history,
    CASE WHEN kept.clusters IS NOT NULL THEN 'l.cluster,' ELSE '' END,
    format(ends.own, 'l.k8s_fdw_before') || ends.of_successor,
    format(history_clauses.same, 'h', 'l'),
    named.list,
    named.l_list,
    CASE WHEN kept.history_from IS NULL THEN 'FOUND' ELSE 'ADDED' END,
    format(history_clauses.same, 'k', 'l'),
    kept.relation,
    -- What came and went since the refresh before was in no refresh, and is in no list.
    is_watch::text,
    coalesce(named_by.list, ''),
    format(ends.own, 'l.k8s_fdw_created') || ends.of_successor)
    FROM named, named_by, ends
$$;

-- Notes when a history begins, and takes away what is older than it is to keep.
CREATE OR REPLACE FUNCTION k8s_fdw.prune_history(kept k8s_fdw.kept_tables, at timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  oldest constant timestamptz := at - kept.keep_for;
  pruned bigint := 0;
BEGIN
  IF kept.history IS NOT NULL AND kept.keep_for IS NOT NULL THEN
    EXECUTE format('DELETE FROM %s AS h WHERE h.valid << tstzrange($1, NULL)', kept.history) USING oldest;
    GET DIAGNOSTICS pruned = ROW_COUNT;
  END IF;
  IF pruned > 0 OR kept.history IS NOT NULL AND kept.history_from IS NULL THEN
    UPDATE k8s_fdw.kept_tables AS k SET history_from = CASE WHEN pruned > 0 THEN greatest(k.history_from, oldest) ELSE at END WHERE k.relation = kept.relation;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.history_of(relation regclass) RETURNS k8s_fdw.kept_tables
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept k8s_fdw.kept_tables;
BEGIN
  SELECT * INTO kept FROM k8s_fdw.kept_tables AS k WHERE k.relation = history_of.relation;
  IF NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = kept.history) THEN
    RAISE EXCEPTION '% has no history', relation
      USING ERRCODE = 'wrong_object_type', HINT = 'k8s_fdw.keep(…, history => true) begins one, for a table that is kept already too.';
  END IF;
  RETURN kept;
END $$;

-- The rows of a kept table as they were.
CREATE OR REPLACE FUNCTION k8s_fdw.as_of(kept_row anyelement, at timestamptz) RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept constant k8s_fdw.kept_tables := k8s_fdw.history_of((SELECT nullif(t.typrelid, 0)::regclass FROM pg_type AS t WHERE t.oid = pg_typeof(kept_row)));
BEGIN
  IF at < kept.history_from OR kept.history_from IS NULL THEN
    RAISE EXCEPTION 'the history of % begins at %, and % is before that', kept.relation, kept.history_from, at
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Nobody knows what was there before.';
  END IF;
  RETURN QUERY EXECUTE (
    SELECT format('SELECT %s FROM %s AS h WHERE h.valid @> $1',
             string_agg(CASE WHEN h.attname IS NULL THEN format('NULL::%s', format_type(a.atttypid, a.atttypmod)) ELSE format('h.%I', h.attname) END, ', ' ORDER BY a.attnum), kept.history)
      FROM pg_attribute AS a LEFT JOIN pg_attribute AS h ON h.attrelid = kept.history AND h.attname = a.attname AND NOT h.attisdropped
     WHERE a.attrelid = kept.relation AND a.attnum > 0 AND NOT a.attisdropped) USING at;
END $$;

-- Each change, with the values before and after of the columns that differ. The whole object and its version are left
-- out unless nothing else differs.
CREATE OR REPLACE FUNCTION k8s_fdw.changes(relation regclass, since timestamptz DEFAULT '-infinity')
RETURNS TABLE (at timestamptz, change text, cluster text, namespace text, name text, uid text, old jsonb, new jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept constant k8s_fdw.kept_tables := k8s_fdw.history_of(relation);
  named constant text := (SELECT string_agg(CASE WHEN c = ANY (kept.columns) THEN format('h.%I::text', c) ELSE format('NULL::text AS %I', c) END, ', ' ORDER BY place)
    FROM unnest(ARRAY['cluster', 'namespace', 'name', 'uid']) WITH ORDINALITY AS w (c, place));
  same constant text := CASE WHEN kept.clusters IS NULL THEN 'o.uid = h.uid' ELSE 'o.cluster = h.cluster AND o.uid = h.uid' END;
BEGIN
  IF since <> '-infinity' AND since < kept.history_from THEN
    RAISE NOTICE 'the history of % begins at %', relation, kept.history_from;
  END IF;
  RETURN QUERY EXECUTE format($query$
    SELECT * FROM (
    SELECT lower(h.valid) AS at, h.change, %1$s, k8s_fdw.picked(to_jsonb(o), h.changed), k8s_fdw.picked(to_jsonb(h), h.changed)
      FROM %2$s AS h LEFT JOIN %2$s AS o ON h.change = 'MODIFIED' AND %3$s AND upper(o.valid) = lower(h.valid)
     WHERE lower(h.valid) >= $1 AND h.change <> 'FOUND'
    UNION ALL
    SELECT upper(h.valid), 'DELETED', %1$s, k8s_fdw.picked(to_jsonb(h), NULL), NULL
      FROM %2$s AS h
     WHERE NOT h.valid << tstzrange($1, NULL) AND NOT upper_inf(h.valid) AND upper(h.valid) >= $1
       AND NOT EXISTS (SELECT FROM %2$s AS o WHERE o.change = 'MODIFIED' AND %3$s AND lower(o.valid) = upper(h.valid))
    ) AS c ORDER BY c.at, c.change = 'ADDED', c.namespace, c.name$query$, named, kept.history, same) USING since;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.picked(state jsonb, names text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN names IS NULL OR state IS NULL THEN state - ARRAY['valid', 'change', 'changed', 'attrs', 'resource_version'] ELSE (
    SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(state) AS e
     WHERE e.key = ANY (names) AND (e.key NOT IN ('attrs', 'resource_version') OR names <@ ARRAY['attrs', 'resource_version'])) END
$$;
