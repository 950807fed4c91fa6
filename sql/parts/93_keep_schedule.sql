-- Refreshes at intervals: by pg_cron where it is installed, else by follow() in a session of its own.

CREATE OR REPLACE FUNCTION k8s_fdw.has_cron() RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'pg_cron') AND has_schema_privilege('cron', 'USAGE')
$$;

-- An interval as pg_cron writes it; NULL if it cannot.
CREATE OR REPLACE FUNCTION k8s_fdw.cron_schedule(every interval) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
      WHEN s BETWEEN 1 AND 59 AND s = floor(s) THEN s::integer || ' seconds'
      WHEN s = 60 THEN '* * * * *'
      WHEN s < 3600 AND 3600 % s = 0 AND s % 60 = 0 THEN format('*/%s * * * *', (s / 60)::integer)
      WHEN s = 3600 THEN '0 * * * *'
      WHEN s < 86400 AND 86400 % s = 0 AND s % 3600 = 0 THEN format('0 */%s * * *', (s / 3600)::integer)
      WHEN s = 86400 THEN '0 0 * * *' END
    FROM (SELECT extract(epoch FROM every)::numeric AS s) AS seconds
$$;

-- Raises before anything is made, and not when all of it has been read.
CREATE OR REPLACE FUNCTION k8s_fdw.check_schedule(every interval) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF every <= '0' THEN
    RAISE EXCEPTION 'a table cannot be refreshed every %', every USING ERRCODE = 'invalid_parameter_value', HINT = 'For example every => ''10 seconds''.';
  ELSIF every IS NOT NULL AND k8s_fdw.has_cron() AND k8s_fdw.cron_schedule(every) IS NULL THEN
    RAISE EXCEPTION 'pg_cron does nothing every %', every
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Give 1 to 59 whole seconds, minutes that divide an hour, or hours that divide a day: ''10 seconds'', ''5 minutes''.';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.schedule(target text, every interval) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at text := k8s_fdw.cron_schedule(every);
  rounds integer := 1;
BEGIN
  IF every IS NULL THEN
    RETURN;
  ELSIF NOT k8s_fdw.has_cron() THEN
    RAISE NOTICE '% is refreshed by whoever calls k8s_fdw.refresh(), for pg_cron is not installed in this database', target
      USING HINT = format('CALL k8s_fdw.follow(%L); in a session of its own refreshes it every %s.', target, every);
    RETURN;
  END IF;
  -- Seconds came with pg_cron 1.5. Before that a job each minute refreshes as often as the minute has room for.
  IF every < '1 minute' AND (SELECT string_to_array(substring(e.extversion FROM '^[0-9]+[.][0-9]+'), '.')::integer[] < '{1,5}' FROM pg_extension AS e WHERE e.extname = 'pg_cron') THEN
    at := '* * * * *';
    rounds := floor(60 / extract(epoch FROM every));
  END IF;
  EXECUTE 'SELECT cron.schedule($1, $2, $3)'
    USING 'k8s_fdw: ' || target, at, format('CALL k8s_fdw.follow(%L, %s)', target, concat_ws(', ', CASE WHEN rounds > 1 THEN format('every => %L', every) END, format('times => %s', rounds)));
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.unschedule(target text) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  job bigint;
BEGIN
  IF k8s_fdw.has_cron() THEN
    -- A role sees its own jobs.
    EXECUTE 'SELECT jobid FROM cron.job WHERE jobname = $1 AND username = current_user' INTO job USING 'k8s_fdw: ' || target;
    IF job IS NOT NULL THEN
      EXECUTE 'SELECT cron.unschedule($1)' USING job;
    END IF;
  END IF;
  RETURN job IS NOT NULL;
END $$;

-- Which tables follow() refreshes: one, or this role's kept tables of a schema. `relation` is the target as its caller's
-- path finds it, and `before` are those of the round before: what was there ends the loop when it is gone.
CREATE OR REPLACE FUNCTION k8s_fdw.tables_to_follow(target text, relation regclass, before regclass[]) RETURNS regclass[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  tables regclass[];
BEGIN
  PERFORM k8s_fdw.tidy_kept();
  IF EXISTS (SELECT FROM k8s_fdw.kept_tables AS k WHERE k.relation = k8s_fdw.kept_for(tables_to_follow.relation)) THEN
    RETURN ARRAY[(k8s_fdw.kept_table(k8s_fdw.kept_for(relation))).relation];
  ELSIF cardinality(parse_ident(target)) = 1 THEN
    tables := ARRAY(
      SELECT k.relation FROM k8s_fdw.kept_tables AS k JOIN pg_class AS c ON c.oid = k.relation JOIN pg_roles AS r ON r.oid = c.relowner
       WHERE c.relnamespace = to_regnamespace(target) AND r.rolname = current_user ORDER BY c.relname);
  END IF;
  IF tables <> '{}' THEN
    RETURN tables;
  ELSIF k8s_fdw.unschedule(target) OR before IS NOT NULL THEN
    RAISE WARNING 'there is no kept table % any more, and what refreshed it ends', target
      USING HINT = 'If it was renamed: k8s_fdw.keep() with its new name makes a new job of pg_cron.';
    RETURN '{}';
  END IF;
  RAISE EXCEPTION 'there is no kept table %, nor a schema with kept tables of "%"', target, current_user
    USING ERRCODE = 'undefined_table', HINT = 'SELECT relation FROM k8s_fdw.kept lists them.';
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.seconds_to_wait(tables regclass[], every interval, began timestamptz) RETURNS double precision
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT greatest(0, extract(epoch FROM coalesce(every, (SELECT min(k.every) FROM k8s_fdw.kept_tables AS k WHERE k.relation = ANY (tables)), '10 seconds') - (clock_timestamp() - began)))::double precision
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.next_round(round integer, times integer, tables regclass[] DEFAULT NULL) RETURNS integer
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN tables = '{}' THEN NULL WHEN round < times OR times IS NULL THEN round % 1000000000 + 1 END $$;

-- A procedure that commits can have no setting of its own, so it names all that it calls in full, and uses no operator.
CREATE OR REPLACE PROCEDURE k8s_fdw.follow(target text, every interval DEFAULT NULL, times integer DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
  tables pg_catalog.regclass[];
  relation pg_catalog.regclass;
  began pg_catalog.timestamptz;
  round pg_catalog.int4;
BEGIN
  round := k8s_fdw.next_round(0, times);
  LOOP
    began := pg_catalog.clock_timestamp();
    tables := k8s_fdw.tables_to_follow(target, pg_catalog.to_regclass(target), tables);
    FOREACH relation IN ARRAY tables LOOP
      PERFORM k8s_fdw.refresh_or_note(relation);
      COMMIT;
      PERFORM k8s_fdw.send_or_note(relation);
      COMMIT;
    END LOOP;
    PERFORM k8s_fdw.close_others();
    -- What is gone takes its job with it.
    COMMIT;
    round := k8s_fdw.next_round(round, times, tables);
    EXIT WHEN round IS NULL;
    PERFORM pg_catalog.pg_sleep(k8s_fdw.seconds_to_wait(tables, every, began));
  END LOOP;
END $$;
