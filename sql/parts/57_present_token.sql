-- The token that a server sends now, and where it is kept: 'vault' (`key` is the secret's id), 'mapping' (`key` is the
-- role as a statement names it), 'option', 'elsewhere' (a file, or a program) or NULL for none (where there is a mapping
-- nevertheless, `key` is its role). `token` is NULL if this
-- role may not see it. Whoever calls this may read the place itself, so it tells nothing new.

CREATE OR REPLACE FUNCTION k8s_fdw.present_token(server oid, OUT place text, OUT key text, OUT token text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  options jsonb;
  mapped record;
BEGIN
  SELECT coalesce((SELECT jsonb_object_agg(o.option_name, btrim(o.option_value)) FROM pg_options_to_table(s.srvoptions) AS o), '{}') INTO options
    FROM pg_foreign_server AS s WHERE s.oid = server;
  IF options ? 'api_key' THEN
    place := 'option';
    token := options->>'api_key';
  ELSIF options ?| ARRAY['api_key_id', 'api_key_name'] THEN
    place := 'vault';
    IF k8s_fdw.vault_state() IN ('usable', 'denied') AND k8s_fdw.reads_vault((SELECT r.oid FROM pg_roles AS r WHERE r.rolname = current_user)) THEN
      SELECT d.id, btrim(d.decrypted_secret, E' \t\r\n') INTO key, token FROM vault.decrypted_secrets AS d
       WHERE CASE WHEN options ? 'api_key_id' THEN d.id::text = lower(options->>'api_key_id') ELSE d.name = options->>'api_key_name' END;
    END IF;
  ELSIF k8s_fdw.own_host(k8s_fdw.wrapper_of_server(server)) THEN
    SELECT CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END AS role, m.umoptions IS NULL AND NOT pg_has_role(s.srvowner, 'USAGE') AS is_hidden,
           coalesce((SELECT jsonb_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(m.umoptions) AS o), '{}') AS options
      INTO mapped FROM pg_user_mappings AS m JOIN pg_foreign_server AS s ON s.oid = m.srvid WHERE m.srvid = server AND (m.umuser = 0 OR m.usename = current_user)
     ORDER BY m.umuser = 0 LIMIT 1;
    key := mapped.role;
    IF mapped.options ?| ARRAY['token_file', 'exec'] THEN
      place := 'elsewhere';
    ELSIF mapped.options ? 'token' OR mapped.is_hidden THEN
      place := 'mapping';
      token := btrim(mapped.options->>'token', E' \t\r\n');
    END IF;
  END IF;
END $$;
