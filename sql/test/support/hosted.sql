-- hosted(): makes a role like Supabase's postgres, in a database that it owns: no superuser, wrappers in schema
-- extensions, Vault granted. supautils, which lets that role create wrappers and event triggers, is replaced by
-- as_superuser().

CREATE FUNCTION hosted() RETURNS void LANGUAGE plpgsql AS $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'k8s_fdw_hosted') THEN
    CREATE ROLE k8s_fdw_hosted CREATEDB CREATEROLE REPLICATION BYPASSRLS;
  END IF;
  EXECUTE format('ALTER DATABASE %I OWNER TO k8s_fdw_hosted', current_database());
  CREATE SCHEMA extensions;
  CREATE EXTENSION wrappers SCHEMA extensions;
  GRANT USAGE ON SCHEMA extensions TO k8s_fdw_hosted;
  GRANT ALL ON SCHEMA public TO k8s_fdw_hosted;
  PERFORM stand_in_vault();
  GRANT USAGE ON SCHEMA vault TO k8s_fdw_hosted;
  GRANT SELECT, DELETE ON vault.secrets, vault.decrypted_secrets TO k8s_fdw_hosted;
  GRANT EXECUTE ON FUNCTION vault.create_secret, vault.update_secret TO k8s_fdw_hosted;
END $do$;
