-- One request of a login. On both hosts it is the component that sends it: through a server that is made for this
-- request and is gone afterwards, so that no role but the caller can ever use it. What is sent stands in settings for as
-- long as the request takes. It must stand in no statement, because plans, logs and statistics quote those.

CREATE OR REPLACE FUNCTION k8s_fdw.url_encode(content text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bytes constant bytea := convert_to(content, 'UTF8');
  encoded text := '';
  byte integer;
BEGIN
  FOR place IN 0 .. length(bytes) - 1 LOOP
    byte := get_byte(bytes, place);
    encoded := encoded || CASE WHEN byte < 128 AND chr(byte) ~ '[A-Za-z0-9._~-]' THEN chr(byte) ELSE '%' || upper(lpad(to_hex(byte), 2, '0')) END;
  END LOOP;
  RETURN encoded;
END $$;

-- An application/x-www-form-urlencoded text of names and values in turn. A value that is NULL is left out.
CREATE OR REPLACE FUNCTION k8s_fdw.form(VARIADIC fields text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made text := '';
BEGIN
  FOR place IN 1 .. cardinality(fields) BY 2 LOOP
    IF fields[place + 1] IS NOT NULL THEN
      made := made || CASE made WHEN '' THEN '' ELSE '&' END || k8s_fdw.url_encode(fields[place]) || '=' || k8s_fdw.url_encode(fields[place + 1]);
    END IF;
  END LOOP;
  RETURN made;
END $$;

-- Raises unless secrets may be sent to the URL: over TLS, or to this machine.
CREATE OR REPLACE FUNCTION k8s_fdw.check_login_url(url text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF url !~* '^https://' AND url !~* '^http://(127\.[0-9]+\.[0-9]+\.[0-9]+|localhost|\[::1\])(:[0-9]+)?(/|$)' THEN
    RAISE EXCEPTION 'a secret would be sent without TLS: the URL of the login does not begin with https://'
      USING ERRCODE = 'fdw_invalid_attribute_value', HINT = 'Give an https URL as login_url. Plain http is for this machine alone (127.0.0.1).';
  END IF;
  PERFORM k8s_fdw.check_url('login_url', url);
END $$;

-- Sends `body` to the URL (as JSON if it begins with {, as a form otherwise), or a GET if it is empty. With `to_cluster`
-- the request goes the way that the server's own requests go. `answer` is NULL if the answer is not JSON.
CREATE OR REPLACE FUNCTION k8s_fdw.login_request(server oid, url text, body text, bearer text, to_cluster boolean, OUT status integer, OUT answer jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made constant text := format('k8s_fdw_login_%s', pg_backend_pid());
  wrapper constant name := k8s_fdw.wrapper_of_server(server);
  own constant boolean := k8s_fdw.own_host(wrapper);
  options jsonb;
  said jsonb;
  parts text[];
  advice text;
  was text;
BEGIN
  SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') INTO options
    FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
   WHERE s.oid = server
     AND (o.option_name LIKE 'fdw\_package\_%' OR o.option_name IN ('trace', 'connect_timeout', 'request_timeout')
          OR to_cluster AND o.option_name = ANY (k8s_fdw.connection_options()));
  options := options || jsonb_build_object('api_url', url, 'login_only', 'on', 'session_settings', 'on');
  PERFORM k8s_fdw.run(format('CREATE SERVER %I FOREIGN DATA WRAPPER %I OPTIONS (%s)', made, wrapper,
    (SELECT string_agg(format('%I %L', o.key, o.value), ', ') FROM jsonb_each_text(options) AS o)));
  EXECUTE format('CREATE FOREIGN TABLE pg_temp.k8s_fdw_login (status integer, answer text) SERVER %I OPTIONS (object ''login_answer'')', made);
  was := set_config('k8s_fdw.login_body', body, true);
  was := set_config('k8s_fdw.login_bearer', coalesce(bearer, ''), true);
  EXECUTE 'SELECT to_jsonb(t) FROM (SELECT * FROM pg_temp.k8s_fdw_login OFFSET 0) AS t' INTO said;
  was := set_config('k8s_fdw.login_body', '', true);
  was := set_config('k8s_fdw.login_bearer', '', true);
  EXECUTE 'DROP FOREIGN TABLE pg_temp.k8s_fdw_login';
  PERFORM k8s_fdw.run(format('DROP SERVER %I', made));
  status := said->>'status';
  BEGIN
    answer := said->>'answer';
  EXCEPTION WHEN data_exception THEN
    answer := NULL;
  END;
EXCEPTION WHEN OTHERS THEN
  -- The settings are as they were before, by the end of this block's subtransaction.
  GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
  parts := regexp_match(SQLERRM, '^k8s_fdw\[\w+\] (.*)\. Hint: (.*)$');
  RAISE EXCEPTION '%', coalesce(parts[1], SQLERRM)
    USING ERRCODE = SQLSTATE, HINT = coalesce(parts[2], nullif(advice, ''), CASE
      WHEN SQLSTATE = '25006' THEN 'Renew in a transaction that may write, and on the primary.'
      WHEN SQLERRM ~ 'foreign-data wrapper' THEN format('GRANT USAGE ON FOREIGN DATA WRAPPER %I TO %I;', wrapper, current_user)
      WHEN SQLERRM ~ 'temporary tables' THEN format('GRANT TEMPORARY ON DATABASE %I TO %I;', current_database(), current_user)
      ELSE 'SELECT * FROM k8s_fdw.check(…) says what can be reached.' END);
END $$;

-- Raises: the login was refused, with what the answer says in one line and without any of the secrets.
CREATE OR REPLACE FUNCTION k8s_fdw.login_refused(url text, status integer, answer jsonb, secrets text[], advice text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  said text := left(regexp_replace(CASE jsonb_typeof(answer) WHEN 'object' THEN concat_ws(': ', answer->>'error', answer->>'error_description', answer->>'message') ELSE '' END,
                                   '[[:cntrl:]]+', ' ', 'g'), 1000);
  secret text;
BEGIN
  FOREACH secret IN ARRAY array_remove(secrets, NULL) LOOP
    said := replace(replace(said, secret, '***'), k8s_fdw.url_encode(secret), '***');
  END LOOP;
  RAISE EXCEPTION '% gave no token: HTTP %', url, status || coalesce(': ' || nullif(left(said, 500), ''), CASE WHEN answer IS NULL THEN ', and no JSON' ELSE '' END)
    USING ERRCODE = 'fdw_unable_to_create_reply', HINT = advice;
END $$;
