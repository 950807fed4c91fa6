-- What meets the data of a cluster or of a kubeconfig takes time in proportion to its size: four times the text, not sixteen times the time.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
CREATE FUNCTION took(statement text, data text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  start constant timestamptz := clock_timestamp();
BEGIN
  BEGIN
    EXECUTE statement USING data;
  EXCEPTION WHEN OTHERS THEN
    NULL; -- An error may come as late as an answer.
  END;
  RETURN extract(epoch FROM clock_timestamp() - start);
END $$;
-- `unit` once and again between `head` and `tail`; # in it is a number that grows.
CREATE FUNCTION made(head text, unit text, tail text, size integer) RETURNS text LANGUAGE sql AS $$
  SELECT head || CASE WHEN unit LIKE '%#%' THEN (SELECT string_agg(replace(unit, '#', n::text), '') FROM generate_series(1, size / (length(unit) + 4)) AS n)
                      ELSE repeat(unit, size / length(unit)) END || tail $$;
-- Less than a fifth of a second is never too much; what seems too much is measured again, and the shortest times count, for a machine may be busy.
CREATE FUNCTION grows(statement text, head text, unit text, tail text, size integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  small numeric;
  large numeric;
BEGIN
  FOR n IN 1 .. 5 LOOP
    small := least(small, took(statement, made(head, unit, tail, size)));
    large := least(large, took(statement, made(head, unit, tail, 4 * size)));
    IF large < 0.2 OR large < 9 * small THEN
      RETURN NULL;
    END IF;
  END LOOP;
  RETURN format('%s of %s + %s + %s: %s s, then %s s', statement, head, unit, tail, small, large);
END $$;

-- the test can fail: what takes sixteen times as long for four times the text is found
SELECT grows('SELECT pg_sleep(0.06 * (length($1) / 800) ^ 2)', '', 'a', '', 800) IS NOT NULL;

-- 256 KB, and 1 MB: texts of one line
SELECT found FROM (SELECT grows(s, head, unit, tail, 262144) AS found FROM (VALUES
    ('SELECT k8s_fdw.parse_kubeconfig($1)'), ('SELECT k8s_fdw.yaml_key($1, 1)'), ('SELECT k8s_fdw.yaml_scalar($1, 1)'),
    ('SELECT k8s_fdw.holds_token($1)'), ('SELECT k8s_fdw.looks_random($1)'), ('SELECT k8s_fdw.names_token($1)'), ('SELECT k8s_fdw.shell_word($1)'),
    ('SELECT k8s_fdw.pem_certificates($1)'), ('SELECT k8s_fdw.quantity($1)'), ('SELECT k8s_fdw.remark_path($1)'), ('SELECT k8s_fdw.check_url(''api_url'', $1)'),
    ('SELECT k8s_fdw.nearest($1, ARRAY[''api_url''])'), ('SELECT k8s_fdw.is_misspelt($1, ''metadata'')'), ('SELECT k8s_fdw.check_columns($1)'),
    ('SELECT k8s_fdw.check_option_value(''namespaces'', $1)'), ('SELECT k8s_fdw.check_option_value(''object'', $1)'), ('SELECT k8s_fdw.check_option_value(''apiVersion'', $1)'),
    ('SELECT k8s_fdw.check_option_value(''kind'', $1)'), ('SELECT k8s_fdw.check_option_value(''api_key'', $1)'), ('SELECT k8s_fdw.check_option_value(''api_key_name'', $1)')) AS f (s),
  (VALUES ('', 'a', ''), ('a', ' ', 'b'), ('', '- ', ''), ('', 'a: ', ''), ('k: "', 'a', '"'), ('k: "', '\\', ''), ('"', '\u0041', '"'), ('''', '''''', ''''), ('k: ''', '''''', ''),
    ('a', ' #', ''), ('a: b', '  ', 'x'), ('k: ', 'x ', ''), ('a', ' :', 'x'), ('', '-----BEGIN CERTIFICATE-----AAAA', ''), ('', '-----BEGIN CERTIFICATE-----AAAA-----END', ''),
    ('', '1', 'e'), ('', '1.', ''), ('', 'eyJa.', ''), ('', 'api_key   ', ''), ('', 'a-1b2c-', ''), ('https://', 'a.', '!'), ('https://a', '/', ' '), ('', 'a,', '!'), ('', 'Bearer ', ''),
    ('', E'\t', ''), ('a', E'\r', 'b'), ('{"a": "b"', ', "k#": "spec"', '}'), ('{"users": [{"name": "u", "user": {"tokenFile": "', 'token-', '"}}]}')) AS t (head, unit, tail)
) AS g WHERE found IS NOT NULL;
-- 16 KB, and 64 KB: lines of YAML and users, each of which costs calls of several functions
SELECT found FROM (SELECT grows('SELECT k8s_fdw.parse_kubeconfig($1)', head, unit, tail, 16384) AS found FROM (VALUES
  ('{"users": [{}', ', {"name": "#"}', ']}'), ('', E'- a\n', ''), (E'k: b\n', E'\n', '  c'), ('k: "', E'a\n ', '"'), ('k: "', E'a\n ', ''), ('k: ''', E'a\n ', ''''),
  (E'k: |\n', E'  a\n', ''), ('', E'k#: |\n', ''), ('', E'k#: "\n', ''), (E'k: a\\\n', E'  b\\\n', '')) AS t (head, unit, tail)
) AS g WHERE found IS NOT NULL;
-- 64 KB, and 256 KB: where the square shows late
SELECT found FROM (SELECT grows('SELECT k8s_fdw.parse_kubeconfig($1)', head, unit, tail, 65536) AS found FROM (VALUES ('', E'k#: v\n', ''), (E'k: b\n', E'  a\n', '')) AS t (head, unit, tail)
) AS g WHERE found IS NOT NULL;
