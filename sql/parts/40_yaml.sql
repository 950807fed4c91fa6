-- Owns: the YAML that kubectl and clouds' tools write → jsonb: block maps, lists, scalars.
-- Never: guessing at the rest of YAML (anchors, flow, folded blocks), nor quoting what a line says.

CREATE OR REPLACE FUNCTION k8s_fdw.yaml_fail(line integer, problem text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'cannot read line % of the kubeconfig: %', line, problem
    USING ERRCODE = 'fdw_invalid_attribute_value',
          HINT = 'Only plain YAML is read here. JSON always works; this prints it: kubectl config view --raw --minify --flatten -o json';
END $$;

-- Entries in order. "- " is an entry of its own ('-'), and what follows it one at its own indent.
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
  started boolean := false;
  ended boolean := false;
BEGIN
  lines := '{}'; indents := '{}'; bodies := '{}';
  WHILE last < cardinality(raws) LOOP
    number := last + 1;
    last := number;
    raw := rtrim(raws[number], E' \r');
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
    WHILE body ~ '^-( |$)' LOOP
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

-- 'key: rest' → key and rest; key is NULL where the entry is not of that form.
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

-- Numbers stay text: nothing in a kubeconfig is one, and a token may look like one.
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
    ELSIF quoted !~ '^"(?:[^"\\]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}))*"$' THEN
      PERFORM k8s_fdw.yaml_fail(line, 'it has a backslash escape that JSON does not have');
    END IF;
    BEGIN
      RETURN regexp_replace(quoted, '((?:^|[^\\])(?:\\\\)*)\\x', '\1\\u00', 'g')::jsonb;
    EXCEPTION WHEN data_exception THEN
      PERFORM k8s_fdw.yaml_fail(line, 'a text in "quotes" cannot be read');
    END;
  ELSIF raw ~ '^''' THEN
    quoted := substring(raw FROM '^''((?:[^'']|'''')*)''(?: +#.*)? *$');
    IF quoted IS NULL THEN
      PERFORM k8s_fdw.yaml_fail(line, 'a text in ''quotes'' does not end there');
    END IF;
    RETURN to_jsonb(replace(quoted, '''''', ''''));
  END IF;

  plain := CASE WHEN raw ~ '^#' THEN '' ELSE rtrim(regexp_replace(raw, ' +#.*$', ''), ' ') END;
  IF plain IN ('', '~', 'null', 'Null', 'NULL') THEN
    RETURN 'null';
  ELSIF plain IN ('{}', '[]') THEN
    RETURN plain::jsonb;
  ELSIF plain IN ('true', 'True', 'TRUE', 'false', 'False', 'FALSE') THEN
    RETURN to_jsonb(plain::boolean);
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
  RETURN to_jsonb(plain);
END $$;
