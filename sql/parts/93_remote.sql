-- Brings kept tables to another Postgres. A target that is a foreign table of postgres_fdw gets a kept table beside it,
-- and what changes in that one is written there, all of a refresh in one transaction.
--
-- It is written by dblink and not through the foreign table. postgres_fdw commits the other side while this one commits,
-- where no error can be caught and noted, and it updates row by row.
--
-- Two commits are not one, so both sides have a generation that changes with each transaction. Where the two agree, the
-- other table has what the kept one had, and needs what has changed since. Where they differ, because either side was
-- restored, somebody else wrote, or one of the two commits was lost, the rows are compared, by checksums.

CREATE OR REPLACE FUNCTION k8s_fdw.is_other(relation regclass) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
      JOIN pg_proc AS p ON p.oid = w.fdwhandler
     WHERE t.ftrelid = relation AND p.proname = 'postgres_fdw_handler')
$$;

-- The kept table that is brought to a table of another Postgres; any other table is what it is.
CREATE OR REPLACE FUNCTION k8s_fdw.kept_for(relation regclass) RETURNS regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce((SELECT r.relation FROM k8s_fdw.kept_remotes AS r JOIN pg_class AS c ON c.oid = r.relation WHERE r.remote = kept_for.relation), relation)
$$;

-- Where a foreign table leads: `relation` is its name there, `note` that of the table with the generations.
CREATE OR REPLACE FUNCTION k8s_fdw.other_table(remote regclass, OUT server text, OUT schema_name text, OUT table_name text, OUT relation text, OUT note text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  SELECT s.srvname, coalesce(o.given->>'schema_name', n.nspname), coalesce(o.given->>'table_name', c.relname)
    INTO server, schema_name, table_name
    FROM pg_foreign_table AS t JOIN pg_foreign_server AS s ON s.oid = t.ftserver
    JOIN pg_class AS c ON c.oid = t.ftrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (SELECT jsonb_object_agg(p.option_name, p.option_value) AS given FROM pg_options_to_table(t.ftoptions) AS p) AS o
   WHERE t.ftrelid = remote;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'its foreign table is gone'
      USING ERRCODE = 'undefined_table', HINT = 'Make it again, and k8s_fdw.keep() with it; k8s_fdw.stop_keeping() ends it.';
  END IF;
  relation := format('%I.%I', schema_name, table_name);
  note := format('%I.k8s_fdw_kept', schema_name);
END $$;

-- Makes a kept table of this database, or one that is brought to another.
CREATE OR REPLACE FUNCTION k8s_fdw.prepare_target(source regclass, schema_name text, table_name text, every interval, history boolean, keep_for interval, indexes text[], reveal_secrets boolean)
RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  other constant regclass := to_regclass(format('%I.%I', schema_name, table_name));
  former constant regclass := nullif(k8s_fdw.kept_for(other), other);
  kept regclass;
BEGIN
  IF k8s_fdw.is_other(other) IS NOT TRUE THEN
    RETURN k8s_fdw.prepare_kept(source, schema_name, table_name, every, history, keep_for, indexes, reveal_secrets);
  ELSIF reveal_secrets THEN
    RAISE EXCEPTION 'the values of Secrets are not brought to another database'
      USING ERRCODE = 'feature_not_supported', HINT = 'Give a table without reveal_secrets.';
  END IF;
  PERFORM k8s_fdw.dblink_schema();
  IF former IS NULL THEN
    kept := k8s_fdw.prepare_kept(source, schema_name, k8s_fdw.fitting_name(table_name || '_kept'), every, history, keep_for, indexes, false);
  ELSE
    SELECT k8s_fdw.prepare_kept(source, n.nspname, c.relname, every, history, keep_for, indexes, false) INTO kept
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = former;
  END IF;
  INSERT INTO k8s_fdw.kept_remotes (relation, remote) VALUES (kept, other) ON CONFLICT (relation) DO UPDATE SET remote = EXCLUDED.remote;
  -- Whatever is there is compared, and is this database's from now on.
  INSERT INTO k8s_fdw.kept_sent (relation, takes_over) VALUES (kept, true) ON CONFLICT (relation) DO UPDATE SET generation = NULL, takes_over = true;
  RETURN kept;
END $$;

-- What the statement of a refresh notes for the other database. While nobody knows what that has, all of it is compared.
CREATE OR REPLACE FUNCTION k8s_fdw.unsent_clause(kept k8s_fdw.kept_tables) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce((
    SELECT format($with$,
      unsent AS (
        INSERT INTO k8s_fdw.kept_unsent (relation, cluster, uid)
        SELECT %1$s::regclass, %2$s, uid::text FROM changed UNION SELECT %1$s::regclass, %2$s, uid::text FROM added UNION SELECT %1$s::regclass, %2$s, uid::text FROM gone
        ON CONFLICT DO NOTHING)$with$, kept.relation::oid, CASE WHEN kept.clusters IS NULL THEN '''''' ELSE 'cluster::text' END)
      FROM k8s_fdw.kept_remotes AS r JOIN k8s_fdw.kept_sent AS s ON s.relation = r.relation
     WHERE r.relation = kept.relation AND s.generation IS NOT NULL), '')
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.dblink_schema() RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_schema constant text := (SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'dblink');
BEGIN
  IF found_schema IS NULL THEN
    RAISE EXCEPTION 'the extension dblink is not installed, by which kept tables are brought to another database'
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CREATE EXTENSION dblink;';
  END IF;
  RETURN found_schema;
END $$;

-- A statement without rows; gives its command tag.
CREATE OR REPLACE FUNCTION k8s_fdw.tell_other(connection text, statement text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  tag text;
BEGIN
  EXECUTE format('SELECT %I.dblink_exec($1, $2)', k8s_fdw.dblink_schema()) INTO tag USING connection, statement;
  RETURN tag;
END $$;

-- A query of one text.
CREATE OR REPLACE FUNCTION k8s_fdw.ask_other(connection text, query text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  answer text;
BEGIN
  EXECUTE format('SELECT a.answer FROM %I.dblink($1, $2) AS a (answer text)', k8s_fdw.dblink_schema()) INTO answer USING connection, query;
  RETURN answer;
END $$;

-- The connection of this session to a server, which close_others() closes. Both sides write values in the same form, for
-- their checksums, and the other side waits for no lock for long, nor for this one.
CREATE OR REPLACE FUNCTION k8s_fdw.open_other(server text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  connection constant text := 'k8s_fdw ' || (SELECT s.oid FROM pg_foreign_server AS s WHERE s.srvname = server);
  opened text[];
BEGIN
  EXECUTE format('SELECT %I.dblink_get_connections()', k8s_fdw.dblink_schema()) INTO opened;
  IF connection = ANY (opened) THEN
    RETURN connection;
  END IF;
  EXECUTE format('SELECT %I.dblink_connect($1, $2)', k8s_fdw.dblink_schema()) USING connection, server;
  PERFORM k8s_fdw.tell_other(connection, 'SET search_path = pg_catalog; SET timezone = ''UTC''; SET datestyle = ''ISO''; SET intervalstyle = ''postgres''; '
    'SET extra_float_digits = 1; SET bytea_output = ''hex''; SET lock_timeout = ''5s''; SET idle_in_transaction_session_timeout = ''1min''');
  RETURN connection;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.close_others() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'dblink') THEN
    EXECUTE format('SELECT %1$I.dblink_disconnect(c) FROM unnest(%1$I.dblink_get_connections()) AS c WHERE c LIKE ''k8s\_fdw %%''', k8s_fdw.dblink_schema());
  END IF;
END $$;
