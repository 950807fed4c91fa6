-- What the triggers of a writable view do: a change is tried at once, waits in the view's queue, and is sent at COMMIT.
-- All of this runs with its caller's rights, so that nobody writes a table by it that he may not write anyway. The one
-- function that lends its owner's rights is the view's own, and it names its table and its queue itself (87_writable.sql).

-- An option of a foreign table, or else of its server.
CREATE OR REPLACE FUNCTION k8s_fdw.table_or_server_option(relation regclass, option text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce((SELECT o.option_value FROM pg_options_to_table(t.ftoptions) AS o WHERE o.option_name = option),
                  (SELECT o.option_value FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = option))
    FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver WHERE t.ftrelid = relation
$$;

-- The column that shows a field of the object: one of that name without a path, or one with that path.
CREATE OR REPLACE FUNCTION k8s_fdw.column_showing(relation regclass, column_name text, path text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.name
    FROM k8s_fdw.aliases(relation) AS a
   CROSS JOIN LATERAL (
     SELECT coalesce(a.alias, (SELECT o.option_value::jsonb->>a.name FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o
                                WHERE t.ftrelid = relation AND o.option_name = 'columns')) AS path) AS given
   WHERE CASE WHEN given.path IS NULL THEN a.name = column_name ELSE btrim(given.path, '{$.} ') = column_showing.path END
   ORDER BY a.number LIMIT 1
$$;

-- Whether this session only tries its changes. What is neither on nor off must not count as off.
CREATE OR REPLACE FUNCTION k8s_fdw.is_dry_run() RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given constant text := coalesce(lower(btrim(current_setting('k8s_fdw.dry_run', true))), '');
BEGIN
  IF given NOT IN ('', 'on', 'true', 'yes', '1', 'off', 'false', 'no', '0') THEN
    RAISE EXCEPTION 'the setting k8s_fdw.dry_run is "%"', given
      USING ERRCODE = 'invalid_parameter_value', HINT = 'It takes on or off: SET k8s_fdw.dry_run = on';
  END IF;
  RETURN given IN ('on', 'true', 'yes', '1');
END $$;

-- The parts of an object_key.
CREATE OR REPLACE FUNCTION k8s_fdw.key_parts(key text, OUT namespace text, OUT name text, OUT uid text, OUT object text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p[2], p[3], p[4], coalesce(p[1], '') || p[3] FROM regexp_match(key, '^(([^/]+)/)?([^/]+) ([^ ]+) [^ ]+$') AS p
$$;

-- The condition that picks one object of a table. Constants, because every host hands those on to the API server.
CREATE OR REPLACE FUNCTION k8s_fdw.condition_of(source regclass, namespace text, name text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT concat(' AND t.' || quote_ident(k8s_fdw.column_showing(source, 'name', 'metadata.name')) || ' = ' || quote_literal(name),
                ' AND t.' || quote_ident(k8s_fdw.column_showing(source, 'namespace', 'metadata.namespace')) || ' = ' || quote_literal(namespace))
$$;

-- Raises for an object that is not as it was read, and says who has changed it, if the table has the column attrs.
CREATE OR REPLACE FUNCTION k8s_fdw.raise_changed(source regclass, kind text, key text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  one constant record := k8s_fdw.key_parts(key);
  attrs constant text := k8s_fdw.column_showing(source, 'attrs', '');
  there record;
  who text;
BEGIN
  EXECUTE format('SELECT t.object_key, %s AS attrs FROM %s AS t WHERE starts_with(t.object_key, %L)%s',
                 coalesce('t.' || quote_ident(attrs), 'NULL::jsonb'), source, one.object || ' ', k8s_fdw.condition_of(source, one.namespace, one.name))
    INTO there;
  IF there.object_key IS NULL THEN
    RAISE EXCEPTION '% % is gone since it was read', kind, one.object
      USING ERRCODE = 'fdw_error', HINT = 'Run the statement again: it reads the objects anew.';
  ELSIF one.uid <> (k8s_fdw.key_parts(there.object_key)).uid THEN
    who := ': it was deleted, and another of its name was made';
  ELSE
    SELECT concat(', by ' || (f->>'manager'), ' (its ' || (f->>'subresource') || ')', ' at ' || (f->>'time')) INTO who
      FROM jsonb_array_elements(there.attrs #> '{metadata,managedFields}') WITH ORDINALITY AS m (f, place)
     ORDER BY f->>'time' DESC NULLS LAST, place DESC LIMIT 1;
  END IF;
  RAISE EXCEPTION '% % has changed since it was read%', kind, one.object, coalesce(who, '')
    USING ERRCODE = 'fdw_error', HINT = 'Run the statement again: it reads the object anew, and sees that change.';
END $$;

-- Writes one row of a foreign table, or tries to. An error undoes the settings by itself, with what else the
-- transaction or savepoint has done. The values are parameters: the log quotes statements.
CREATE OR REPLACE FUNCTION k8s_fdw.write_row(source regclass, operation text, kind text, key text, "values" jsonb, dry boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  former_run constant text := coalesce(current_setting('k8s_fdw.dry_run', true), '');
  former_messages constant text := current_setting('client_min_messages');
  one constant record := k8s_fdw.key_parts(key);
  names text;
  assigned text;
  written bigint;
BEGIN
  SELECT string_agg(quote_ident(n), ', '), string_agg(format('%I = (jsonb_populate_record(NULL::%s, $1)).%I', n, source, n), ', ')
    INTO names, assigned FROM jsonb_object_keys("values") AS n;
  PERFORM set_config('k8s_fdw.dry_run', CASE WHEN dry THEN 'on' ELSE 'off' END, true);
  IF former_messages ~ '^(debug|log|info|notice)' THEN
    -- The notices that nothing was sent, or that other changes wait, are not for the user, whose statement this is not.
    PERFORM set_config('client_min_messages', 'warning', true);
  END IF;
  EXECUTE CASE operation
      WHEN 'INSERT' THEN format('INSERT INTO %s %s', source, coalesce(
        format('(%s) SELECT %s FROM jsonb_populate_record(NULL::%s, $1)', names, names, source), 'DEFAULT VALUES'))
      WHEN 'UPDATE' THEN format('UPDATE %s AS t SET %s WHERE t.object_key = %L%s', source, assigned, key, k8s_fdw.condition_of(source, one.namespace, one.name))
      WHEN 'DELETE' THEN format('DELETE FROM %s AS t WHERE t.object_key = %L%s', source, key, k8s_fdw.condition_of(source, one.namespace, one.name)) END
    USING "values";
  GET DIAGNOSTICS written = ROW_COUNT;
  PERFORM set_config('client_min_messages', former_messages, true), set_config('k8s_fdw.dry_run', former_run, true);
  IF written = 0 AND operation <> 'INSERT' THEN
    PERFORM k8s_fdw.raise_changed(source, kind, key);
  END IF;
END $$;

-- What this transaction has queued and sent through writable views, for the error when a part was sent:
-- {"queued": {"queue's oid": number}, "sent": number, "first": ["UPDATE of Deployment shop/web"]}, with 20 names at most.
-- A setting, because those are undone with a savepoint. A user who changes it is told nonsense, and can do no more by it.
CREATE OR REPLACE FUNCTION k8s_fdw.progress() RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '{"queued": {}, "sent": 0, "first": []}'::jsonb || coalesce(nullif(current_setting('k8s_fdw.progress', true), ''), '{}')::jsonb $$;

-- Notices that a statement does not see what waits.
CREATE OR REPLACE FUNCTION k8s_fdw.remark_waiting(queue regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  waiting bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s WHERE sent_at IS NULL AND NOT tried', queue) INTO waiting;
  IF waiting > 0 THEN
    RAISE NOTICE 'changes of % objects wait for COMMIT, and this statement sees the cluster as it is without them', waiting;
  END IF;
END $$;

-- Tries a change of a row of the view, and puts it into the queue. Gives what RETURNING shows in place of what the row
-- has, or NULL if the row is as good as deleted.
CREATE OR REPLACE FUNCTION k8s_fdw.queue_change(source regclass, queue regclass, operation text, before jsonb, after jsonb) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  most constant bigint := coalesce(k8s_fdw.table_or_server_option(source, 'max_writes')::bigint, 100);
  manifests constant boolean := coalesce(k8s_fdw.table_or_server_option(source, 'object') = 'manifests', false);
  tried constant boolean := k8s_fdw.is_dry_run();
  -- The column that holds the whole object.
  attrs constant text := CASE WHEN manifests THEN 'manifest' ELSE k8s_fdw.column_showing(source, 'attrs', '') END;
  namespace_column constant text := k8s_fdw.column_showing(source, 'namespace', 'metadata.namespace');
  kind constant text := coalesce(nullif(coalesce(after, before) #>> ARRAY[attrs, 'kind'], ''), k8s_fdw.table_or_server_option(source, 'kind'),
                                 k8s_fdw.table_or_server_option(source, 'object'));
  key constant text := before->>'object_key';
  shown jsonb := '{}';
  changed jsonb;
  name text;
  object text;
  waiting record;
  queued jsonb;
BEGIN
  IF operation = 'INSERT' THEN
    IF namespace_column IS NOT NULL AND after->>namespace_column IS NULL AND k8s_fdw.table_or_server_option(source, 'namespace') IS NOT NULL THEN
      shown := jsonb_build_object(namespace_column, k8s_fdw.table_or_server_option(source, 'namespace'));
    END IF;
    SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') INTO changed FROM jsonb_each(after || shown) AS e WHERE e.value <> 'null';
    name := coalesce(changed->>k8s_fdw.column_showing(source, 'name', 'metadata.name'), changed #>> ARRAY[attrs, 'metadata', 'name']);
    object := concat_ws('/', coalesce(changed->>namespace_column, changed #>> ARRAY[attrs, 'metadata', 'namespace'], k8s_fdw.table_or_server_option(source, 'namespace')),
                        coalesce(name, (changed #>> ARRAY[attrs, 'metadata', 'generateName']) || '*'));
  ELSE
    name := (k8s_fdw.key_parts(key)).name;
    object := (k8s_fdw.key_parts(key)).object;
    IF name IS NULL THEN
      RAISE EXCEPTION 'the row does not say which object it is: its object_key has no uid or no version'
        USING ERRCODE = 'fdw_error', HINT = 'Objects that a server makes up as it is asked, such as metrics, cannot be written.';
    END IF;
  END IF;
  IF operation = 'UPDATE' THEN
    SELECT jsonb_object_agg(e.key, e.value) INTO changed FROM jsonb_each(after) AS e WHERE e.value <> before->e.key;
    IF changed IS NULL THEN
      RETURN shown;
    END IF;
    -- What only the API server knows of the object afterwards.
    SELECT jsonb_object_agg(c, NULL) INTO shown
      FROM unnest(ARRAY['object_key', attrs, k8s_fdw.column_showing(source, 'resource_version', 'metadata.resourceVersion'),
                        k8s_fdw.column_showing(source, 'generation', 'metadata.generation'),
                        k8s_fdw.column_showing(source, 'managed_fields', 'metadata.managedFields')]) AS c WHERE c IS NOT NULL;
  END IF;

  -- A name that is still to be made up is no other's.
  -- One table of manifests has objects of many kinds.
  EXECUTE format('SELECT q.* FROM %s AS q WHERE q.sent_at IS NULL AND q.object = $1 AND q.tried = $2 AND $3 IS NOT NULL AND (q.kind = $4 OR NOT $5)', queue)
    INTO waiting USING object, tried, name, kind, manifests;
  IF waiting.id IS NOT NULL AND 'INSERT' IN (operation, waiting.operation) THEN
    RAISE EXCEPTION 'the % of % % waits for COMMIT, and an INSERT goes with no other change of its object', waiting.operation, kind, object
      USING ERRCODE = 'unique_violation', HINT = 'COMMIT first, and then run the statement again.';
  ELSIF waiting.object_key <> key THEN
    PERFORM k8s_fdw.raise_changed(source, kind, waiting.object_key);
  ELSIF waiting.operation = 'DELETE' THEN
    RETURN NULL;
  END IF;

  IF waiting IS NULL THEN
    queued := (k8s_fdw.progress())->'queued';
    EXECUTE format('SELECT greatest(count(*), $1) FROM %s WHERE sent_at IS NULL', queue) INTO waiting USING coalesce((queued->>queue::oid::text)::bigint, 0);
    IF waiting.greatest >= most THEN
      RAISE EXCEPTION 'the transaction changes more than % objects', most
        USING ERRCODE = 'fdw_error',
              HINT = format('If all of them are meant: ALTER FOREIGN TABLE %s OPTIONS (ADD max_writes ''…''), with at least as many; otherwise add a WHERE.', source);
    END IF;
    PERFORM k8s_fdw.write_row(source, operation, kind, key, changed, true);
    EXECUTE format('INSERT INTO %s (session_role, effective_role, operation, kind, object, object_key, "values", tried) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', queue)
      USING session_user, coalesce(nullif(current_setting('role'), 'none'), session_user), operation, kind, object, key, changed, tried;
    IF NOT tried THEN
      PERFORM set_config('k8s_fdw.progress', jsonb_set(k8s_fdw.progress(), ARRAY['queued', queue::oid::text],
                                                       to_jsonb(coalesce((queued->>queue::oid::text)::bigint, 0) + 1))::text, true);
    END IF;
  ELSE
    changed := CASE WHEN operation = 'UPDATE' THEN waiting."values" || changed END;
    PERFORM k8s_fdw.write_row(source, operation, kind, key, changed, true);
    EXECUTE format('UPDATE %s SET operation = $1, "values" = $2 WHERE id = $3', queue) USING operation, changed, waiting.id;
  END IF;
  RETURN shown;
END $$;

-- Sends a change on Wrappers, where it is made when the statement ends. If it fails after others were sent, the error says
-- which those are.
CREATE OR REPLACE FUNCTION k8s_fdw.send_by_wrappers(source regclass, operation text, kind text, object text, key text, "values" jsonb, is_secret boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  what constant text := format('%s of %s %s', operation, kind, object);
  progress constant jsonb := k8s_fdw.progress();
  sent constant integer := progress->'sent';
  total constant bigint := (SELECT coalesce(sum(n::bigint), 0) FROM jsonb_each_text(progress->'queued') AS q (queue, n));
  problem text;
  advice text;
BEGIN
  -- If the server process dies meanwhile, its log is all that tells what was sent. It adds the statement to a line, which
  -- may hold what is written into a Secret: where that cannot be kept out, there is no line.
  IF is_secret THEN
    PERFORM k8s_fdw.keep_out_of_log();
  END IF;
  IF NOT is_secret OR current_setting('log_min_error_statement') IN ('fatal', 'panic') THEN
    RAISE LOG 'k8s_fdw sends the %', what;
  END IF;
  BEGIN
    PERFORM k8s_fdw.write_row(source, operation, kind, key, "values", false);
  EXCEPTION WHEN query_canceled OR OTHERS THEN
    IF total < 2 THEN
      RAISE;
    END IF;
    GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, advice = PG_EXCEPTION_HINT;
    RAISE EXCEPTION '% of % changes of this transaction are made%, and no more will be: %', sent, greatest(total, sent + 1),
        CASE WHEN sent > 0 THEN format(' (%s%s)', (SELECT string_agg(f, ', ') FROM jsonb_array_elements_text(progress->'first') AS f),
                                       CASE WHEN sent > 20 THEN format(', and %s more', sent - 20) END) ELSE '' END, problem
      USING ERRCODE = SQLSTATE, DETAIL = format('It is the %s that has failed.', what),
            HINT = coalesce(nullif(advice, ''), 'What is made stays; the rest can be done again.');
  END;
  PERFORM set_config('k8s_fdw.progress', (progress || jsonb_build_object('sent', sent + 1,
    'first', CASE WHEN sent < 20 THEN progress->'first' || to_jsonb(what) ELSE progress->'first' END))::text, true);
END $$;

-- Sends a change that waits, and notes that it is sent. A change that is not due yet becomes due, which queues its trigger
-- once more: so it is sent after every deferred constraint of the transaction has passed, as one that fails would not
-- undo it.
CREATE OR REPLACE FUNCTION k8s_fdw.send_change(source regclass, queue regclass, change uuid, due boolean, keep boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_dry constant boolean := k8s_fdw.is_dry_run();
  -- A table of manifests writes Secrets too.
  is_secret constant boolean := coalesce(k8s_fdw.table_or_server_option(source, 'object') ~* '^(secrets?|manifests?)\M', false)
                                OR coalesce(k8s_fdw.table_or_server_option(source, 'kind') ~* '^secret$', false);
  waiting record;
  untried bigint;
BEGIN
  IF NOT due THEN
    EXECUTE format('UPDATE %s SET due = true WHERE id = $1', queue) USING change;
    RETURN;
  END IF;
  EXECUTE format('SELECT q.* FROM %s AS q WHERE q.id = $1 AND q.sent_at IS NULL', queue) INTO waiting USING change;
  IF waiting.id IS NULL THEN
    RETURN;
  ELSIF is_dry OR waiting.tried THEN
    -- The others of them find nothing left, so there is one notice.
    EXECUTE format('WITH gone AS (DELETE FROM %s WHERE sent_at IS NULL AND (tried OR $1) RETURNING 1) SELECT count(*) FROM gone', queue) INTO untried USING is_dry;
    RAISE NOTICE 'k8s_fdw.dry_run is on: % changes would be made, and none was', untried;
    RETURN;
  END IF;

  IF k8s_fdw.own_host(k8s_fdw.wrapper_of_server(k8s_fdw.server_of_table(source))) THEN
    -- The library sends when all triggers have run, logs each request, and says what was sent if one fails.
    PERFORM k8s_fdw.write_row(source, waiting.operation, waiting.kind, waiting.object_key, waiting."values", false);
  ELSE
    PERFORM k8s_fdw.send_by_wrappers(source, waiting.operation, waiting.kind, waiting.object, waiting.object_key, waiting."values", is_secret);
  END IF;
  IF keep THEN
    EXECUTE format('UPDATE %s SET sent_at = clock_timestamp(), "values" = $1 WHERE id = $2', queue)
      USING CASE WHEN is_secret THEN (SELECT jsonb_object_agg(n, '***') FROM jsonb_object_keys(waiting."values") AS n) ELSE waiting."values" END, change;
  ELSE
    EXECUTE format('DELETE FROM %s WHERE id = $1', queue) USING change;
  END IF;
END $$;
