-- Which local tables follow which foreign ones, and how far they have come. A dump has the first and not the second: a
-- restored table is compared with a whole list once.

DO $$
BEGIN
  IF to_regclass('k8s_fdw.kept_tables') IS NULL THEN
    CREATE TABLE k8s_fdw.kept_tables (
      relation     regclass PRIMARY KEY,
      source       regclass NOT NULL,
      -- The tables with the option watch: one, or one for each cluster of a partitioned source and each of several namespaces.
      watches      regclass[] NOT NULL,
      -- What the columns "cluster" and "namespace" have in the rows of each of them; NULL where there is but one.
      clusters     text[],
      namespaces   text[],
      -- Those that come from the source.
      columns      text[] NOT NULL,
      indexes      text[] NOT NULL DEFAULT '{}',
      every        interval,
      history      regclass,
      history_from timestamptz,
      keep_for     interval
    );
    CREATE TABLE k8s_fdw.kept_state (
      relation     regclass PRIMARY KEY,
      -- By cluster and namespace, or under "" for the only one.
      versions     jsonb NOT NULL DEFAULT '{}',
      -- What the cluster had been through then, likewise: with it a restored one is noticed.
      marks        jsonb NOT NULL DEFAULT '{}',
      refreshed_at timestamptz,
      object_count bigint,
      took         interval,
      how          text,
      error        text,
      error_since  timestamptz
    );
    -- Whose rows a role may write is what guard_kept() says. Everybody may read the first table, because pg_dump fails
    -- for whoever may not. An error may name what is nobody else's business, so only the view kept shows it.
    GRANT SELECT, INSERT, UPDATE, DELETE ON k8s_fdw.kept_tables TO PUBLIC;
    GRANT SELECT (relation, versions, marks, refreshed_at, object_count, error_since), INSERT, UPDATE, DELETE ON k8s_fdw.kept_state TO PUBLIC;
    -- It is no part of an extension where the plain script made it.
    IF EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = 'k8s_fdw.kept_tables'::regclass AND d.deptype = 'e') THEN
      PERFORM pg_extension_config_dump('k8s_fdw.kept_tables', 'WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) relation)');
    END IF;
  END IF;
END $$;

-- Which of them are brought to another database, and how far that has come. A dump has the first of these three alone: a
-- copy of this database must not write there before somebody says so.
DO $$
BEGIN
  IF to_regclass('k8s_fdw.kept_remotes') IS NULL THEN
    CREATE TABLE k8s_fdw.kept_remotes (
      relation regclass PRIMARY KEY,
      remote   regclass NOT NULL UNIQUE,
      columns  text[] NOT NULL DEFAULT '{}'
    );
    CREATE TABLE k8s_fdw.kept_sent (
      relation    regclass PRIMARY KEY,
      -- Says there whose table it is, so that two databases do not undo each other's changes.
      writer      uuid NOT NULL DEFAULT gen_random_uuid(),
      -- Written on both sides with each change. Where it differs, or is NULL, the tables are compared as a whole.
      generation  uuid,
      takes_over  boolean NOT NULL DEFAULT false,
      sent_at     timestamptz,
      error       text,
      error_since timestamptz
    );
    -- What has changed here since it was sent last.
    CREATE TABLE k8s_fdw.kept_unsent (
      relation regclass,
      cluster  text,
      uid      text,
      PRIMARY KEY (relation, cluster, uid)
    );
    GRANT SELECT, INSERT, UPDATE, DELETE ON k8s_fdw.kept_remotes, k8s_fdw.kept_unsent TO PUBLIC;
    GRANT SELECT (relation, writer, generation, takes_over, sent_at, error_since), INSERT, UPDATE, DELETE ON k8s_fdw.kept_sent TO PUBLIC;
    IF EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = 'k8s_fdw.kept_remotes'::regclass AND d.deptype = 'e') THEN
      PERFORM pg_extension_config_dump('k8s_fdw.kept_remotes', 'WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) relation) AND EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) remote)');
    END IF;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.part_key(kept k8s_fdw.kept_tables, part integer) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT concat_ws('/', kept.clusters[part], kept.namespaces[part]) $$;

