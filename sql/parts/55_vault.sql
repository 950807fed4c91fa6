-- Keeps a server's bearer token in Vault: it is created, changed, renamed and removed with its server. A secret that
-- somebody else put there must not be touched, and a schema vault that somebody else may have made up must not be used.

-- 'usable', 'denied' (Vault is there, but not for this role) or 'absent'. Vault must belong to a superuser or to this
-- role. Otherwise whoever may create a schema could make others run his functions, and get their tokens.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_state() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH vault AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = 'vault'),
  parts (name, owner, allowed) AS (
    SELECT 'schema', nspowner, has_schema_privilege(oid, 'USAGE') FROM vault
    UNION ALL
    SELECT p.proname, p.proowner, has_function_privilege(p.oid, 'EXECUTE')
      FROM pg_proc AS p JOIN vault ON p.pronamespace = vault.oid WHERE p.proname IN ('create_secret', 'update_secret')
    UNION ALL
    SELECT c.relname, c.relowner, has_table_privilege(c.oid, 'SELECT')
      FROM pg_class AS c JOIN vault ON c.relnamespace = vault.oid WHERE c.relname = 'decrypted_secrets')
  SELECT CASE WHEN count(DISTINCT p.name) < 4 OR NOT bool_and(r.rolsuper OR r.rolname = current_user) THEN 'absent'
              WHEN bool_and(p.allowed) THEN 'usable' ELSE 'denied' END
    FROM parts AS p JOIN pg_roles AS r ON r.oid = p.owner
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.vault_description(server_name text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('bearer token of the foreign server "%s", kept by k8s_fdw', server_name) $$;

-- Whether the role may read secrets; NULL if there is no Vault.
CREATE OR REPLACE FUNCTION k8s_fdw.reads_vault(role oid) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT has_schema_privilege(role, n.oid, 'USAGE') AND has_table_privilege(role, c.oid, 'SELECT')
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'vault' AND c.relname = 'decrypted_secrets'
$$;

-- The servers, except the one with the id `server`, that name the secret in any option. `counts` says whether their
-- owners may read Vault. Any role can see an id and write it into a server of its own, which must not keep a token from
-- being changed or removed.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_named_by(secret_id text, secret_name text, server oid) RETURNS TABLE (name name, owner name, counts boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.srvname, r.rolname, k8s_fdw.reads_vault(s.srvowner)
    FROM pg_foreign_server AS s JOIN pg_roles AS r ON r.oid = s.srvowner
   WHERE EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) AS o
                  WHERE o.option_value = secret_name OR s.oid <> server AND lower(o.option_value) = lower(secret_id))
   ORDER BY 3 DESC, 1
$$;

-- The name of a secret that k8s_fdw put there, recognised by its description. NULL if it did not, or if this role
-- cannot tell.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_own_name(secret_id text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF secret_id IS NULL OR k8s_fdw.vault_state() <> 'usable' THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT coalesce(d.name, '') FROM vault.decrypted_secrets AS d
           WHERE d.id = secret_id::uuid AND d.description LIKE '%, kept by k8s_fdw');
END $$;

-- Whether the secret was put there for this server, and no other server that counts names it. NULL if Vault has no such
-- secret, or if this role cannot tell.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_keeps(secret_id text, server oid) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own_name constant text := k8s_fdw.vault_own_name(secret_id);
BEGIN
  IF own_name IS NOT NULL THEN
    RETURN NOT EXISTS (SELECT FROM k8s_fdw.vault_named_by(secret_id, own_name, server) AS n WHERE n.counts);
  ELSIF secret_id IS NULL OR k8s_fdw.vault_state() <> 'usable' THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT false FROM vault.decrypted_secrets AS d WHERE d.id = secret_id::uuid);
END $$;

-- A name that no other secret has.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_name(server_name text, server oid) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted constant text := 'k8s_fdw server ' || server_name;
BEGIN
  IF k8s_fdw.vault_state() <> 'usable' THEN
    RETURN wanted;
  END IF;
  RETURN wanted || CASE WHEN EXISTS (SELECT FROM vault.decrypted_secrets WHERE name = wanted)
                        THEN format(' (%s)', server) ELSE '' END;
END $$;

-- The id of the secret that holds the token from now on: `secret_id` if that belongs to this server, else a new one.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_in_vault(token text, secret_id text, server oid, server_name text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  remark text;
BEGIN
  -- Whoever calls this by hand must not run the functions of a Vault that somebody made up.
  IF k8s_fdw.vault_state() <> 'usable' THEN
    RETURN NULL;
  ELSIF k8s_fdw.vault_keeps(secret_id, server) THEN
    PERFORM vault.update_secret(secret_id::uuid, token);
    RETURN secret_id;
  END IF;
  remark := format('the bearer token of server "%s" is kept in Vault, and the server has its id: roles that query it need to read vault.decrypted_secrets',
                   server_name);
  RAISE NOTICE '%', remark;
  RETURN vault.create_secret(token, k8s_fdw.vault_name(server_name, server), k8s_fdw.vault_description(server_name));
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.rename_in_vault(secret_id text, server oid, server_name text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF k8s_fdw.vault_keeps(secret_id, server) THEN
    PERFORM vault.update_secret(secret_id::uuid, NULL, k8s_fdw.vault_name(server_name, server), k8s_fdw.vault_description(server_name));
  END IF;
END $$;

-- For a server that was dropped or names another secret now. A secret that cannot be removed is reported.
CREATE OR REPLACE FUNCTION k8s_fdw.remove_from_vault(secret_id text, server oid, server_name text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own_name constant text := k8s_fdw.vault_own_name(secret_id);
  other record;
  removable boolean;
  problem text;
BEGIN
  IF own_name IS NULL THEN
    RETURN;
  END IF;
  SELECT n.* INTO other FROM k8s_fdw.vault_named_by(secret_id, own_name, server) AS n LIMIT 1;
  IF other.counts THEN
    problem := format('the bearer token of server "%s" stays in Vault, as server "%s" names it too', server_name, other.name);
    RAISE NOTICE '%', problem USING HINT = format('To be rid of it, first drop that server or give it another token; then: DELETE FROM vault.secrets WHERE id = %L.', secret_id);
    RETURN;
  END IF;
  SELECT has_table_privilege(c.oid, 'DELETE') AND (r.rolsuper OR r.rolname = current_user) INTO removable
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_roles AS r ON r.oid = c.relowner
   WHERE n.nspname = 'vault' AND c.relname = 'secrets';
  IF NOT removable THEN
    problem := format('the bearer token of server "%s" stays in Vault, as "%s" may not delete from vault.secrets', server_name, current_user);
    RAISE NOTICE '%', problem USING HINT = format('Whoever may: DELETE FROM vault.secrets WHERE id = %L.', secret_id);
    RETURN;
  END IF;
  DELETE FROM vault.secrets WHERE id = secret_id::uuid;
  IF other.name IS NOT NULL THEN
    problem := format('the bearer token of server "%s" is gone from Vault, and server "%s" of "%s", who may not read Vault, named it too',
                      server_name, other.name, other.owner);
    RAISE NOTICE '%', problem USING HINT = 'A server with a secret of its own goes on: api_key_id or api_key_name.';
  END IF;
END $$;
