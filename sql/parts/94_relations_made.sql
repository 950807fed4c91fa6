-- relations() and drop_relations(): what is made, replaced and dropped.

-- How the comment of each of these views ends.
CREATE OR REPLACE FUNCTION k8s_fdw.relation_mark() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT 'made by k8s_fdw.relations()' $$;

-- The views of a schema that relations() made.
CREATE OR REPLACE FUNCTION k8s_fdw.made_relations(schema_name text) RETURNS SETOF regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.oid::regclass FROM pg_class AS c
   WHERE c.relnamespace = to_regnamespace(quote_ident(schema_name)) AND c.relkind = 'v' AND obj_description(c.oid, 'pg_class') LIKE '%(' || k8s_fdw.relation_mark() || ')'
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.relation_column_comments() RETURNS TABLE (name text, comment text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES ('found', 'Whether the object that is named is there. NULL: nothing is named, or there is no table that would tell.'),
         ('claim_found', 'Whether the PersistentVolumeClaim is there. NULL: the volume has none, or there is no table that would tell.'),
         ('role_found', 'Whether the role is there; without it the binding allows nothing.'),
         ('distance', '1 for an owner that the object names itself, 2 for an owner of that, and so on.'),
         ('is_root', 'Whether the owner has no owner of its own.'),
         ('controller', 'Whether the owner manages what it owns; of an owner further up, what is between.'),
         ('status', 'The status of the object, as it stands there.'),
         ('ready', 'Whether traffic is sent there.'),
         ('mirror', 'Whether requests are only copied to the service (requestMirror).'),
         ('rule', 'The rule as it stands in the role: k8s_fdw.rule_allows() takes it.'),
         ('ingress', 'Whether the policy is about what comes in.'),
         ('egress', 'Whether the policy is about what goes out.'),
         ('type', 'For a volume the field that says what it is, for an event Normal or Warning.'),
         ('key', 'The single entry that is used; NULL for all of them.'),
         ('optional', 'Whether the pod starts without it.')
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.make_relation(target_schema text, name text, description text, query text) RETURNS regclass
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made constant text := format('%I.%I', target_schema, name);
  there constant regclass := to_regclass(made);
  owner constant name := (SELECT r.rolname FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner WHERE c.oid = there);
  said record;
BEGIN
  IF there IS NOT NULL AND NOT EXISTS (SELECT FROM k8s_fdw.made_relations(target_schema) AS m WHERE m = there) THEN
    RAISE EXCEPTION '% is there already, and no view that relations() made', there
      USING ERRCODE = 'duplicate_table', HINT = 'Give the views a schema of their own: SELECT * FROM k8s_fdw.relations(…, ''schema'').';
  ELSIF owner <> current_user THEN
    RAISE EXCEPTION '% is there already, and belongs to "%"', there, owner
      USING ERRCODE = 'insufficient_privilege', HINT = 'Have it dropped, or give the views a schema of their own.';
  END IF;
  EXECUTE format('CREATE OR REPLACE VIEW %s%s AS %s', made,
    -- Older versions know it not: who may read the view reads there with its owner's rights.
    CASE WHEN current_setting('server_version_num')::integer >= 150000 THEN ' WITH (security_invoker = true)' ELSE '' END, query);
  IF there IS NULL THEN
    PERFORM k8s_fdw.keep_to_owner(made, (SELECT c.relacl FROM pg_class AS c WHERE c.oid = made::regclass));
  END IF;
  EXECUTE format('COMMENT ON VIEW %s IS %L', made, format('%s (%s)', description, k8s_fdw.relation_mark()));
  FOR said IN
    SELECT a.attname, c.comment FROM k8s_fdw.relation_column_comments() AS c JOIN pg_attribute AS a ON a.attname = c.name
     WHERE a.attrelid = made::regclass AND a.attnum > 0 AND NOT a.attisdropped
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', made, said.attname, said.comment);
  END LOOP;
  RETURN made::regclass;
END $$;

-- Which schema has the tables, and of which server they are if it matters. `source` is a schema with tables, or else a
-- server whose tables are in the target.
CREATE OR REPLACE FUNCTION k8s_fdw.relation_schemas(source text, target_schema text, OUT source_schema text, OUT target text, OUT server name)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_server constant boolean := EXISTS (SELECT FROM k8s_fdw.own_servers() AS s WHERE s.srvname = source);
BEGIN
  source_schema := source;
  target := coalesce(target_schema, source);
  IF is_server AND NOT EXISTS (SELECT FROM k8s_fdw.kinds_of_schema(source)) THEN
    source_schema := target;
    server := source;
  ELSIF to_regnamespace(quote_ident(source)) IS NULL THEN
    RAISE EXCEPTION 'there is no schema and no server of k8s_fdw with the name "%"', source
      USING ERRCODE = 'invalid_schema_name', HINT = 'Give a schema with imported or kept tables, or the server whose tables are in the second schema.';
  END IF;
  IF to_regnamespace(quote_ident(target)) IS NULL THEN
    RAISE EXCEPTION 'there is no schema %', target
      USING ERRCODE = 'invalid_schema_name', HINT = CASE WHEN server IS NOT NULL AND target_schema IS NULL
        THEN format('Say where the tables of server %I are: SELECT * FROM k8s_fdw.relations(%L, ''schema'');', source, source) ELSE format('Make it first: CREATE SCHEMA %I;', target) END;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.relations(source text, target_schema text DEFAULT NULL) RETURNS TABLE (relation regclass, tables integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  place constant record := k8s_fdw.relation_schemas(source, target_schema);
  found_tables jsonb;
  unreadable jsonb;
  served jsonb;
  asked name;
  planned record;
  query record;
  made text[] := '{}';
  less jsonb := '[]';
  gone regclass;
BEGIN
  SELECT coalesce(jsonb_object_agg(concat_ws('/', nullif(k.api_group, ''), k.kind), to_jsonb(k)), '{}'), min(k.server)
    INTO found_tables, asked FROM k8s_fdw.kinds_of_schema(place.source_schema, place.server) AS k;
  IF found_tables = '{}' THEN
    RAISE EXCEPTION 'schema % has no table of a kind%', place.source_schema, coalesce(' that is of server ' || quote_ident(place.server), '')
      USING ERRCODE = 'undefined_table', HINT = format('Import them: IMPORT FOREIGN SCHEMA "*" FROM SERVER %s INTO %I;', coalesce(quote_ident(place.server), '…'), place.source_schema);
  END IF;
  SELECT coalesce(jsonb_object_agg(u.kind, u.why), '{}') INTO unreadable FROM k8s_fdw.unreadable_tables(found_tables) AS u;
  found_tables := found_tables - ARRAY(SELECT jsonb_object_keys(unreadable));

  FOR planned IN SELECT v.* FROM k8s_fdw.relation_views() WITH ORDINALITY AS v ORDER BY v.ordinality LOOP
    CONTINUE WHEN planned.name = ANY (made);
    query := k8s_fdw.relation_query(planned.body, found_tables);
    IF query.missing = '{}' THEN
      made := made || planned.name;
      relation := k8s_fdw.make_relation(place.target, planned.name, planned.description, query.filled);
      tables := cardinality(query.reads);
      RETURN NEXT;
    END IF;
    less := less || (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'view', planned.name)), '[]')
                       FROM (SELECT DISTINCT unnest(query.missing || query.incomplete)
                             UNION SELECT jsonb_object_keys(unreadable) WHERE planned.body LIKE '%{{*%') AS k (kind));
  END LOOP;

  IF k8s_fdw.lends_secret(asked) IS NULL AND less <> '[]' AND asked IS NOT NULL THEN
    served := (k8s_fdw.ask(asked, 'api_resources', 'name text, api_version text, api_group text, kind text, verbs jsonb', '')).answer;
  END IF;
  FOR planned IN SELECT m.* FROM k8s_fdw.missing_kinds(less, unreadable, served, place.source_schema, asked, made) AS m LOOP
    RAISE NOTICE '%', planned.message USING DETAIL = planned.detail;
  END LOOP;

  FOR gone IN SELECT m FROM k8s_fdw.made_relations(place.target) AS m JOIN pg_class AS c ON c.oid = m WHERE c.relname <> ALL (made) LOOP
    EXECUTE format('DROP VIEW %s', gone);
  END LOOP;
END $$;

-- Takes the views away again, and nothing that depends on them.
CREATE OR REPLACE FUNCTION k8s_fdw.drop_relations(target_schema text) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made constant regclass[] := ARRAY(SELECT m FROM k8s_fdw.made_relations(target_schema) AS m);
BEGIN
  IF to_regnamespace(quote_ident(target_schema)) IS NULL THEN
    RAISE EXCEPTION 'there is no schema %', target_schema USING ERRCODE = 'invalid_schema_name';
  ELSIF made <> '{}' THEN
    EXECUTE 'DROP VIEW ' || array_to_string(made, ', ');
  END IF;
  RETURN cardinality(made);
END $$;
