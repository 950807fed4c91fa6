-- Brings into kept tables what has changed in the cluster: by a watch since the last version, or by a whole list that is
-- compared. What did not change is not written.

-- As many objects are listed, and more are watched: a list of a few costs one short request, and a watch lasts a while.
CREATE OR REPLACE FUNCTION k8s_fdw.watched_from() RETURNS integer
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT 500 $$;

-- Whether two values differ, as an expression. A type without equality is compared as text.
CREATE OR REPLACE FUNCTION k8s_fdw.differs(relation regclass, column_name text, one text, other text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format(CASE WHEN EXISTS (
             SELECT FROM pg_opclass AS o WHERE o.opcdefault AND o.opcmethod = (SELECT m.oid FROM pg_am AS m WHERE m.amname = 'btree')
                AND o.opcintype = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END)
             OR t.oid IN ('varchar'::regtype)
           THEN '%1$s.%3$I IS DISTINCT FROM %2$s.%3$I' ELSE '%1$s.%3$I::text IS DISTINCT FROM %2$s.%3$I::text' END, one, other, a.attname)
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
   WHERE a.attrelid = relation AND a.attname = column_name
$$;

-- The version up to which the rows are right. The error is what a watch says of a version that is too old, and leads to
-- a list as that does.
CREATE OR REPLACE FUNCTION k8s_fdw.read_until(version text, since text, without_uid bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF version IS NULL THEN
    RAISE EXCEPTION 'the changes ended without the version that they are right as of'
      USING ERRCODE = 'fdw_error', HINT = 'The next refresh tries again.';
  ELSIF without_uid > 0 THEN
    RAISE EXCEPTION '% objects have no uid, so that nothing can be said of what became of them', without_uid
      USING ERRCODE = 'fdw_error', HINT = 'Such a kind cannot be kept. INSERT INTO … SELECT … keeps what it shows at one time.';
  ELSIF version ~ '^[0-9]+$' AND since ~ '^[0-9]+$' AND version::numeric < since::numeric THEN
    RAISE EXCEPTION 'k8s_fdw[expired] the cluster is at version %, and was at % before', version, since USING ERRCODE = 'fdw_error';
  END IF;
  RETURN version;
END $$;

-- The statement that reads one part and writes all of it; $1 is the time of the refresh before, $2 the cluster and $3 the namespace. It
-- is one statement, so that nothing has to be put down in between. The parts of WITH that write run in their order,
-- because each asks for the count of the one before: an object that was made anew under its name is deleted first.
CREATE OR REPLACE FUNCTION k8s_fdw.refresh_statement(kept k8s_fdw.kept_tables, part integer, since text, mark text, has_mark boolean) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH named AS (
    SELECT string_agg(format('%I', c), ', ') AS list,
           string_agg(format('l.%I', c), ', ') AS l_list,
           string_agg(format('k.%I', c), ', ') AS k_list,
           string_agg(k8s_fdw.differs(kept.watches[part], c, 'k', 'l'), ' OR ') AS differ,
           'array_remove(ARRAY[' || string_agg(format('CASE WHEN %s THEN %L::text END', k8s_fdw.differs(kept.watches[part], c, 'k', 'l'), c), ', ') || '], NULL)' AS which,
           CASE WHEN kept.clusters IS NULL THEN '%1$s.uid = %2$s.uid' ELSE '%1$s.cluster = %2$s.cluster AND %1$s.uid = %2$s.uid' END AS same
      FROM unnest(kept.columns) AS c)
  SELECT format($with$
    WITH seen AS MATERIALIZED (SELECT %16$s AS k8s_fdw_nth, %11$s%14$s, change, %15$s AS k8s_fdw_mark, %17$s FROM %1$s AS w%2$s),
    ending AS MATERIALIZED (
      SELECT k8s_fdw.read_until((array_agg(resource_version::text ORDER BY k8s_fdw_nth DESC) FILTER (WHERE change = 'BOOKMARK'))[1], %3$L,
                                count(*) FILTER (WHERE change <> 'BOOKMARK' AND uid IS NULL)) AS version,
             max(k8s_fdw_mark) AS mark,
             greatest(clock_timestamp(), $1 + interval '1 microsecond') AS at
        FROM seen),
    latest AS %18$s MATERIALIZED (SELECT %4$s l.*, e.at AS k8s_fdw_at, $1 AS k8s_fdw_before FROM seen AS l CROSS JOIN ending AS e WHERE l.change <> 'BOOKMARK'%5$s),
    changed AS MATERIALIZED (SELECT l.*, %6$s AS k8s_fdw_changed FROM latest AS l JOIN %7$s AS k ON %8$s WHERE l.change <> 'DELETED' AND (%9$s)),
    added AS %19$s MATERIALIZED (
      SELECT l.*, CASE WHEN l.k8s_fdw_created > l.k8s_fdw_before AND l.k8s_fdw_created < l.k8s_fdw_at THEN l.k8s_fdw_created ELSE l.k8s_fdw_at END AS k8s_fdw_from
        FROM latest AS l WHERE l.change <> 'DELETED' AND NOT EXISTS (SELECT FROM %7$s AS k WHERE %8$s)),
    gone AS MATERIALIZED (%10$s),
    deleted AS (DELETE FROM %7$s AS k USING gone AS l WHERE %8$s RETURNING 1),
    updated AS (UPDATE %7$s AS k SET (%11$s) = ROW (%12$s) FROM changed AS l WHERE %8$s AND (SELECT count(*) FROM deleted) >= 0 RETURNING 1),
    inserted AS (INSERT INTO %7$s (%11$s) SELECT %11$s FROM added WHERE (SELECT count(*) FROM updated) >= 0 RETURNING 1)%13$s
    SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM updated), (SELECT count(*) FROM deleted), e.version, e.at, e.mark FROM ending AS e
    $with$,
    kept.watches[part],
    CASE WHEN since IS NOT NULL THEN format(' WHERE w.since = %L', concat_ws('@', since, mark)) ELSE '' END,
    since,
    -- Of the changes of an object the last one counts. A list has each object once.
    CASE WHEN since IS NOT NULL THEN 'DISTINCT ON (l.uid)' ELSE '' END,
    CASE WHEN since IS NOT NULL THEN ' ORDER BY l.uid, l.k8s_fdw_nth DESC' ELSE '' END,
    named.which,
    kept.relation,
    format(named.same, 'k', 'l'),
    named.differ,
    CASE WHEN since IS NOT NULL
      THEN format('SELECT l.* FROM latest AS l JOIN %s AS k ON %s WHERE l.change = ''DELETED''', kept.relation, format(named.same, 'k', 'l'))
      ELSE format('SELECT %s, NULL::timestamptz AS k8s_fdw_deleted, e.at AS k8s_fdw_at, $1 AS k8s_fdw_before FROM %s AS k CROSS JOIN ending AS e WHERE %s AND NOT EXISTS (SELECT FROM latest AS l WHERE %s)',
        named.k_list, kept.relation, concat_ws(' AND ', 'e.version IS NOT NULL', CASE WHEN kept.clusters IS NOT NULL THEN 'k.cluster = $2' END, CASE WHEN kept.namespaces[part] IS NOT NULL THEN 'k.namespace = $3' END), format(named.same, 'k', 'l')) END,
    named.list,
    named.l_list,
    CASE WHEN kept.history IS NOT NULL THEN k8s_fdw.history_clauses(kept, named.same, since IS NOT NULL) ELSE '' END
      || k8s_fdw.unsent_clause(kept),
    CASE WHEN 'resource_version' <> ALL (kept.columns) THEN ', resource_version' ELSE '' END,
    CASE WHEN has_mark THEN 'mark' ELSE 'NULL::text' END,
    CASE WHEN since IS NOT NULL THEN 'row_number() OVER ()' ELSE '0' END,
    -- Only a history needs these, and each column costs time.
    CASE WHEN kept.history IS NOT NULL THEN 'k8s_fdw_created, k8s_fdw_deleted' ELSE 'NULL::timestamptz AS k8s_fdw_created, NULL::timestamptz AS k8s_fdw_deleted' END,
    -- What is read once, or costs nothing to read again, is not put down a second time.
    CASE WHEN since IS NULL THEN 'NOT' ELSE '' END,
    CASE WHEN kept.history IS NULL AND k8s_fdw.unsent_clause(kept) = '' THEN 'NOT' ELSE '' END)
  FROM named
$$;

-- Reads one part and writes it, unless another error than a version that is too old comes up.
CREATE OR REPLACE FUNCTION k8s_fdw.refresh_part(
  kept k8s_fdw.kept_tables, part integer, since text, mark_before text, has_mark boolean, before timestamptz,
  OUT added bigint, OUT changed bigint, OUT deleted bigint, OUT version text, OUT at timestamptz, OUT mark text, OUT how text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  reached text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_foreign_table AS t WHERE t.ftrelid = kept.watches[part]) THEN
    RAISE EXCEPTION 'the table that shows the changes of % is gone', kept.relation
      USING ERRCODE = 'undefined_table', HINT = 'k8s_fdw.keep() with the source and this table makes it again; k8s_fdw.stop_keeping() ends it.';
  END IF;
  IF since IS NOT NULL THEN
    BEGIN
      how := 'watch';
      EXECUTE k8s_fdw.refresh_statement(kept, part, since, mark_before, has_mark) INTO added, changed, deleted, version, at, mark USING before, kept.clusters[part], kept.namespaces[part];
      IF version = since THEN
        -- A version that the cluster has not reached has no changes either, as when it was restored from a backup, or the
        -- etcd of this kind alone was. So it is asked for its own, by the list of no object.
        EXECUTE format('SELECT w.resource_version::text FROM %s AS w WHERE w.field_selector = %L AND w.change = %L', kept.watches[part], 'metadata.name=k8s-fdw', 'BOOKMARK') INTO reached;
        PERFORM k8s_fdw.read_until(reached, since, 0);
      END IF;
      RETURN;
    EXCEPTION WHEN OTHERS THEN
      -- The second is what an API server says that was restored from a backup.
      IF SQLERRM !~ 'k8s_fdw\[expired\]|Too large resource version' THEN
        RAISE;
      END IF;
    END;
  END IF;
  how := 'list';
  EXECUTE k8s_fdw.refresh_statement(kept, part, NULL, NULL, has_mark) INTO added, changed, deleted, version, at, mark USING before, kept.clusters[part], kept.namespaces[part];
END $$;

-- Refreshes every part and notes how far that came. `raises` says whether an error ends it all; otherwise the part with
-- the error stays as it was, and the error is noted. `whole` says that no version is trusted. NULL if another session is
-- at it.
CREATE OR REPLACE FUNCTION k8s_fdw.refresh_parts(
  target regclass, raises boolean, whole boolean,
  OUT added bigint, OUT changed bigint, OUT deleted bigint, OUT version text, OUT took interval, OUT how text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept k8s_fdw.kept_tables := k8s_fdw.kept_table(target);
  began constant timestamptz := clock_timestamp();
  reached jsonb;
  marked jsonb;
  before timestamptz;
  rows bigint;
  newest timestamptz;
  done record;
  -- A list of a few is read anew each time, and nothing goes on from its version.
  has_mark boolean;
  key text;
  problems text[] := '{}';
BEGIN
  -- Only a restored table has no row yet: INSERT would wait for whoever is at it.
  INSERT INTO k8s_fdw.kept_state (relation) SELECT target WHERE NOT EXISTS (SELECT FROM k8s_fdw.kept_state AS s WHERE s.relation = target) ON CONFLICT DO NOTHING;
  -- The row is locked until the transaction ends, and says to others that somebody is at it.
  SELECT s.versions, s.marks, s.refreshed_at, s.object_count INTO reached, marked, before, rows FROM k8s_fdw.kept_state AS s WHERE s.relation = target FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF kept.history IS NOT NULL AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = kept.history) THEN
    UPDATE k8s_fdw.kept_tables AS k SET history = NULL, history_from = NULL WHERE k.relation = target RETURNING * INTO kept;
  END IF;
  has_mark := rows IS NULL;
  IF rows IS NULL THEN
    EXECUTE format('SELECT count(*) FROM %s', target) INTO rows;
  END IF;
  has_mark := has_mark OR rows >= k8s_fdw.watched_from();
  added := 0;
  changed := 0;
  deleted := 0;
  FOR part IN 1 .. cardinality(kept.watches) LOOP
    key := k8s_fdw.part_key(kept, part);
    BEGIN
      SELECT * INTO done FROM k8s_fdw.refresh_part(kept, part, CASE WHEN rows >= k8s_fdw.watched_from() AND NOT whole THEN reached->>key END, marked->>key, has_mark, before);
      added := added + done.added;
      changed := changed + done.changed;
      deleted := deleted + done.deleted;
      reached := reached || jsonb_build_object(key, done.version);
      marked := marked || jsonb_build_object(key, done.mark);
      how := CASE WHEN how <> done.how THEN 'list, watch' ELSE done.how END;
      newest := greatest(newest, done.at);
    EXCEPTION WHEN OTHERS THEN
      IF raises THEN
        RAISE;
      END IF;
      problems := problems || concat(nullif(key, '') || ': ', SQLERRM);
    END;
  END LOOP;
  IF problems = '{}' THEN
    PERFORM k8s_fdw.prune_history(kept, newest);
  END IF;
  took := clock_timestamp() - began;
  version := CASE WHEN cardinality(kept.watches) = 1 AND kept.clusters IS NULL THEN reached->>key ELSE reached::text END;
  UPDATE k8s_fdw.kept_state AS s
     SET versions = reached, marks = marked, object_count = rows + added - deleted,
         -- With several clusters it is as far behind as the one that lags most.
         refreshed_at = CASE WHEN problems = '{}' THEN newest ELSE s.refreshed_at END,
         took = refresh_parts.took, how = coalesce(refresh_parts.how, '-'),
         error = nullif(array_to_string(problems, E'\n'), ''),
         error_since = CASE WHEN problems <> '{}' THEN coalesce(s.error_since, clock_timestamp()) END
   WHERE s.relation = target;
  IF how ~ 'list' AND rows + added - deleted >= k8s_fdw.watched_from() AND has_mark AND jsonb_path_exists(marked, '$.* ? (@ == null)') THEN
    RAISE NOTICE 'whether the cluster of % is restored from a backup cannot be seen', target
      USING HINT = 'Let the token''s user list leases in namespace kube-system, or call k8s_fdw.refresh(…, whole => true) after that.';
  END IF;
  IF problems <> '{}' THEN
    RAISE WARNING '% stays as it was: %', target, array_to_string(problems, '; ');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.refresh(relation regclass, whole boolean DEFAULT false)
RETURNS TABLE (added bigint, changed bigint, deleted bigint, resource_version text, seconds double precision, how text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  relation := k8s_fdw.kept_for(relation);
  SELECT r.added, r.changed, r.deleted, r.version, extract(epoch FROM r.took), r.how
    INTO added, changed, deleted, resource_version, seconds, how FROM k8s_fdw.refresh_parts(relation, true, whole) AS r;
  IF how IS NULL THEN
    RAISE NOTICE '% is being refreshed by another session, so nothing was done', relation;
    RETURN;
  END IF;
  PERFORM k8s_fdw.send_kept(relation), k8s_fdw.close_others();
  IF (SELECT k8s_fdw.source_changed(k) FROM k8s_fdw.kept_tables AS k WHERE k.relation = refresh.relation) THEN
    RAISE NOTICE 'the source of % has changed since it was kept', relation USING HINT = 'k8s_fdw.keep() with both names takes that over.';
  END IF;
  RETURN NEXT;
END $$;

-- For follow(): an error is noted and not raised, and no lock is waited for longer than that.
CREATE OR REPLACE FUNCTION k8s_fdw.refresh_or_note(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
  -- It may have been dropped since it was found.
  IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = relation) THEN
    PERFORM k8s_fdw.refresh_parts(relation, false, false);
  END IF;
END $$;
