-- reader(): makes a role that may read the tables of one schema, and nothing else. What the role could undo by itself
-- (settings) is a help against accidents; what it is not allowed (rights) and what the server's owner has bounded is not.

-- The tables of a schema by which its kept tables follow the cluster. A reader of kept tables is to ask the cluster
-- nothing, so it gets no right on these, and their servers need no bound.
CREATE OR REPLACE FUNCTION k8s_fdw.watches_in(schema name) RETURNS SETOF regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w FROM k8s_fdw.kept_tables AS k, unnest(k.watches) AS w JOIN pg_class AS c ON c.oid = w
    JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema
$$;

-- What of a schema nobody should be given to read without a bound, each with the statement that mends it.
CREATE OR REPLACE FUNCTION k8s_fdw.unsafe_for_readers(schema name) RETURNS TABLE (problem text, remedy text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH tables AS (
    SELECT c.oid::regclass AS relation, c.relname, s.oid AS server_oid, s.srvname, s.srvoptions,
           ARRAY(SELECT option_name || '=' || option_value FROM pg_options_to_table(t.ftoptions)) AS options
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_foreign_table AS t ON t.ftrelid = c.oid
      JOIN k8s_fdw.own_servers() AS own ON own.oid = t.ftserver
      JOIN pg_foreign_server AS s ON s.oid = t.ftserver
     WHERE n.nspname = schema AND c.oid NOT IN (SELECT k8s_fdw.watches_in(schema))
  ), servers AS (SELECT DISTINCT server_oid, srvname, srvoptions FROM tables),
  bounds (option, example, why) AS (VALUES
    ('max_rows', '10000', 'has no bound on the rows of a scan'),
    ('max_bytes', '256MB', 'has no bound on the bytes of a scan'))
  SELECT format('server %s %s', s.srvname, b.why), format('ALTER SERVER %I OPTIONS (ADD %s %L);', s.srvname, b.option, b.example)
    FROM servers AS s, bounds AS b
   WHERE NOT EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = b.option)
  UNION ALL
  SELECT format('server %s has its token in the option %s, which every role of the database can read', s.srvname, o.option_name),
         format('Put the token into Vault or, on the extension''s own library, into a user mapping, and ALTER SERVER %I OPTIONS (DROP %s);', s.srvname, o.option_name)
    FROM servers AS s, pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'api_key'
  UNION ALL
  SELECT format('server %s reads its token from Vault as the role that asks, which could then read it too', s.srvname),
         format('Keep the tables, k8s_fdw.keep_all(%L, …), and give the kept ones to the reader; or use the extension''s own library with a user mapping.', schema)
    FROM servers AS s
   WHERE NOT k8s_fdw.own_host(k8s_fdw.wrapper_of_server(s.server_oid))
     AND EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name IN ('api_key_id', 'api_key_name'))
  UNION ALL
  SELECT format('server %s takes settings of the session, with which a role could print the trace of its requests', s.srvname),
         format('ALTER SERVER %I OPTIONS (%s session_settings ''off'');', s.srvname, CASE WHEN o.option_value IS NULL THEN 'ADD' ELSE 'SET' END)
    FROM servers AS s LEFT JOIN LATERAL (SELECT o.option_value FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'session_settings') AS o ON true
   WHERE o.option_value IS NULL OR o.option_value IN ('on', 'true')
  UNION ALL
  SELECT format('server %s prints the trace of its requests', s.srvname), format('ALTER SERVER %I OPTIONS (DROP trace);', s.srvname)
    FROM servers AS s, pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = 'trace' AND o.option_value IN ('on', 'true')
  UNION ALL
  SELECT format('%s shows the values of Secrets', t.relation), format('ALTER FOREIGN TABLE %s OPTIONS (DROP reveal_secrets);', t.relation)
    FROM tables AS t WHERE 'reveal_secrets=true' = ANY (t.options)
  UNION ALL
  SELECT format('%s keeps the values of Secrets', c.oid::regclass),
         format('SELECT k8s_fdw.stop_keeping(%L); and keep it again, of a table without reveal_secrets.', k.relation::regclass)
    FROM k8s_fdw.kept_tables AS k JOIN pg_class AS c ON c.oid IN (k.relation, k.history) JOIN pg_namespace AS n ON n.oid = c.relnamespace
   WHERE n.nspname = schema
     AND EXISTS (SELECT FROM pg_foreign_table AS t WHERE t.ftrelid = ANY (k.watches) AND 'reveal_secrets=true' = ANY (t.ftoptions))
$$;

