-- What the SQL validator says of the cases in options/cases.json. test/contract/option-cases.test.ts asks the component
-- about the same cases. The words of the answers are in option_names and option_values.
\pset format unaligned
\pset tuples_only on
\set cases `cat "$REPOSITORY/options/cases.json"`
SET client_min_messages = error;
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');

CREATE TEMPORARY TABLE cases AS
  SELECT c->>'name' AS name, c->>'on' AS place, c->'options' AS options,
         CASE WHEN c ? 'validator' THEN c #> '{validator,refused}' ELSE c->'refused' END AS wanted, c #>> '{validator,because}' AS because
    FROM jsonb_array_elements(:'cases'::jsonb->'options') AS c;

CREATE TEMPORARY TABLE answers AS
  SELECT name, place, wanted, because, split_part(attempt(format(
           CASE place WHEN 'server' THEN 'CREATE SERVER c FOREIGN DATA WRAPPER k8s_fdw OPTIONS (%s)'
                      ELSE 'CREATE FOREIGN TABLE c (name text, attrs jsonb) SERVER s OPTIONS (%s)' END,
           (SELECT coalesce(string_agg(format('%I %L', key, value), ', '), '')
              FROM jsonb_each_text(CASE place WHEN 'server' THEN '{"api_url": "https://10.0.0.1:6443"}'::jsonb ELSE '{}' END || options)
             WHERE value IS NOT NULL))), E'\n  HINT', 1) AS said
    FROM cases;

CREATE FUNCTION why(said text) RETURNS text LANGUAGE sql RETURN CASE
  WHEN said ~ '^HV00D ' THEN 'name'
  WHEN said ~ '^HV024 option "\w+" (and "|is given twice)' THEN 'both'
  WHEN said ~ '^HV024 option "\w+" is empty' THEN 'empty'
  WHEN said ~ 'a bearer token in it|is a token itself|looks like a token|is not a bearer token' THEN 'token'
  WHEN said ~ '^HV00J |^HV024 option "\w+" needs ' THEN 'missing'
  WHEN said ~ '^HV024 option ' THEN 'value'
  ELSE said END;

-- every case that is answered otherwise: none
SELECT place, name, said, wanted FROM answers
 WHERE CASE WHEN wanted = 'null' THEN said <> 'ok'
            ELSE why(said) <> wanted->>'why' OR strpos(said, wanted->>'option') = 0 END
 ORDER BY 1, 2;
SELECT count(*) > 250 AS many, bool_and(length(because) > 20) FILTER (WHERE because IS NOT NULL) AS reasoned FROM answers;

-- words that are close, as src/text/nearest.ts finds them; and what other programs write is none of its business
SELECT c->>'word', k8s_fdw.nearest(c->>'word', ARRAY(SELECT jsonb_array_elements_text(c->'among'))), c->>'meant'
  FROM jsonb_array_elements(:'cases'::jsonb->'words') AS c
 WHERE k8s_fdw.nearest(c->>'word', ARRAY(SELECT jsonb_array_elements_text(c->'among'))) IS DISTINCT FROM c->>'meant';
SELECT k8s_fdw.other_word('BearerToken', 'server'), k8s_fdw.other_word('json-path', 'column'), k8s_fdw.other_word('token', 'table');