-- A role writes what belongs to its own tables, and may take away what belongs to none.
CREATE OR REPLACE FUNCTION k8s_fdw.guard_kept() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  target regclass;
BEGIN
  -- Nor may a role say that another's table is brought anywhere.
  FOREACH target IN ARRAY ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.relation END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.relation END,
                                CASE WHEN TG_OP <> 'DELETE' AND TG_TABLE_NAME = 'kept_remotes' THEN (to_jsonb(NEW)->>'remote')::regclass END] LOOP
    IF NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class AS c WHERE c.oid = target), 'USAGE') THEN
      RAISE EXCEPTION '% belongs to another role than "%"', target, current_user
        USING ERRCODE = 'insufficient_privilege', HINT = 'Only its owner says what it follows.';
    END IF;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['kept_tables', 'kept_state', 'kept_remotes', 'kept_sent', 'kept_unsent'] LOOP
    IF NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = ('k8s_fdw.' || guarded)::regclass AND t.tgname = 'guard') THEN
      EXECUTE format('CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON k8s_fdw.%I FOR EACH ROW EXECUTE FUNCTION k8s_fdw.guard_kept()', guarded);
    END IF;
  END LOOP;
END $$;

-- Whether the source is gone, or has other columns, options or parts than when it was kept. The tables that show the
-- changes still have those, and are what a refresh reads.
CREATE OR REPLACE FUNCTION k8s_fdw.source_changed(kept k8s_fdw.kept_tables) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  one record;
  parts bigint := 0;
BEGIN
  FOR one IN SELECT p.part, p.namespace, kept.watches[p.nth] AS watch FROM k8s_fdw.source_parts(kept.source) WITH ORDINALITY AS p (part, cluster, namespace, nth) LOOP
    parts := parts + 1;
    IF k8s_fdw.read_as(one.part, one.namespace) IS DISTINCT FROM k8s_fdw.read_as(one.watch, NULL)
       OR EXISTS (SELECT c.name, c.type, c.collate_clause, c.path FROM k8s_fdw.object_columns(one.part) AS c
                  EXCEPT SELECT c.name, c.type, c.collate_clause, c.path FROM k8s_fdw.object_columns(one.watch) AS c)
       OR EXISTS (SELECT FROM unnest(kept.columns) AS c WHERE c <> 'uid' AND c NOT IN (SELECT o.name FROM k8s_fdw.object_columns(one.part) AS o)) THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN parts <> cardinality(kept.watches);
EXCEPTION WHEN wrong_object_type THEN
  -- It is no longer partitioned by cluster.
  RETURN true;
END $$;

-- The view's owner may read everything, so the view itself leaves out what its reader may not.
DO $$
DECLARE
  is_new constant boolean := to_regclass('k8s_fdw.kept') IS NULL;
BEGIN
  CREATE OR REPLACE VIEW k8s_fdw.kept WITH (security_barrier) AS
    SELECT k.relation, k.source, k.every,
           s.object_count AS rows,
           pg_total_relation_size(k.relation) AS bytes,
           now() - s.refreshed_at AS behind,
           s.refreshed_at, s.took, s.how,
           CASE WHEN cardinality(k.watches) = 1 AND k.clusters IS NULL THEN s.versions->>k8s_fdw.part_key(k, 1) ELSE s.versions::text END AS resource_version,
           s.error, s.error_since,
           k.history, k.history_from, k.keep_for,
           pg_total_relation_size(k.history) AS history_bytes,
           r.remote, b.sent_at, b.error AS remote_error, b.error_since AS remote_error_since,
           k8s_fdw.source_changed(k) AS source_changed
      FROM k8s_fdw.kept_tables AS k
      JOIN pg_class AS c ON c.oid = k.relation
      LEFT JOIN k8s_fdw.kept_state AS s ON s.relation = k.relation
      LEFT JOIN k8s_fdw.kept_remotes AS r ON r.relation = k.relation
      LEFT JOIN k8s_fdw.kept_sent AS b ON b.relation = k.relation
     WHERE has_table_privilege(k.relation, 'SELECT');
  IF is_new THEN
    GRANT SELECT ON k8s_fdw.kept TO PUBLIC;
  END IF;
