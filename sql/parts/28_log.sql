-- Keeps a statement that may hold a token out of the server log, and reports what else keeps its text. A role must not
-- be able to keep any other statement out of the log.

-- The log quotes the text of a statement that fails, and CONTEXT quotes the statements inside functions and DO blocks.
-- This keeps both out for the rest of the transaction. CSV and JSON logs have CONTEXT nevertheless, so debug messages
-- are left out as well. It takes a superuser; for others it does nothing. 'fatal' keeps the text out of errors as
-- 'panic' does, and log_off() below tells the two apart by that.
CREATE OR REPLACE FUNCTION k8s_fdw.keep_out_of_log() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('log_min_error_statement', 'fatal', true);
  PERFORM set_config('log_error_verbosity', 'terse', true);
  IF current_setting('log_min_messages') ~ '^(debug|info|notice)' THEN
    PERFORM set_config('log_min_messages', 'warning', true);
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END $$;

-- Raises an error that is logged neither with its statement nor with its context. It runs with its owner's rights,
-- because a role without any has tokens as well; all that a role can do by calling it is to fail.
CREATE OR REPLACE FUNCTION k8s_fdw.raise_quietly(message text, state text, advice text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM k8s_fdw.keep_out_of_log();
  IF coalesce(advice, '') = '' THEN
    RAISE EXCEPTION '%', message USING ERRCODE = state;
  END IF;
  RAISE EXCEPTION '%', message USING ERRCODE = state, HINT = advice;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.log_settings() RETURNS TABLE (name text, setting text, reset_val text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.name, s.setting, s.reset_val FROM pg_settings AS s WHERE s.name IN ('log_min_error_statement', 'log_error_verbosity', 'log_min_messages')
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.log_is_off() RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT current_setting('log_min_error_statement') = 'fatal' AND current_setting('log_error_verbosity') = 'terse' $$;

-- Runs before the statement can fail. It has its owner's rights, and can only be called as an event trigger, so that a
-- role without rights is covered as well. log_on() ends it with the statement. Credentials belong to servers and user
-- mappings. If they stand elsewhere by mistake they are looked for by their form and by the name of the option, because
-- Postgres can refuse the statement before the validator sees it.
CREATE OR REPLACE FUNCTION k8s_fdw.log_off() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF k8s_fdw.log_is_off() THEN
    -- This statement is inside another such statement, which goes on after it.
    PERFORM set_config('log_min_error_statement', 'panic', true);
  ELSIF tg_tag ~ ' (SERVER|USER MAPPING)$' OR k8s_fdw.holds_token(current_query()) OR k8s_fdw.names_token(current_query()) THEN
    PERFORM set_config('k8s_fdw.logged', (SELECT jsonb_object_agg(name, setting) FROM k8s_fdw.log_settings())::text, true);
    PERFORM k8s_fdw.keep_out_of_log();
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END $$;

-- Restores the settings. What log_off() noted is in a setting that every role can write, so it is used for superusers
-- only; for others the settings return to what their session began with.
CREATE OR REPLACE FUNCTION k8s_fdw.log_on() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  former jsonb;
BEGIN
  IF k8s_fdw.log_is_off() THEN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
      former := nullif(current_setting('k8s_fdw.logged', true), '')::jsonb;
    END IF;
    PERFORM set_config(s.name, coalesce(former->>s.name, s.reset_val), true) FROM k8s_fdw.log_settings() AS s;
    PERFORM set_config('k8s_fdw.logged', '', true);
  ELSIF current_setting('log_min_error_statement') = 'panic' AND current_setting('log_error_verbosity') = 'terse' THEN
    PERFORM set_config('log_min_error_statement', 'fatal', true);
  END IF;
EXCEPTION WHEN insufficient_privilege OR data_exception THEN
  NULL;
END $$;

-- What keeps the text of statements that succeed. pg_stat_statements replaces constants by parameters in queries, but
-- not in DDL.
CREATE OR REPLACE FUNCTION k8s_fdw.text_is_kept_by() RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT array_remove(ARRAY[
    CASE WHEN current_setting('pg_stat_statements.track_utility', true) = 'on' AND current_setting('pg_stat_statements.track', true) <> 'none'
         THEN 'pg_stat_statements' END,
    CASE WHEN current_setting('log_statement') <> 'none' THEN 'the server log (log_statement)'
         WHEN current_setting('log_min_duration_statement') = '0' THEN 'the server log (log_min_duration_statement)' END,
    CASE WHEN current_setting('pgaudit.log', true) ~* '\m(all|ddl)\M' THEN 'the server log (pgaudit)' END], NULL)
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.remark_kept_text(server_name text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept_by constant text[] := k8s_fdw.text_is_kept_by();
  remark text;
BEGIN
  IF kept_by <> '{}' THEN
    remark := format('the statement that gave server "%s" its bearer token is kept, with the token in it, by %s', server_name, array_to_string(kept_by, ' and '));
    RAISE NOTICE '%', remark USING HINT = concat_ws(' ',
      CASE WHEN 'pg_stat_statements' = ANY (kept_by) THEN 'SELECT pg_stat_statements_reset(); takes it out there.' END,
      CASE WHEN current_setting('log_statement') <> 'all' AND current_setting('log_min_duration_statement') <> '0'
           THEN 'A query is not kept with its constants: SELECT vault.create_secret(''<token>'', ''kubernetes''); and then api_key_name ''kubernetes''.'
           ELSE 'The log has queries too: let a file of the server give the token, kubeconfig ''/path''.' END);
  END IF;
END $$;
