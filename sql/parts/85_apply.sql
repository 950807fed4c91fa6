-- apply(): does by a call what the event triggers do by themselves, for databases in which nobody may create those. It
-- changes nothing that is complete, so it can run at any time, and it must not touch objects of other wrappers.

-- The servers of any wrapper that name the component, and all servers of the wrapper k8s_fdw.
CREATE OR REPLACE FUNCTION k8s_fdw.own_servers() RETURNS SETOF pg_foreign_server
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.* FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
   WHERE w.fdwname = 'k8s_fdw' OR 'fdw_package_name=k8s-fdw:k8s-fdw' = ANY (s.srvoptions)
$$;

-- The names of the options that differ; NULL if none does.
CREATE OR REPLACE FUNCTION k8s_fdw.changed_options(before text[], after text[]) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT string_agg(coalesce(b.option_name, a.option_name), ', ' ORDER BY coalesce(b.option_name, a.option_name))
    FROM pg_options_to_table(before) AS b FULL JOIN pg_options_to_table(after) AS a USING (option_name)
   WHERE b.option_value IS DISTINCT FROM a.option_value
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.apply_server(server oid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  state constant jsonb := k8s_fdw.server_state(server);
BEGIN
  PERFORM k8s_fdw.check_options(s.srvoptions, 'pg_foreign_server'::regclass, k8s_fdw.own_host(k8s_fdw.wrapper_of_server(server)))
     FROM pg_foreign_server AS s WHERE s.oid = server;
  -- If the server has a secret of its own, a kubeconfig was applied before; then one that is there again is read as in
  -- ALTER SERVER.
  IF k8s_fdw.vault_keeps(state->>'api_key_id', server) THEN
    PERFORM k8s_fdw.complete_server(server, false, state);
  ELSE
    PERFORM k8s_fdw.complete_server(server, true, NULL);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.apply_table(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own constant boolean := k8s_fdw.own_host(k8s_fdw.wrapper_of_server(k8s_fdw.server_of_table(relation)));
  before jsonb;
BEGIN
  PERFORM k8s_fdw.check_options(t.ftoptions, 'pg_foreign_table'::regclass, own) FROM pg_foreign_table AS t WHERE t.ftrelid = relation;
  PERFORM k8s_fdw.check_options(a.attfdwoptions, 'pg_attribute'::regclass, own)
    FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped;

  -- If an entry has the path of a column's alias but the name of no column, the column had that name. If it has the
  -- name of a column, it was that column's alias.
  WITH written AS (
    SELECT e.key, e.value FROM pg_foreign_table AS t, pg_options_to_table(t.ftoptions) AS o, json_each_text(o.option_value::json) AS e
     WHERE t.ftrelid = relation AND o.option_name = 'columns'),
  here AS (
    SELECT a.number, a.name, a.alias, w.value AS entry
      FROM k8s_fdw.aliases(relation) AS a LEFT JOIN written AS w ON w.key = a.name)
  SELECT jsonb_object_agg(h.number, jsonb_build_array(
           coalesce((SELECT w.key FROM written AS w
                      WHERE h.entry IS NULL AND w.value = h.alias AND NOT EXISTS (SELECT FROM here WHERE here.name = w.key) LIMIT 1), h.name),
           CASE WHEN h.alias IS NOT NULL THEN md5(coalesce(h.entry, h.alias)) END))
    INTO before
    FROM here AS h;
  PERFORM k8s_fdw.complete_table(relation, before);

  IF EXISTS (SELECT FROM pg_foreign_table AS t, unnest(t.ftoptions) AS o WHERE t.ftrelid = relation AND o LIKE 'comments=%') THEN
    PERFORM k8s_fdw.take_comments(relation);
  END IF;
END $$;

-- Removes the tokens of servers that are gone.
CREATE OR REPLACE FUNCTION k8s_fdw.tidy_vault() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  left_over record;
BEGIN
  IF k8s_fdw.vault_state() = 'usable' THEN
    FOR left_over IN
      SELECT d.id::text AS id, coalesce(substring(d.description FROM '"(.*)"'), '') AS server
        FROM vault.decrypted_secrets AS d
       WHERE d.description LIKE 'bearer token of the foreign server "%", kept by k8s_fdw'
         AND NOT EXISTS (SELECT FROM k8s_fdw.vault_named_by(d.id::text, d.name, 0) AS n WHERE n.counts)
    LOOP
      PERFORM k8s_fdw.remove_from_vault(left_over.id, 0, left_over.server);
    END LOOP;
  END IF;
END $$;

-- Applies to one server and its tables, to one table, or to everything that this role owns, and gives a row for each
-- object that was changed. It is limited to the role's own objects, because a superuser would read files for whoever
-- names them in a server of his.
CREATE OR REPLACE FUNCTION k8s_fdw.apply(server name DEFAULT NULL, relation regclass DEFAULT NULL)
RETURNS TABLE (object text, changed text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me constant oid := (SELECT r.oid FROM pg_roles AS r WHERE r.rolname = current_user);
  owner name;
  target record;
  advice text;
BEGIN
  IF server IS NOT NULL AND NOT EXISTS (SELECT FROM k8s_fdw.own_servers() AS s WHERE s.srvname = server) THEN
    RAISE EXCEPTION 'there is no server "%" of k8s_fdw', server
      USING ERRCODE = 'undefined_object',
            HINT = 'Servers of another wrapper count when their fdw_package_name is ''k8s-fdw:k8s-fdw''. Without a name all are completed.';
  ELSIF relation IS NOT NULL AND NOT EXISTS (
      SELECT FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver WHERE t.ftrelid = relation) THEN
    RAISE EXCEPTION '% is no foreign table of k8s_fdw', relation
      USING ERRCODE = 'wrong_object_type', HINT = 'Give a table of a server of k8s_fdw.';
  END IF;
  SELECT r.rolname INTO owner FROM pg_roles AS r
   WHERE r.oid <> me AND r.oid IN (SELECT c.relowner FROM pg_class AS c WHERE c.oid = relation
                                   UNION ALL SELECT s.srvowner FROM pg_foreign_server AS s WHERE s.srvname = server);
  IF owner IS NOT NULL THEN
    RAISE EXCEPTION '% belongs to "%", and only its owner can complete it', coalesce(relation::text, format('server "%s"', server)), owner
      USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %I, and call it again: files are read with the owner''s rights.', owner);
  END IF;

  PERFORM k8s_fdw.tidy_vault();
  FOR target IN
    SELECT 1 AS place, format('server %I', s.srvname) AS name, s.oid, s.srvoptions AS options
      FROM k8s_fdw.own_servers() AS s
     WHERE relation IS NULL AND s.srvname = coalesce(server, s.srvname) AND s.srvowner = me
    UNION ALL
    SELECT 2, format('table %s', t.ftrelid::regclass), t.ftrelid, t.ftoptions
      FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver JOIN pg_class AS c ON c.oid = t.ftrelid
     WHERE t.ftrelid = coalesce(relation, t.ftrelid) AND s.srvname = coalesce(server, s.srvname) AND c.relowner = me
     ORDER BY 1, 2
  LOOP
    BEGIN
      IF target.place = 1 THEN
        PERFORM k8s_fdw.apply_server(target.oid);
        changed := k8s_fdw.changed_options(target.options, (SELECT s.srvoptions FROM pg_foreign_server AS s WHERE s.oid = target.oid));
      ELSE
        PERFORM k8s_fdw.apply_table(target.oid::regclass);
        changed := k8s_fdw.changed_options(target.options, (SELECT t.ftoptions FROM pg_foreign_table AS t WHERE t.ftrelid = target.oid));
      END IF;
    EXCEPTION WHEN fdw_error OR insufficient_privilege THEN
      GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
      RAISE EXCEPTION '%: %', target.name, SQLERRM USING ERRCODE = SQLSTATE, HINT = advice;
    END;
    IF changed IS NOT NULL THEN
      object := target.name;
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;
