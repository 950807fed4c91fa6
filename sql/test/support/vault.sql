-- stand_in_vault(): stands in for supabase_vault 0.3, as far as others see it, with the same names. The real one needs
-- an extension in C. Nothing is encrypted: base64 shows which column was read.

CREATE FUNCTION stand_in_vault() RETURNS void LANGUAGE plpgsql AS $do$
BEGIN
  CREATE SCHEMA vault;
  CREATE TABLE vault.secrets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, description text NOT NULL DEFAULT '', secret text NOT NULL,
    key_id uuid, updated_at timestamptz NOT NULL DEFAULT clock_timestamp());
  CREATE UNIQUE INDEX ON vault.secrets (name) WHERE name IS NOT NULL;
  CREATE VIEW vault.decrypted_secrets AS
    SELECT id, name, description, secret, convert_from(decode(secret, 'base64'), 'UTF8') AS decrypted_secret, key_id, updated_at
      FROM vault.secrets;
  CREATE FUNCTION vault.create_secret(new_secret text, new_name text = NULL, new_description text = '', new_key_id uuid = NULL)
    RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
      INSERT INTO vault.secrets (secret, name, description)
      VALUES (encode(convert_to(new_secret, 'UTF8'), 'base64'), new_name, new_description) RETURNING id $$;
  CREATE FUNCTION vault.update_secret(
    secret_id uuid, new_secret text = NULL, new_name text = NULL, new_description text = NULL, new_key_id uuid = NULL)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
      UPDATE vault.secrets
         SET secret = coalesce(encode(convert_to(new_secret, 'UTF8'), 'base64'), secret), name = coalesce(new_name, name),
             description = coalesce(new_description, description), updated_at = clock_timestamp()
       WHERE id = secret_id $$;
  REVOKE ALL ON FUNCTION vault.create_secret, vault.update_secret FROM PUBLIC;
END $do$;
