-- writable(): makes a view over a foreign table, with triggers that try each change at once and send it at COMMIT. So
-- there are RETURNING, and ROLLBACK, on every host. 86_queue.sql has what the triggers do.

-- Takes from a new relation or function the rights that default privileges gave to others: Supabase has such for the
-- schema public.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_to_owner(what text, rights aclitem[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  other text;
BEGIN
  FOR other IN
    SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END FROM aclexplode(rights) AS a
     WHERE a.grantee <> (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = current_user)
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', what, other);
  END LOOP;
END $$;

-- Raises unless the table can be written through a view of this role.
CREATE OR REPLACE FUNCTION k8s_fdw.check_writable(source regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own boolean;
  key_type oid;
  lacking text;
  gone text;
BEGIN
  IF EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = source) THEN
    RAISE EXCEPTION '% is a table of several clusters, and a writable view is over one', source
      USING ERRCODE = 'wrong_object_type',
            HINT = 'Make a view over each of its partitions: ' || coalesce((
              SELECT string_agg(format('SELECT k8s_fdw.writable(%L);', i.inhrelid::regclass), ' ' ORDER BY i.inhrelid)
                FROM (SELECT inhrelid FROM pg_inherits WHERE inhparent = source ORDER BY inhrelid LIMIT 3) AS i), 'it has none.');
  ELSIF NOT EXISTS (SELECT FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver WHERE t.ftrelid = source) THEN
    RAISE EXCEPTION '% is no foreign table of k8s_fdw', source
      USING ERRCODE = 'wrong_object_type', HINT = 'Give a table of a server of k8s_fdw.';
  END IF;
  own := k8s_fdw.own_host(k8s_fdw.wrapper_of_server(k8s_fdw.server_of_table(source)));
  SELECT a.atttypid INTO key_type FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = 'object_key' AND NOT a.attisdropped;
  -- What is missing, as one statement.
  lacking := concat_ws(', ',
    CASE WHEN key_type IS NULL THEN 'ADD COLUMN object_key text' WHEN key_type <> 'text'::regtype THEN 'ALTER COLUMN object_key TYPE text' END,
    (SELECT format('OPTIONS (%s)', string_agg(o, ', ')) FROM (
       SELECT format('%s writes ''on''', CASE WHEN EXISTS (SELECT FROM pg_foreign_table AS t, unnest(t.ftoptions) AS u WHERE t.ftrelid = source AND u LIKE 'writes=%')
                                              THEN 'SET' ELSE 'ADD' END) AS o
        WHERE coalesce(k8s_fdw.table_or_server_option(source, 'writes'), 'off') NOT IN ('on', 'true')
       UNION ALL
       SELECT 'ADD rowid_column ''object_key''' WHERE NOT own AND k8s_fdw.table_or_server_option(source, 'rowid_column') IS NULL) AS options
     HAVING count(*) > 0));
  IF lacking <> '' THEN
    RAISE EXCEPTION '% cannot be written yet', source
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('ALTER FOREIGN TABLE %s %s;', source, lacking);
  END IF;
  gone := k8s_fdw.dropped_before_last(source);
  IF NOT own AND gone IS NOT NULL THEN
    RAISE EXCEPTION 'Wrappers would write the values of % to the wrong columns, as a column before "%" was dropped', source, gone
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Make the foreign table anew.';
  END IF;
END $$;

-- The column after which the values of an INSERT are shifted on Wrappers; NULL if there is none.
CREATE OR REPLACE FUNCTION k8s_fdw.dropped_before_last(relation regclass) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.attname FROM pg_attribute AS a
   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
     AND EXISTS (SELECT FROM pg_attribute AS d WHERE d.attrelid = relation AND d.attnum > 0 AND d.attnum < a.attnum AND d.attisdropped)
   ORDER BY a.attnum LIMIT 1
$$;

-- A row of check() for Wrappers, if there are tables whose values an INSERT would shift.
CREATE OR REPLACE FUNCTION k8s_fdw.check_writes(server name)
RETURNS TABLE ("check" text, ok boolean, detail text, hint text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'writes', false, format('Wrappers would write the values of an INSERT to the wrong columns of %s: a column before others was dropped', string_agg(t.ftrelid::regclass::text, ', ')),
         'Make the foreign table anew.'
    FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver
   WHERE s.srvname = server AND k8s_fdw.table_or_server_option(t.ftrelid, 'writes') IN ('on', 'true') AND k8s_fdw.dropped_before_last(t.ftrelid) IS NOT NULL
  HAVING count(*) > 0
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.writable(source regclass, name text DEFAULT NULL, keep boolean DEFAULT false) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me constant oid := (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = current_user);
  parts constant text[] := parse_ident(name);
  place text := (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = source);
  base text := (SELECT c.relname || '_writable' FROM pg_class AS c WHERE c.oid = source);
  made text;
  queue text;
  change text;
  there regclass;
  waits regclass;
  former regprocedure;
  columns constant text := (SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum)
                              FROM pg_attribute AS a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped);
  stranger record;
BEGIN
  PERFORM k8s_fdw.check_writable(source);
  IF cardinality(parts) > 2 THEN
    RAISE EXCEPTION '% is no name of a view', name USING ERRCODE = 'invalid_name', HINT = 'Give one as in SQL: name => ''schema.view''.';
  ELSIF parts IS NOT NULL THEN
    place := CASE cardinality(parts) WHEN 2 THEN parts[1] ELSE place END;
    base := parts[cardinality(parts)];
  END IF;
  base := k8s_fdw.fitting_name(base);
  made := format('%I.%I', place, base);
  queue := format('%I.%I', place, k8s_fdw.fitting_name(base || '_queue'));
  change := format('%I.%I', place, k8s_fdw.fitting_name(base || '_change'));
  there := to_regclass(made);
  waits := to_regclass(queue);
  former := to_regprocedure(change || '()');

  -- What somebody else has put there could do anything with this role's rights.
  SELECT o.what, o.owner::regrole AS owner INTO stranger
    FROM (SELECT c.oid::regclass::text AS what, c.relowner AS owner FROM pg_class AS c WHERE c.oid IN (there, waits)
          UNION ALL SELECT p.oid::regprocedure::text, p.proowner FROM pg_proc AS p WHERE p.oid = former) AS o
   WHERE o.owner <> me LIMIT 1;
  IF stranger.what IS NOT NULL THEN
    RAISE EXCEPTION '% is there already, and belongs to %', stranger.what, stranger.owner
      USING ERRCODE = 'insufficient_privilege', HINT = 'Have it dropped, or give the view another name: name => ''schema.view''.';
  END IF;
  SELECT o.what INTO stranger
    FROM (SELECT there::text AS what, 'v' AS kind, obj_description(there, 'pg_class') AS says WHERE there IS NOT NULL
          UNION ALL SELECT waits::text, 'r', obj_description(waits, 'pg_class') WHERE waits IS NOT NULL
          UNION ALL SELECT former::text, '', obj_description(former, 'pg_proc') WHERE former IS NOT NULL) AS o
   WHERE coalesce(o.says, '') NOT LIKE '%k8s_fdw.writable()%'
     AND NOT (o.kind = 'v' AND EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = there AND g.tgfoid = former))
   LIMIT 1;
  IF stranger.what IS NOT NULL THEN
    RAISE EXCEPTION '% is there already, and k8s_fdw.writable() has not made it', stranger.what
      USING ERRCODE = 'duplicate_object', HINT = 'Drop it, or give the view another name: name => ''schema.view''.';
  END IF;

  IF former IS NOT NULL THEN
    -- The triggers go with it.
    PERFORM k8s_fdw.run(format('DROP FUNCTION %s CASCADE', former));
  END IF;
  IF there IS NULL THEN
    EXECUTE format('CREATE VIEW %s AS SELECT %s FROM %s AS t', made, columns, source);
    PERFORM k8s_fdw.keep_to_owner(made, (SELECT c.relacl FROM pg_class AS c WHERE c.oid = made::regclass));
  ELSE
    BEGIN
      EXECUTE format('CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s AS t', made, columns, source);
    EXCEPTION WHEN invalid_table_definition THEN
      RAISE EXCEPTION 'the columns of % are others now, and the view % keeps those that it has: %', source, made, SQLERRM
        USING ERRCODE = SQLSTATE, HINT = format('DROP VIEW %s; and call it again. Rights on the view have to be granted again then.', made);
    END;
  END IF;
  IF waits IS NULL THEN
    EXECUTE format('CREATE TABLE %s (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        session_role name NOT NULL,
        effective_role name NOT NULL,
        operation text NOT NULL,
        kind text,
        object text,
        object_key text,
        "values" jsonb,
        tried boolean NOT NULL,
        due boolean NOT NULL DEFAULT false,
        sent_at timestamptz)', queue);
    EXECUTE format('CREATE INDEX ON %s (object) WHERE sent_at IS NULL', queue);
    PERFORM k8s_fdw.keep_to_owner(queue, (SELECT c.relacl FROM pg_class AS c WHERE c.oid = queue::regclass));
  END IF;

  -- It lends its owner's rights, so it writes this table alone, and only its owner may make it a trigger of anything.
  EXECUTE format($function$
    CREATE FUNCTION %s() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
      source constant regclass := %L;
      queue constant regclass := %L;
      shown jsonb;
    BEGIN
      IF TG_LEVEL = 'STATEMENT' THEN
        PERFORM k8s_fdw.remark_waiting(queue);
        RETURN NULL;
      ELSIF TG_RELID = queue THEN
        PERFORM k8s_fdw.send_change(source, queue, NEW.id, NEW.due, %L);
        RETURN NULL;
      END IF;
      shown := k8s_fdw.queue_change(source, queue, TG_OP, to_jsonb(OLD), to_jsonb(NEW));
      IF shown IS NULL THEN
        RETURN NULL;
      ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
      END IF;
      RETURN jsonb_populate_record(NEW, shown);
    END $body$
  $function$, change, source, queue, keep);
  EXECUTE format('REVOKE ALL ON FUNCTION %s() FROM PUBLIC', change);
  PERFORM k8s_fdw.keep_to_owner(format('FUNCTION %s()', change), (SELECT p.proacl FROM pg_proc AS p WHERE p.oid = (change || '()')::regprocedure));
  EXECUTE format('CREATE TRIGGER k8s_fdw_change INSTEAD OF INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s()', made, change);
  EXECUTE format('CREATE TRIGGER k8s_fdw_waiting BEFORE UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s()', made, change);
  -- Rows that are sent come back with a dump, and must not be sent by that.
  EXECUTE format('CREATE CONSTRAINT TRIGGER k8s_fdw_send AFTER INSERT OR UPDATE OF due ON %s DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW WHEN (NEW.sent_at IS NULL) EXECUTE FUNCTION %s()', queue, change);

  EXECUTE format('COMMENT ON FUNCTION %s() IS %L', change, format('sends what is written to the view %s; made by k8s_fdw.writable()', made));
  EXECUTE format('COMMENT ON TABLE %s IS %L', queue, format('changes through the view %s%s; made by k8s_fdw.writable()', made,
                 CASE WHEN keep THEN ', those that were sent and those that wait for COMMIT' ELSE ' that wait for COMMIT' END));
  IF there IS NULL THEN
    EXECUTE format('COMMENT ON VIEW %s IS %L', made,
      format('%s, with RETURNING, and sent at COMMIT; made by k8s_fdw.writable(). To remove it: DROP VIEW %s; DROP TABLE %s; DROP FUNCTION %s();', source, made, queue, change));
  END IF;
  RETURN made::regclass;
END $$;
