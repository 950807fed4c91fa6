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
    GRANT SELECT (relation, versions, refreshed_at, object_count, error_since), INSERT, UPDATE, DELETE ON k8s_fdw.kept_state TO PUBLIC;
    -- It is no part of an extension where the plain script made it.
    IF EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = 'k8s_fdw.kept_tables'::regclass AND d.deptype = 'e') THEN
      PERFORM pg_extension_config_dump('k8s_fdw.kept_tables', 'WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) relation)');
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
  FOREACH target IN ARRAY ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.relation END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.relation END] LOOP
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
  FOREACH guarded IN ARRAY ARRAY['kept_tables', 'kept_state'] LOOP
    IF NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = ('k8s_fdw.' || guarded)::regclass AND t.tgname = 'guard') THEN
      EXECUTE format('CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON k8s_fdw.%I FOR EACH ROW EXECUTE FUNCTION k8s_fdw.guard_kept()', guarded);
    END IF;
  END LOOP;
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
           pg_total_relation_size(k.history) AS history_bytes
      FROM k8s_fdw.kept_tables AS k
      JOIN pg_class AS c ON c.oid = k.relation
      LEFT JOIN k8s_fdw.kept_state AS s ON s.relation = k.relation
     WHERE has_table_privilege(k.relation, 'SELECT');
  IF is_new THEN
    GRANT SELECT ON k8s_fdw.kept TO PUBLIC;
  END IF;
END $$;
COMMENT ON TABLE k8s_fdw.kept_tables IS 'internal: the tables that follow a cluster; the view kept shows them';
COMMENT ON TABLE k8s_fdw.kept_state IS 'internal: how far they have come; the view kept shows it';
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
    DELETE FROM k8s_fdw.kept_tables AS k WHERE k.relation = left_over.relation;
    DELETE FROM k8s_fdw.kept_state AS s WHERE s.relation = left_over.relation;
  END LOOP;
END $$;

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
