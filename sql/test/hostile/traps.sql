-- Makes what a role without rights can put on a path that Postgres searches. For each operator, function, aggregate,
-- type and relation of pg_catalog whose name is in the scripts it makes ones of the same name, with the same signature
-- and with each that could fit a call better; and casts. The names are read from the scripts (the shell's variable
-- SCRIPTS has the files), so that new ones are covered.

\set scripts `cat $SCRIPTS`
SET client_min_messages = error;
SET search_path = pg_catalog;
CREATE SCHEMA hostile AUTHORIZATION k8s_fdw_hostile;
SET SESSION AUTHORIZATION k8s_fdw_hostile;
GRANT ALL ON SCHEMA hostile TO PUBLIC;

-- A sequence goes on counting where a transaction is rolled back or an error is caught.
CREATE SEQUENCE hostile.calls;
GRANT ALL ON SEQUENCE hostile.calls TO PUBLIC;
CREATE FUNCTION hostile.caught() RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  stack text;
BEGIN
  IF current_user <> 'k8s_fdw_hostile' THEN
    PERFORM nextval('hostile.calls');
    GET DIAGNOSTICS stack = PG_CONTEXT;
    RAISE WARNING 'caught % in %', current_user, regexp_replace(stack, E'\\s+', ' ', 'g');
    -- Once is enough; a look at each row of a catalog would be some ten thousand.
    RAISE EXCEPTION 'caught';
  END IF;
  RETURN true;
END $$;

-- The words that stand in the scripts, and the operators.
CREATE TABLE hostile.words AS
  SELECT DISTINCT regexp_split_to_table(:'scripts', '\W+')::name AS word
  UNION SELECT o.oprname FROM (SELECT DISTINCT oprname FROM pg_operator) AS o WHERE strpos(:'scripts', o.oprname) > 0;

-- Any value can become one of these, and the other way round.
CREATE TYPE hostile.pair AS (a text, b text);
DO $$
DECLARE
  type regtype;
BEGIN
  FOREACH type IN ARRAY '{text,name,oid,regclass,regprocedure,jsonb,json,integer,boolean,text[],oid[]}'::regtype[] LOOP
    EXECUTE format('CREATE FUNCTION hostile.from_pair_%s(hostile.pair) RETURNS %s LANGUAGE plpgsql AS ''BEGIN PERFORM hostile.caught(); RETURN NULL; END''', type::oid, type);
    EXECUTE format('CREATE FUNCTION hostile.to_pair(%s) RETURNS hostile.pair LANGUAGE plpgsql AS ''BEGIN PERFORM hostile.caught(); RETURN NULL; END''', type);
    EXECUTE format('CREATE CAST (hostile.pair AS %s) WITH FUNCTION hostile.from_pair_%s(hostile.pair) AS IMPLICIT', type, type::oid);
    EXECUTE format('CREATE CAST (%s AS hostile.pair) WITH FUNCTION hostile.to_pair(%1$s) AS IMPLICIT', type);
  END LOOP;
END $$;

-- What a call may be given where a signature says `wanted`: that type, each that is cast to it by itself, each that a polymorphic one stands for.
CREATE TABLE hostile.fits AS
  SELECT t.oid AS wanted, t.oid AS given FROM pg_type AS t WHERE t.typtype = 'b'
  UNION SELECT c.casttarget, c.castsource FROM pg_cast AS c WHERE c.castcontext = 'i'
  UNION SELECT p, g FROM unnest('{anyelement,anynonarray,anycompatible,anycompatiblenonarray}'::regtype[]) AS p,
                         unnest('{text,name,oid,integer,bigint,boolean,jsonb,json,regclass,"char"}'::regtype[]) AS g
  UNION SELECT p, g FROM unnest('{anyarray,anycompatiblearray}'::regtype[]) AS p,
                         unnest('{text[],name[],oid[],integer[],jsonb[],int2[],regclass[]}'::regtype[]) AS g;
CREATE INDEX ON hostile.fits (wanted);