END $$;
COMMENT ON TABLE k8s_fdw.kept_tables IS 'internal: the tables that follow a cluster; the view kept shows them';
COMMENT ON TABLE k8s_fdw.kept_state IS 'internal: how far they have come; the view kept shows it';
COMMENT ON TABLE k8s_fdw.kept_remotes IS 'internal: the tables of other databases that kept tables are brought to; the view kept shows them';
COMMENT ON TABLE k8s_fdw.kept_sent IS 'internal: how far those have come; the view kept shows it';
COMMENT ON TABLE k8s_fdw.kept_unsent IS 'internal: the objects that have changed since they were sent';
COMMENT ON VIEW k8s_fdw.kept IS 'the tables that follow a cluster, how far behind each is, and its last error: SELECT * FROM k8s_fdw.kept';

-- What is known of a kept table, for its owner: a refresh runs the table's triggers and reads its foreign table, and so
-- does what another role says with the rights of whoever begins it.
CREATE OR REPLACE FUNCTION k8s_fdw.kept_table(target regclass) RETURNS k8s_fdw.kept_tables
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_row k8s_fdw.kept_tables;
  owner constant name := (SELECT r.rolname FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner WHERE c.oid = target);
BEGIN
  SELECT * INTO found_row FROM k8s_fdw.kept_tables AS k WHERE k.relation = target;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is no kept table', target
      USING ERRCODE = 'wrong_object_type',
            HINT = 'k8s_fdw.keep() makes one of a foreign table; SELECT relation FROM k8s_fdw.kept lists them.';
  ELSIF owner <> current_user THEN
    RAISE EXCEPTION '% belongs to "%", and only its owner can refresh it', target, owner
      USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %I, and do it again.', owner);
  END IF;
  RETURN found_row;
END $$;

-- Takes away what is left of kept tables that were dropped.
CREATE OR REPLACE FUNCTION k8s_fdw.tidy_kept() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  left_over record;
BEGIN
  FOR left_over IN
    SELECT k.relation, ARRAY(SELECT c.oid::regclass FROM pg_class AS c WHERE c.oid = ANY (k.watches)) AS watches
      FROM k8s_fdw.kept_tables AS k
     WHERE NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = k.relation)
       AND NOT EXISTS (SELECT FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner WHERE c.oid = ANY (k.watches) AND r.rolname <> current_user)
  LOOP
    PERFORM k8s_fdw.drop_watches(left_over.watches);
    PERFORM k8s_fdw.forget_kept(left_over.relation);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.forget_kept(target regclass) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  DELETE FROM k8s_fdw.kept_unsent AS u WHERE u.relation = target;
  DELETE FROM k8s_fdw.kept_sent AS s WHERE s.relation = target;
  DELETE FROM k8s_fdw.kept_remotes AS r WHERE r.relation = target;
  DELETE FROM k8s_fdw.kept_state AS s WHERE s.relation = target;
  DELETE FROM k8s_fdw.kept_tables AS k WHERE k.relation = target;
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.drop_watches(watches regclass[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  each_one regclass;
BEGIN
  FOREACH each_one IN ARRAY watches LOOP
    IF EXISTS (SELECT FROM pg_foreign_table AS t WHERE t.ftrelid = each_one) THEN
      EXECUTE format('DROP FOREIGN TABLE %s', each_one);
    END IF;
  END LOOP;
END $$;
