-- How a kept table's rows come to another Postgres: what is asked and compared there, and what is written.

-- What the other side says of the table: its note, and what would keep rows from being written. The row of the note is
-- locked until the transaction there ends, so that nobody else's change comes in between unseen.
CREATE OR REPLACE FUNCTION k8s_fdw.other_state(connection text, relation text, note text, table_name text) RETURNS jsonb
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k8s_fdw.ask_other(connection, format($query$
    SELECT json_build_object(
        'writer', s.writer, 'generation', s.generation, 'at', s.refreshed_at, 'lives', s.refreshed_at > now() - interval '5 minutes',
        'exists', c.oid IS NOT NULL,
        'guarded', EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'k8s_fdw_touched' AND t.tgenabled IN ('O', 'A')),
        'hidden', c.oid IS NOT NULL AND row_security_active(c.oid) AND (
          NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = '*' AND pg_get_expr(p.polqual, c.oid) = 'true'
                         AND EXISTS (SELECT FROM unnest(p.polroles) AS r WHERE r = 0 OR pg_has_role(r, 'USAGE')))
          OR EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND NOT p.polpermissive
                        AND EXISTS (SELECT FROM unnest(p.polroles) AS r WHERE r = 0 OR pg_has_role(r, 'USAGE')))),
        'columns', (SELECT json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
      FROM %s AS s LEFT JOIN pg_class AS c ON c.oid = to_regclass(%L)
     WHERE s.relation = %L FOR UPDATE OF s$query$, note, relation, table_name))::jsonb
$$;

-- Raises what keeps the other table from having these rows.
CREATE OR REPLACE FUNCTION k8s_fdw.check_other(kept k8s_fdw.kept_tables, there text, state jsonb, writer uuid, takes_over boolean) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wrong text;
  wrong_there text;
BEGIN
  IF state IS NULL OR NOT (state->>'exists')::boolean OR NOT (state->>'guarded')::boolean THEN
    RAISE EXCEPTION '% is not as k8s_fdw.remote_script() makes it', there
      USING ERRCODE = 'undefined_table', HINT = format('Run there what this prints: SELECT k8s_fdw.remote_script(%L, …);', (k8s_fdw.full_name(kept.source)));
  ELSIF state->>'writer' <> writer::text AND (NOT takes_over OR (state->>'lives')::boolean) THEN
    RAISE EXCEPTION '% is written by another database, since %', there, state->>'at'
      USING ERRCODE = 'object_in_use', HINT = 'Each cluster has a table of its own there. When that database has written nothing for five minutes, k8s_fdw.keep() here takes the table over.';
  ELSIF (state->>'hidden')::boolean THEN
    RAISE EXCEPTION 'row-level security hides rows of % from the role that is to write them', there
      USING ERRCODE = 'insufficient_privilege', HINT = format('As its owner: CREATE POLICY k8s_fdw_writer ON %s TO … USING (true) WITH CHECK (true);', there);
  END IF;
  SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum),
         string_agg(CASE WHEN state->'columns' ? a.attname THEN format('ALTER %I TYPE %s', a.attname, format_type(a.atttypid, a.atttypmod))
                         ELSE format('ADD %I %s', a.attname, format_type(a.atttypid, a.atttypmod)) END, ', ' ORDER BY a.attnum)
    INTO wrong, wrong_there
    FROM pg_attribute AS a
   WHERE a.attrelid = kept.relation AND a.attname = ANY (kept.columns) AND (state->'columns')->>a.attname IS DISTINCT FROM format_type(a.atttypid, a.atttypmod);
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION '% lacks columns, or has others: %', there, wrong
      USING ERRCODE = 'undefined_column', HINT = format('As its owner: ALTER TABLE %s %s;', there, wrong_there);
  END IF;
END $$;

