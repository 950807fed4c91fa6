-- Owns: a server's bearer token in Vault: made, changed, renamed and removed with its server.
-- Never: a secret that somebody else put there, nor a schema vault that somebody else may have made up.

-- 'usable', 'denied' (it is there, but not for this role) or 'absent'. It has to belong to a superuser or to this role:
-- else whoever may create a schema could have others run his functions, and get their tokens.
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

-- Whether the secret was put there for this server: by its description, and no other server names it.
-- NULL: Vault has no such secret, or this role cannot tell.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_keeps(secret_id text, server oid) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept boolean;
BEGIN
  IF secret_id IS NULL OR k8s_fdw.vault_state() <> 'usable' THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(d.description, '') LIKE '%, kept by k8s_fdw'
         AND NOT EXISTS (SELECT FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
                          WHERE s.oid <> server AND o.option_name = 'api_key_id' AND lower(o.option_value) = lower(secret_id))
    INTO kept FROM vault.decrypted_secrets AS d WHERE d.id = secret_id::uuid;
  RETURN kept;
END $$;

-- A name that no other secret has.
CREATE OR REPLACE FUNCTION k8s_fdw.vault_name(server_name text, server oid) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted constant text := 'k8s_fdw server ' || server_name;
BEGIN
  RETURN wanted || CASE WHEN EXISTS (SELECT FROM vault.decrypted_secrets WHERE name = wanted)
                        THEN format(' (%s)', server) ELSE '' END;
END $$;

-- The id of the secret that holds the token from now on: `secret_id`, where that is this server's own, or a new one.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_in_vault(token text, secret_id text, server oid, server_name text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  remark text;
BEGIN
  IF k8s_fdw.vault_keeps(secret_id, server) THEN
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

-- For a server that is gone or names another secret now. What cannot be removed is said.
CREATE OR REPLACE FUNCTION k8s_fdw.remove_from_vault(secret_id text, server oid, server_name text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  removable boolean;
  problem text;
BEGIN
  IF k8s_fdw.vault_keeps(secret_id, server) IS NOT TRUE THEN
    RETURN;
  END IF;
  SELECT has_table_privilege(c.oid, 'DELETE') AND (r.rolsuper OR r.rolname = current_user) INTO removable
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_roles AS r ON r.oid = c.relowner
   WHERE n.nspname = 'vault' AND c.relname = 'secrets';
  IF removable THEN
    DELETE FROM vault.secrets WHERE id = secret_id::uuid;
  ELSE
    problem := format('the bearer token of server "%s" stays in Vault, as "%s" may not delete from vault.secrets', server_name, current_user);
    RAISE NOTICE '%', problem USING HINT = format('Whoever may: DELETE FROM vault.secrets WHERE id = %L.', secret_id);
  END IF;
END $$;
