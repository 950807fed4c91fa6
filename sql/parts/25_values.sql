-- Checks of one option's value that need no cluster. A value that is a secret, or that may have one pasted into it, is
-- never quoted.

CREATE OR REPLACE FUNCTION k8s_fdw.reject(option text, problem text, advice text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'option "%" %', option, problem
    USING ERRCODE = 'fdw_invalid_attribute_value', HINT = advice;
END $$;

-- What was written, for an error. A token is long, so what is long is not repeated.
CREATE OR REPLACE FUNCTION k8s_fdw.shown(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN length(written) <= 40 AND NOT k8s_fdw.holds_token(written) THEN format('"%s"', written)
              ELSE format('a text of %s characters', length(written)) END
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_columns(value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  example constant text := 'Write a JSON object of column name to path: ''{"name": "metadata.name"}''.';
  parsed json;
  entry record;
BEGIN
  BEGIN
    parsed := value::json;
    PERFORM value::jsonb;
  EXCEPTION WHEN data_exception THEN
    PERFORM k8s_fdw.reject('columns', 'is not valid JSON', example);
  END;
  IF json_typeof(parsed) <> 'object' THEN
    PERFORM k8s_fdw.reject('columns', format('must be a JSON object, not %s', json_typeof(parsed)), example);
  END IF;
  FOR entry IN SELECT key, json_typeof(e.value) AS type, e.value #>> '{}' AS path, count(*) OVER (PARTITION BY key) AS times
                 FROM json_each(parsed) AS e
  LOOP
    IF entry.type <> 'string' OR entry.path = '' THEN
      PERFORM k8s_fdw.reject('columns', format('must give a path for column "%s", not %s', entry.key,
        CASE WHEN entry.type = 'string' THEN 'an empty text' ELSE entry.type END), example);
    ELSIF entry.times > 1 THEN
      PERFORM k8s_fdw.reject('columns', format('names column "%s" more than once', entry.key), example);
    END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_comments(value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM jsonb_each_text(value::jsonb);
EXCEPTION WHEN data_exception THEN
  PERFORM k8s_fdw.reject('comments', 'is not a JSON object of column name to comment',
    'IMPORT FOREIGN SCHEMA writes it; by hand write COMMENT ON COLUMN.');
END $$;

-- PEM itself, or PEM in base64 as a kubeconfig's *-data have it; NULL if it is neither.
CREATE OR REPLACE FUNCTION k8s_fdw.pem_text(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  pem text := value;
BEGIN
  IF pem !~ '-----BEGIN ' THEN
    pem := convert_from(decode(pem, 'base64'), 'UTF8');
  END IF;
  RETURN CASE WHEN pem ~ '-----BEGIN [A-Z0-9 ]+-----' THEN pem END;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- Raises unless the value is PEM with what is `wanted` in it: CERTIFICATE or PRIVATE KEY. Whether that is valid is seen
-- when it is used.
CREATE OR REPLACE FUNCTION k8s_fdw.check_pem(option text, value text, wanted text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  pem constant text := k8s_fdw.pem_text(value);
BEGIN
  IF coalesce(pem !~ ('-----BEGIN ([A-Z0-9]+ )*' || wanted || '-----[A-Za-z0-9+/=:,[:space:]-]+-----END'), true) THEN
    PERFORM k8s_fdw.reject(option, format('must be a %s in PEM, or base64 of that', lower(wanted)),
      'It is what a kubeconfig has as certificate-authority-data, client-certificate-data or client-key-data, or the content of the file that it names.');
  ELSIF pem ~ 'PRIVATE KEY-----' AND NOT k8s_fdw.may_hold_token(option) THEN
    PERFORM k8s_fdw.reject(option, 'has a private key in it, which does not belong there',
      'Every role of this database can read it here. A key goes to a user mapping, as client_key_data.');
  ELSIF pem ~ 'BEGIN ENCRYPTED |Proc-Type:.*ENCRYPTED' THEN
    PERFORM k8s_fdw.reject(option, 'is a private key with a pass phrase, which nobody can enter here',
      'This writes it without: openssl pkey -in client.key -out plain.key');
  END IF;
END $$;

-- Raises unless the value is a kubeconfig's exec, as JSON, and this role may run programs on the database server.
CREATE OR REPLACE FUNCTION k8s_fdw.check_exec(value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  command text;
BEGIN
  BEGIN
    command := value::json->>'command';
  EXCEPTION WHEN invalid_text_representation THEN
    NULL;
  END;
  IF coalesce(command, '') = '' THEN
    PERFORM k8s_fdw.reject('exec', 'must be a JSON object with a command', 'For example {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws", "args": ["eks", "get-token"]}.');
  ELSIF NOT pg_has_role('pg_execute_server_program', 'USAGE') THEN
    RAISE EXCEPTION 'exec runs a program on the database server, and "%" may not do that', current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = format('Give a token instead (token); or ask a superuser: GRANT pg_execute_server_program TO %I.', current_user);
  END IF;
END $$;

-- Checks what holds for every option, and then what 18_declared.sql has for this one.
CREATE OR REPLACE FUNCTION k8s_fdw.check_option_value(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(btrim(value, E' \t\r\n'), '') = '' THEN
    PERFORM k8s_fdw.reject(option, 'is empty', k8s_fdw.advice_when_empty(option));
  END IF;
  IF NOT k8s_fdw.may_hold_token(option) AND k8s_fdw.holds_token(value) THEN
    PERFORM k8s_fdw.reject(option, 'has a bearer token in it, which does not belong there',
      'A token goes to the server, as api_key_id (Vault), api_key_name (Vault) or api_key.');
  END IF;
  IF NOT k8s_fdw.may_hold_token(option) AND value ~ 'PRIVATE KEY-----' THEN
    PERFORM k8s_fdw.reject(option, 'has a private key in it, which does not belong there',
      'Every role of this database can read it here. A key goes to a user mapping, as client_key_data.');
  END IF;
  IF NOT k8s_fdw.may_have_lines(option) AND value ~ '[[:cntrl:]]' THEN
    PERFORM k8s_fdw.reject(option, 'contains a line break or another control character', 'Remove it.');
  END IF;
  PERFORM k8s_fdw.check_declared_value(option, value);
END $$;