-- What a polymorphic result is, by what was given.
CREATE FUNCTION hostile.result(result oid, given oid[]) RETURNS oid LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN result IN ('anyarray'::regtype, 'anycompatiblearray'::regtype)
    THEN coalesce((SELECT g FROM unnest(given) AS g JOIN pg_type AS t ON t.oid = g WHERE t.typelem <> 0 AND t.typlen = -1 LIMIT 1), 'text[]'::regtype)
    WHEN result IN ('anyelement'::regtype, 'anynonarray'::regtype, 'anycompatible'::regtype)
    THEN coalesce((SELECT nullif(t.typelem, 0) FROM pg_type AS t WHERE t.oid = given[1] AND t.typlen = -1), given[1])
    ELSE result END
$$;

-- What can be given to a function that wants these. One place where it fits and the other does not is enough for a call to be taken over, so two at a time are.
CREATE FUNCTION hostile.combinations(wanted oid[]) RETURNS SETOF oid[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  start constant oid[] := ARRAY(SELECT CASE WHEN w = ANY ('{anyarray,anycompatiblearray}'::regtype[]) THEN 'text[]'::regtype
                                            WHEN EXISTS (SELECT FROM hostile.fits AS f WHERE f.wanted = w AND f.given = w) THEN w ELSE 'text'::regtype END
                                  FROM unnest(combinations.wanted) WITH ORDINALITY AS u (w, n) ORDER BY n);
  other oid[];
BEGIN
  RETURN NEXT start;
  FOR i IN 1 .. cardinality(start) LOOP
    FOR k IN i .. cardinality(start) LOOP
      FOR other IN SELECT ARRAY[one.given, two.given] FROM hostile.fits AS one, hostile.fits AS two
                    WHERE one.wanted = combinations.wanted[i] AND two.wanted = combinations.wanted[k] AND (i < k OR one.given = two.given) LIMIT 150
      LOOP
        RETURN NEXT start[1:i - 1] || other[1] || CASE WHEN i < k THEN start[i + 1:k - 1] || other[2] ELSE '{}' END || start[k + 1:];
      END LOOP;
    END LOOP;
  END LOOP;
END $$;

CREATE FUNCTION hostile.listed(types oid[]) RETURNS text LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY n), '') FROM unnest(types) WITH ORDINALITY AS u (t, n)
$$;