-- Raises if an existing role could do more than its rights on this schema say.
CREATE OR REPLACE FUNCTION k8s_fdw.check_plain_role(role name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found record;
BEGIN
  SELECT r.*, (SELECT string_agg(g.rolname, ', ' ORDER BY g.rolname) FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of
    INTO found FROM pg_roles AS r WHERE r.rolname = role;
  IF found.rolsuper OR found.rolcreaterole OR found.rolcreatedb OR found.rolbypassrls OR found.rolreplication OR found.member_of IS NOT NULL THEN
    RAISE EXCEPTION 'role "%" is there already, and may do more than read', role
      USING ERRCODE = 'wrong_object_type',
            HINT = 'Give the name of a new role. This one has ' || concat_ws(', ',
              CASE WHEN found.rolsuper THEN 'SUPERUSER' END, CASE WHEN found.rolcreaterole THEN 'CREATEROLE' END,
              CASE WHEN found.rolcreatedb THEN 'CREATEDB' END, CASE WHEN found.rolbypassrls THEN 'BYPASSRLS' END,
              CASE WHEN found.rolreplication THEN 'REPLICATION' END, 'the rights of ' || found.member_of) || '.';
  END IF;
END $$;

-- The public function. It can be called again, for another schema or after new tables.
CREATE OR REPLACE FUNCTION k8s_fdw.reader(role name, schema name, statement_timeout interval DEFAULT '30 s')
RETURNS TABLE (what text, detail text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  problems text;
  remedies text;
  milliseconds constant bigint := extract(epoch FROM statement_timeout) * 1000;
  setting text;
  watch regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = schema) THEN
    RAISE EXCEPTION 'there is no schema %', schema USING ERRCODE = 'invalid_schema_name', HINT = 'Import the cluster into one first, or keep its tables in one.';
  ELSIF coalesce(milliseconds, 0) NOT BETWEEN 1 AND 2147483647 THEN
    RAISE EXCEPTION 'statement_timeout must be some time, such as 30 s' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT string_agg(u.problem, '; ' ORDER BY u.problem), string_agg(u.remedy, ' ' ORDER BY u.problem) INTO problems, remedies
    FROM k8s_fdw.unsafe_for_readers(schema) AS u;
  IF problems IS NOT NULL THEN
    RAISE EXCEPTION 'schema % is not for a reader yet: %', schema, problems USING ERRCODE = 'object_not_in_prerequisite_state', HINT = remedies;
  END IF;
  IF EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = role) THEN
    PERFORM k8s_fdw.check_plain_role(role);
    RETURN QUERY SELECT 'role', format('%I was there', role);
  ELSE
    EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT CONNECTION LIMIT 10', role);
    RETURN QUERY SELECT 'role', format('%I is made, and can log in once it has a password: ALTER ROLE %I PASSWORD …', role, role);
  END IF;
  FOREACH setting IN ARRAY ARRAY[
    'default_transaction_read_only = on', format('statement_timeout = %L', milliseconds || 'ms'),
    'idle_in_transaction_session_timeout = ''60s''', format('search_path = %I', schema)]
  LOOP
    EXECUTE format('ALTER ROLE %I SET %s', role, setting);
    RETURN QUERY SELECT 'setting', setting;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema, role);
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', schema, role);
  FOR watch IN SELECT w FROM k8s_fdw.watches_in(schema) AS w LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %I', watch, role);
  END LOOP;
  RETURN QUERY
    SELECT 'tables', format('%s may be read, %s of them without a comment that says what they are', count(*), count(*) FILTER (WHERE obj_description(c.oid, 'pg_class') IS NULL))
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relkind IN ('r', 'f', 'v', 'm', 'p') AND c.oid NOT IN (SELECT k8s_fdw.watches_in(schema));
  RETURN QUERY
    SELECT 'bound', format('a scan through server %s gives at most %s rows, and reads at most %s', s.srvname,
             max(o.option_value) FILTER (WHERE o.option_name = 'max_rows'), max(o.option_value) FILTER (WHERE o.option_name = 'max_bytes'))
      FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
     WHERE s.oid IN (SELECT t.ftserver FROM pg_foreign_table AS t JOIN pg_class AS c ON c.oid = t.ftrelid
                       JOIN k8s_fdw.own_servers() AS own ON own.oid = t.ftserver
                      WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = schema)
                         AND c.oid NOT IN (SELECT k8s_fdw.watches_in(schema)))
     GROUP BY s.srvname ORDER BY s.srvname;
  IF has_database_privilege(role, current_database(), 'TEMP') THEN
    RETURN QUERY SELECT 'remark', format('it may make temporary tables, as every role may: REVOKE TEMP ON DATABASE %I FROM PUBLIC', current_database());
  END IF;
  IF has_schema_privilege(role, 'public', 'CREATE') THEN
    RETURN QUERY SELECT 'remark', 'it may make tables in the schema public, as every role may: REVOKE CREATE ON SCHEMA public FROM PUBLIC'::text;
  END IF;
END $$;