-- Notes every object whose rows differ here and there.
CREATE OR REPLACE FUNCTION k8s_fdw.note_differences(kept k8s_fdw.kept_tables, connection text, there text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  sums constant text := (SELECT format('SELECT %s AS cluster, uid::text AS uid, md5(ROW (%s)::text) AS sum FROM ', CASE WHEN kept.clusters IS NULL THEN '''''' ELSE 'cluster::text' END, string_agg(format('%I', c), ', '))
    FROM unnest(kept.columns) AS c);
BEGIN
  EXECUTE format($query$
    INSERT INTO k8s_fdw.kept_unsent (relation, cluster, uid)
    SELECT $1, cluster, uid FROM (%s) AS h FULL JOIN %I.dblink($2, $3) AS t (cluster text, uid text, sum text) USING (cluster, uid)
     WHERE h.sum IS DISTINCT FROM t.sum ON CONFLICT DO NOTHING$query$, sums || kept.relation, k8s_fdw.dblink_schema())
    USING kept.relation, connection, sums || there;
END $$;

-- Gives a statement its rows, which a query makes as JSON, in pieces of about a megabyte.
CREATE OR REPLACE FUNCTION k8s_fdw.tell_in_pieces(connection text, statement text, items text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  piece text[] := '{}';
  size bigint := 0;
  item text;
BEGIN
  FOR item IN EXECUTE items LOOP
    piece := piece || item;
    size := size + length(item);
    IF size > 1000000 THEN
      PERFORM k8s_fdw.tell_other(connection, format(statement, '[' || array_to_string(piece, ',') || ']'));
      piece := '{}';
      size := 0;
    END IF;
  END LOOP;
  IF piece <> '{}' THEN
    PERFORM k8s_fdw.tell_other(connection, format(statement, '[' || array_to_string(piece, ',') || ']'));
  END IF;
END $$;

-- Writes what is noted: first what is gone, so that an object that was made anew can have its name, and then the rest.
-- What is there already as it should be is not written again.
CREATE OR REPLACE FUNCTION k8s_fdw.write_other(kept k8s_fdw.kept_tables, connection text, there text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key constant text[] := CASE WHEN kept.clusters IS NULL THEN '{uid}'::text[] ELSE '{cluster,uid}' END;
  same constant text := (SELECT string_agg(format('k.%1$s = l.%1$s', c), ' AND ') FROM unnest(key) AS c);
  here constant text := (
    SELECT format('k.uid = u.uid::%s%s', format_type(a.atttypid, a.atttypmod), CASE WHEN kept.clusters IS NOT NULL THEN ' AND k.cluster::text = u.cluster' END)
      FROM pg_attribute AS a WHERE a.attrelid = kept.relation AND a.attname = 'uid');
BEGIN
  PERFORM k8s_fdw.tell_in_pieces(connection,
    format('DELETE FROM %1$s AS k USING json_populate_recordset(NULL::%1$s, %%L) AS l WHERE %2$s', replace(there, '%', '%%'), same),
    format('SELECT row_to_json(u.*)::text FROM (SELECT %s FROM k8s_fdw.kept_unsent AS u WHERE u.relation = %s AND NOT EXISTS (SELECT FROM %s AS k WHERE %s)) AS u',
      array_to_string(key, ', '), kept.relation::oid, kept.relation, here));
  PERFORM k8s_fdw.tell_in_pieces(connection, replace(w.statement, '%', '%%') || '%L' || replace(w.rest, '%', '%%'),
    format('SELECT row_to_json(k.*)::text FROM (SELECT %s FROM k8s_fdw.kept_unsent AS u JOIN %s AS k ON %s WHERE u.relation = %s) AS k', w.list, kept.relation, here, kept.relation::oid))
  FROM (
    SELECT format('WITH given AS MATERIALIZED (SELECT * FROM json_populate_recordset(NULL::%s, ', there) AS statement,
           format(')), updated AS (UPDATE %1$s AS k SET %2$s FROM given AS l WHERE %3$s AND (%4$s)) '
             'INSERT INTO %1$s (%5$s) SELECT %6$s FROM given AS l WHERE NOT EXISTS (SELECT FROM %1$s AS k WHERE %3$s)',
             there, string_agg(format('%1$I = l.%1$I', c), ', '), same, string_agg(k8s_fdw.differs(kept.relation, c, 'k', 'l'), ' OR '),
             string_agg(format('%I', c), ', '), string_agg(format('l.%I', c), ', ')) AS rest,
           string_agg(format('k.%I', c), ', ') AS list
      FROM unnest(kept.columns) AS c) AS w;
END $$;

-- Brings the other table to what the kept one has, and notes that on both sides. Nothing if no table is brought anywhere,
-- or another session is at it.
CREATE OR REPLACE FUNCTION k8s_fdw.send_kept(target regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
  kept constant k8s_fdw.kept_tables := k8s_fdw.kept_table(target);
  local k8s_fdw.kept_state;
  sent k8s_fdw.kept_sent;
  link k8s_fdw.kept_remotes;
  at record;
  connection text;
  state jsonb;
  next constant uuid := gen_random_uuid();
  version text;
  hint text;
  detail text;
  code text;
  context text;
  dropped text;
BEGIN
  SELECT r.* INTO link FROM k8s_fdw.kept_remotes AS r WHERE r.relation = target;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT s.relation, s.versions, s.refreshed_at INTO local.relation, local.versions, local.refreshed_at FROM k8s_fdw.kept_state AS s WHERE s.relation = target FOR UPDATE SKIP LOCKED;
  IF local.refreshed_at IS NULL THEN
    RETURN;
  END IF;
  -- Only a restored table has no row yet.
  INSERT INTO k8s_fdw.kept_sent (relation) VALUES (target) ON CONFLICT DO NOTHING;
  SELECT s.writer, s.generation, s.takes_over INTO sent.writer, sent.generation, sent.takes_over FROM k8s_fdw.kept_sent AS s WHERE s.relation = target;
  version := CASE WHEN cardinality(kept.watches) = 1 AND kept.clusters IS NULL THEN local.versions->>k8s_fdw.part_key(kept, 1) ELSE local.versions::text END;

  BEGIN
    SELECT * INTO at FROM k8s_fdw.other_table(link.remote);
    connection := k8s_fdw.open_other(at.server);
    -- Where nothing has changed on either side, one statement says so.
    IF sent.generation IS NULL OR EXISTS (SELECT FROM k8s_fdw.kept_unsent AS u WHERE u.relation = target)
       OR k8s_fdw.tell_other(connection, format(
            'UPDATE %s SET refreshed_at = %L, resource_version = %L WHERE relation = %L AND writer = %L AND generation = %L '
            'AND EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = to_regclass(%L) AND t.tgname = ''k8s_fdw_touched'' AND t.tgenabled IN (''O'', ''A''))',
            at.note, local.refreshed_at, version, at.table_name, sent.writer, sent.generation, at.relation)) <> 'UPDATE 1' THEN
      PERFORM k8s_fdw.tell_other(connection, 'BEGIN');
      state := k8s_fdw.other_state(connection, at.relation, at.note, at.table_name);
      PERFORM k8s_fdw.check_other(kept, at.relation, state, sent.writer, sent.takes_over);
      IF state->>'generation' IS DISTINCT FROM sent.generation::text OR state->>'writer' IS DISTINCT FROM sent.writer::text OR sent.generation IS NULL THEN
        PERFORM k8s_fdw.note_differences(kept, connection, at.relation);
      END IF;
      PERFORM k8s_fdw.write_other(kept, connection, at.relation);
      PERFORM k8s_fdw.tell_other(connection, format('UPDATE %s SET writer = %L, generation = %L, refreshed_at = %L, resource_version = %L WHERE relation = %L',
        at.note, sent.writer, next, local.refreshed_at, version, at.table_name));
      PERFORM k8s_fdw.tell_other(connection, 'COMMIT');
      DELETE FROM k8s_fdw.kept_unsent AS u WHERE u.relation = target;
      sent.generation := next;
    END IF;
  EXCEPTION WHEN query_canceled OR OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, code = RETURNED_SQLSTATE, context = PG_EXCEPTION_CONTEXT;
    PERFORM k8s_fdw.close_others();
    -- A time-out of the other side must not look as if this session had been asked to stop.
    IF code = '57014' AND context LIKE '%on dblink connection named "k8s_fdw %' THEN
      code := 'HV000';
    END IF;
    RAISE EXCEPTION '% is not brought up to date: %', link.remote, concat_ws(': ', regexp_replace(SQLERRM, '\s*\n\s*', ' ', 'g'), CASE WHEN code LIKE '08%' THEN nullif(split_part(detail, E'\n', 1), '') END)
      USING ERRCODE = code, HINT = coalesce(nullif(hint, ''), CASE
        WHEN code LIKE '08%' THEN 'What changes meanwhile is brought there later.'
        WHEN code = '42501' THEN 'The role of the user mapping needs the rights that k8s_fdw.remote_script() gives it.'
        WHEN code IN ('42P01', '3F000') THEN format('Run there what this prints: SELECT k8s_fdw.remote_script(%L, …);', k8s_fdw.full_name(kept.source))
        ELSE 'The next refresh tries again.' END);
  END;
  UPDATE k8s_fdw.kept_sent AS s
     SET generation = sent.generation, takes_over = false, sent_at = local.refreshed_at, error = NULL, error_since = NULL
   WHERE s.relation = target;
  IF link.columns <> kept.columns THEN
    UPDATE k8s_fdw.kept_remotes AS r SET columns = kept.columns WHERE r.relation = target;
    SELECT string_agg(format('DROP %I', c), ', ') INTO dropped FROM unnest(link.columns) AS c WHERE c <> ALL (kept.columns) AND state->'columns' ? c;
    IF dropped IS NOT NULL THEN
      RAISE WARNING '% has columns that its source has no longer, and what they show grows old', link.remote
        USING HINT = format('As its owner: ALTER TABLE %s %s;', at.relation, dropped);
    END IF;
  END IF;
END $$;

-- For follow(): an error is noted and not raised.
CREATE OR REPLACE FUNCTION k8s_fdw.send_or_note(target regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
  message text;
BEGIN
  IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = target) THEN
    PERFORM k8s_fdw.send_kept(target);
  END IF;
EXCEPTION WHEN OTHERS THEN
  message := SQLERRM;
  INSERT INTO k8s_fdw.kept_sent (relation) VALUES (target) ON CONFLICT DO NOTHING;
  UPDATE k8s_fdw.kept_sent AS s SET error = message, error_since = coalesce(s.error_since, clock_timestamp()) WHERE s.relation = target;
  RAISE WARNING '%', message;
END $$;
