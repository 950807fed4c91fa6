-- Reads YAML as kubectl and the tools of clouds write it (block maps, lists, scalars) as jsonb. The rest of YAML
-- (anchors, flow, folded blocks) is refused instead of guessed at, and no message may quote a line.

CREATE OR REPLACE FUNCTION k8s_fdw.yaml_fail(line integer, problem text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'cannot read line % of the kubeconfig: %', line, problem
    USING ERRCODE = 'fdw_invalid_attribute_value',
          HINT = 'Only plain YAML is read here. JSON always works; this prints it: kubectl config view --raw --minify --flatten -o json';
END $$;

-- A line without the blanks at its end, except for one that a backslash keeps.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_line(raw text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT rtrim(raw, E' \t\r') || CASE WHEN rtrim(raw, E' \t\r') ~ '(^|[^\\])(\\\\)*\\$'
                                      THEN coalesce(substring(raw FROM '([ \t])[ \t\r]*$'), '') ELSE '' END
$$;

-- The entries in order. "- " is an entry of its own ('-'), and what follows it is one at its own indent.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_entries(doc text, OUT lines integer[], OUT indents integer[], OUT bodies text[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  raws constant text[] := string_to_array(doc, E'\n');
  number integer;
  last integer := 0;
  raw text;
  body text;
  indent integer;
  outer_indent integer;
  marker text;
  markers integer;
  started boolean := false;
  ended boolean := false;
BEGIN
  lines := '{}'; indents := '{}'; bodies := '{}';
  WHILE last < cardinality(raws) LOOP
    number := last + 1;
    last := number;
    raw := k8s_fdw.yaml_line(raws[number]);
    CONTINUE WHEN raw ~ '^\s*(#.*)?$';
    IF strpos(raw, E'\t') > 0 THEN
      PERFORM k8s_fdw.yaml_fail(number, 'it contains a tab');
    ELSIF raw ~ '^%' THEN
      PERFORM k8s_fdw.yaml_fail(number, 'it is a YAML directive (%)');
    ELSIF raw ~ '^\.\.\.(\s|$)' THEN
      ended := true;
      CONTINUE;
    ELSIF raw ~ '^---(\s+#.*)?$' THEN
      IF started OR ended THEN
        PERFORM k8s_fdw.yaml_fail(number, 'a second document begins there');
      END IF;
      started := true;
      CONTINUE;
    ELSIF ended THEN
      PERFORM k8s_fdw.yaml_fail(number, 'it comes after the end of the document (...)');
    END IF;
    started := true;

    body := ltrim(raw, ' ');
    indent := length(raw) - length(body);
    outer_indent := indent;
    markers := 0;
    WHILE body ~ '^-( |$)' LOOP
      -- Each turn copies the rest of the line.
      markers := markers + 1;
      IF markers > 32 THEN
        PERFORM k8s_fdw.yaml_fail(number, 'it is nested more than 32 levels deep');
      END IF;
      lines := lines || number; indents := indents || indent; bodies := bodies || '-'::text;
      marker := substring(body FROM '^- *');
      outer_indent := indent;
      indent := indent + length(marker);
      body := substr(body, length(marker) + 1);
    END LOOP;
    IF body <> '' AND body !~ '^#' THEN
      SELECT q.body, q.pos INTO body, last FROM k8s_fdw.yaml_quoted(raws, body, number) AS q;
      SELECT b.body, b.pos INTO body, last
        FROM k8s_fdw.yaml_block(raws, CASE WHEN body ~ '^\|' THEN outer_indent ELSE indent END, body, last) AS b;
      lines := lines || number; indents := indents || indent; bodies := bodies || body;
    END IF;
  END LOOP;
END $$;

-- Splits 'key: rest' into key and rest. The key is NULL if the entry does not have that form.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_key(body text, line integer, OUT key text, OUT rest text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  parts text[];
BEGIN
  IF body ~ '^"' THEN
    parts := regexp_match(body, '^("(?:[^"\\]|\\.)*") *:(?: +(.*))?$');
  ELSIF body ~ '^''' THEN
    parts := regexp_match(body, '^(''(?:[^'']|'''')*'') *:(?: +(.*))?$');
  ELSE
    parts := regexp_match(body, '^(.*?) *:(?: +(.*))?$');
    IF parts[1] ~ ' #' THEN
      parts := NULL;
    ELSIF parts[1] = '<<' OR parts[1] ~ '^[&*!|>{}[\],%@`]' OR parts[1] ~ '^\?( |$)' THEN
      PERFORM k8s_fdw.yaml_fail(line, 'its key is not a plain word');
    ELSIF parts IS NOT NULL THEN
      key := parts[1];
      rest := coalesce(parts[2], '');
      RETURN;
    END IF;
  END IF;
  IF parts IS NOT NULL THEN
    key := k8s_fdw.yaml_scalar(parts[1], line) #>> '{}';
    rest := coalesce(parts[2], '');
  END IF;
END $$;

-- What stands in double quotes, as JSON. YAML has more escapes than JSON, and kubectl refuses half of a surrogate pair
-- (\ud83d).
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_double(quoted text, line integer) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  json text;
BEGIN
  IF quoted !~ ('^(?:[^\\]|\\(?:[0abt\tnvfre "''\\N_LP]|x[0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}'
                '|U0000(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U00(?:0[1-9a-fA-F]|10)[0-9a-fA-F]{4}))*$') THEN
    PERFORM k8s_fdw.yaml_fail(line, 'it has a backslash escape that YAML does not have');
  END IF;
  SELECT string_agg(
           CASE WHEN e.t !~ '^\\' THEN e.t
                WHEN e.t ~ '^\\U0000' THEN '\u' || right(e.t, 4)
                WHEN e.t ~ '^\\U' THEN chr(('x' || right(e.t, 8))::bit(32)::integer)
                WHEN e.t ~ '^\\x' THEN '\u00' || right(e.t, 2)
                ELSE CASE right(e.t, 1)
                       WHEN '0' THEN '\u0000' WHEN 'a' THEN '\u0007' WHEN 'v' THEN '\u000b' WHEN 'e' THEN '\u001b'
                       WHEN 'N' THEN '\u0085' WHEN '_' THEN '\u00a0' WHEN 'L' THEN '\u2028' WHEN 'P' THEN '\u2029'
                       WHEN ' ' THEN ' ' WHEN '''' THEN '''' WHEN E'\t' THEN '\t' ELSE e.t END
                END, '' ORDER BY e.n)
    INTO json
    FROM (SELECT m.t[1] AS t, m.n
            FROM regexp_matches(quoted, '[^\\]+|\\(?:x..|u....|U........|.)', 'g') WITH ORDINALITY AS m (t, n)) AS e;
  IF json ~ '^(?:[^\\]|\\[^u]|\\u(?!0000))*\\u0000' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'it has the character U+0000 (\0), which no text of Postgres can hold');
  END IF;
  RETURN json::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  PERFORM k8s_fdw.yaml_fail(line, 'a text in "quotes" cannot be read');
END $$;

-- A value without quotes as kubectl reads it, whose YAML is version 1.1 (Go's yaml.v2). For a number it only matters
-- that it is one, because no field of a kubeconfig takes a number. Dates are texts.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_plain(plain text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  digits constant text := CASE WHEN plain ~ '^[-+0-9]' THEN replace(plain, '_', '') ELSE plain END;
BEGIN
  IF plain IN ('', '~', 'null', 'Null', 'NULL') THEN
    RETURN 'null';
  ELSIF plain ~ '^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$' THEN
    RETURN 'true';
  ELSIF plain ~ '^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$' THEN
    RETURN 'false';
  ELSIF digits ~ '^[-+]?0([xX][0-9a-fA-F]{1,16}|[oO]?[0-7]{1,21}|[bB][01]{1,64})$' OR plain ~ '^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$' THEN
    RETURN '0';
  ELSIF digits ~ '^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$' THEN
    -- A number beyond the range of a double is a text.
    PERFORM digits::double precision;
    RETURN '0';
  END IF;
  RETURN to_jsonb(plain);
EXCEPTION WHEN numeric_value_out_of_range THEN
  RETURN to_jsonb(plain);
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.yaml_scalar(raw text, line integer) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  quoted text;
  plain text;
BEGIN
  IF raw ~ '^"' THEN
    quoted := substring(raw FROM '^("(?:[^"\\]|\\.)*")(?: +#.*)? *$');
    IF quoted IS NULL THEN
      PERFORM k8s_fdw.yaml_fail(line, 'a text in "quotes" does not end there');
    END IF;
    RETURN k8s_fdw.yaml_double(quoted, line);
  ELSIF raw ~ '^''' THEN
    quoted := substring(raw FROM '^''((?:[^'']|'''')*)''(?: +#.*)? *$');
    IF quoted IS NULL THEN
      PERFORM k8s_fdw.yaml_fail(line, 'a text in ''quotes'' does not end there');
    END IF;
    RETURN to_jsonb(replace(quoted, '''''', ''''));
  END IF;

  plain := CASE WHEN raw ~ '^#' THEN '' ELSE rtrim(regexp_replace(raw, ' +#.*$', ''), ' ') END;
  IF plain IN ('{}', '[]') THEN
    RETURN plain::jsonb;
  END IF;
  IF plain ~ '^[&*]' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'it uses an anchor or alias (& or *)');
  ELSIF plain ~ '^!' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'it uses a tag (!)');
  ELSIF plain ~ '^[|>]' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'it begins a folded block of text (>)');
  ELSIF plain ~ '^[{}[\],]' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'it has a map or list in {} or []');
  ELSIF plain ~ '^[%@`]' OR plain ~ '^[?:-]( |$)' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'a value begins with a character that YAML reserves');
  ELSIF plain ~ ':( |$)' THEN
    PERFORM k8s_fdw.yaml_fail(line, 'a value without quotes contains a colon and a space');
  END IF;
  RETURN k8s_fdw.yaml_plain(plain);
END $$;