-- One that fails is one that cannot be made; the counts at the end tell whether most can.
CREATE FUNCTION hostile.try(statement text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE statement;
  RETURN true;
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

CREATE FUNCTION hostile.lay_operators(into_schema name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $do$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT DISTINCT ON (o.oprname, l.given, r.given) o.oprname AS name, l.given AS l, r.given AS r, hostile.result(o.oprresult, ARRAY[l.given, r.given]) AS result
      FROM pg_operator AS o
      JOIN LATERAL (SELECT f.given FROM hostile.fits AS f WHERE f.wanted = o.oprleft UNION SELECT 0 WHERE o.oprleft = 0) AS l ON true
      JOIN hostile.fits AS r ON r.wanted = o.oprright
     WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprname IN (SELECT word FROM hostile.words)
     ORDER BY o.oprname, l.given, r.given, (o.oprleft, o.oprright) <> (l.given, r.given)
  LOOP
    PERFORM hostile.try(format('CREATE FUNCTION hostile."caught by %s"(%s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN PERFORM hostile.caught(); RETURN NULL; END''',
      one.result, hostile.listed(array_remove(ARRAY[one.l, one.r], 0::oid)), format_type(one.result, NULL)))
      WHERE to_regprocedure(format('hostile."caught by %s"(%s)', one.result, hostile.listed(array_remove(ARRAY[one.l, one.r], 0::oid)))) IS NULL;
    PERFORM hostile.try(format('CREATE OPERATOR %I.%s (%sRIGHTARG = %s, FUNCTION = hostile."caught by %s")', into_schema, one.name,
      CASE WHEN one.l <> 0 THEN format('LEFTARG = %s, ', format_type(one.l, NULL)) END, format_type(one.r, NULL), one.result));
  END LOOP;
END $do$;

CREATE FUNCTION hostile.lay_functions(into_schema name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $do$
DECLARE
  one record;
  wanted oid[];
  given oid[];
  returned oid;
  step integer := 0;
BEGIN
  FOR one IN
    SELECT p.oid, p.proname AS name, p.prokind AS kind, p.proretset AS is_set, p.prorettype AS result, p.proargtypes::oid[] AS args, p.provariadic AS variadic,
           (SELECT string_agg(format(', OUT %I %s', p.proargnames[i], format_type(hostile.result(p.proallargtypes[i], NULL), NULL)), '' ORDER BY i)
              FROM generate_subscripts(p.proallargtypes, 1) AS i WHERE p.proargmodes[i] IN ('o', 't')) AS columns
      FROM pg_proc AS p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a') AND p.proname IN (SELECT word FROM hostile.words)
       AND NOT p.proargtypes::oid[] && '{internal,cstring}'::regtype[]::oid[] AND p.prorettype NOT IN ('internal'::regtype, 'trigger'::regtype)
  LOOP
    FOR wanted IN
      SELECT one.args WHERE one.variadic = 0
      UNION ALL
      -- As many as a call gives: each function of another number.
      SELECT trim_array(one.args, 1) || array_fill(CASE one.variadic WHEN '"any"'::regtype THEN t ELSE one.variadic END, ARRAY[n])
        FROM generate_series(1, 4) AS n, unnest('{text,name,oid,jsonb}'::regtype[]::oid[]) AS t WHERE one.variadic <> 0
    LOOP
      FOR given IN SELECT DISTINCT c FROM hostile.combinations(wanted) AS c LOOP
        returned := hostile.result(one.result, given);
        IF one.kind = 'a' THEN
          step := step + 1;
          PERFORM hostile.try(format('CREATE FUNCTION hostile."step %s of %s"(%s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN PERFORM hostile.caught(); RETURN NULL; END''',
            step, into_schema, hostile.listed(returned || given), format_type(returned, NULL)));
          PERFORM hostile.try(format('CREATE AGGREGATE %I.%I (%s) (SFUNC = hostile."step %s of %s", STYPE = %s)', into_schema, one.name,
            coalesce(nullif(hostile.listed(given), ''), '*'), step, into_schema, format_type(returned, NULL)));
        ELSE
          PERFORM hostile.try(format('CREATE FUNCTION %I.%I(%s) %s LANGUAGE plpgsql AS ''BEGIN PERFORM hostile.caught(); %s END''', into_schema, one.name,
            ltrim(hostile.listed(given) || one.columns, ', '),
            CASE WHEN one.columns IS NULL OR one.is_set
                 THEN concat('RETURNS ', CASE WHEN one.is_set THEN 'SETOF ' END, format_type(CASE WHEN one.columns ~ ',.*,' THEN 'record'::regtype ELSE returned END, NULL)) END,
            CASE WHEN NOT one.is_set AND one.columns IS NULL AND one.result <> 'void'::regtype THEN 'RETURN NULL;' END));
        END IF;
      END LOOP;
    END LOOP;
  END LOOP;
END $do$;

-- Domains whose check is a call, and views that are one to read.
CREATE FUNCTION hostile.lay_types_and_relations(into_schema name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $do$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT t.typname AS name FROM pg_type AS t
              WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype = 'b' AND t.typcategory <> 'A' AND t.typname IN (SELECT word FROM hostile.words)
  LOOP
    PERFORM hostile.try(format('CREATE DOMAIN %I.%I AS pg_catalog.%2$I CHECK (hostile.caught())', into_schema, one.name));
  END LOOP;
  FOR one IN SELECT c.relname AS name FROM pg_class AS c
              WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname IN (SELECT word FROM hostile.words)
  LOOP
    PERFORM hostile.try(format('CREATE VIEW %I.%I AS SELECT * FROM pg_catalog.%2$I WHERE (SELECT hostile.caught())', into_schema, one.name));
    PERFORM hostile.try(format('GRANT SELECT ON %I.%I TO PUBLIC', into_schema, one.name));
  END LOOP;
END $do$;

SELECT hostile.lay_operators('hostile'), hostile.lay_functions('hostile');
SELECT hostile.lay_types_and_relations('hostile');
RESET SESSION AUTHORIZATION;
