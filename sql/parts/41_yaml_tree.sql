-- Turns YAML entries into one jsonb tree, by their indents.

-- A plain text may go on in lines that are indented deeper than `outer_indent`; kubectl folds long texts that way.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_text(
  lines integer[], indents integer[], bodies text[], first text, line integer, outer_indent integer,
  INOUT pos integer, OUT node jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- The text is kept in parts, because copying it for each line would cost the square of its length.
  parts text[] := ARRAY[first];
  is_quoted constant boolean := first ~ '^["'']';
  has_comment boolean := first ~ ' #';
  last integer := line;
  more jsonb;
BEGIN
  node := k8s_fdw.yaml_scalar(first, line);
  WHILE pos <= cardinality(lines) AND indents[pos] > outer_indent LOOP
    more := k8s_fdw.yaml_scalar(bodies[pos], lines[pos]);
    IF is_quoted OR bodies[pos] ~ '^["'']' OR has_comment
       OR jsonb_typeof(node) IN ('object', 'array') OR jsonb_typeof(more) IN ('object', 'array') THEN
      PERFORM k8s_fdw.yaml_fail(lines[pos], 'its indentation fits nothing above it');
    END IF;
    parts := array_append(parts, CASE WHEN lines[pos] = last + 1 THEN ' ' ELSE repeat(E'\n', lines[pos] - last - 1) END || bodies[pos]);
    has_comment := bodies[pos] ~ ' #';
    last := lines[pos];
    pos := pos + 1;
  END LOOP;
  IF cardinality(parts) > 1 THEN
    -- The whole text decides what it is: yes is true, but "yes please" is a text.
    node := k8s_fdw.yaml_scalar(array_to_string(parts, ''), line);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.yaml_node(
  lines integer[], indents integer[], bodies text[], outer_indent integer, depth integer,
  INOUT pos integer, OUT node jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  n constant integer := cardinality(lines);
  indent constant integer := indents[pos];
  is_list constant boolean := bodies[pos] = '-';
  line integer;
  entry record;
  child jsonb;
  keys text[] := '{}';
  key_lines integer[] := '{}';
  children jsonb[] := '{}';
BEGIN
  IF depth > 32 THEN
    PERFORM k8s_fdw.yaml_fail(lines[pos], 'it is nested more than 32 levels deep');
  END IF;
  entry := k8s_fdw.yaml_key(bodies[pos], lines[pos]);
  IF NOT is_list AND entry.key IS NULL THEN
    line := lines[pos];
    pos := pos + 1;
    SELECT t.pos, t.node INTO pos, node
      FROM k8s_fdw.yaml_text(lines, indents, bodies, bodies[pos - 1], line, outer_indent, pos) AS t;
    RETURN;
  END IF;

  WHILE pos <= n AND indents[pos] = indent AND (bodies[pos] = '-') = is_list LOOP
    line := lines[pos];
    child := 'null';
    IF is_list THEN
      pos := pos + 1;
      IF pos <= n AND indents[pos] > indent THEN
        SELECT t.pos, t.node INTO pos, child
          FROM k8s_fdw.yaml_node(lines, indents, bodies, indent, depth + 1, pos) AS t;
      END IF;
    ELSE
      entry := k8s_fdw.yaml_key(bodies[pos], line);
      IF entry.key IS NULL THEN
        PERFORM k8s_fdw.yaml_fail(line, 'it is neither "key: value" nor "- item"');
      END IF;
      key_lines := array_append(key_lines, line);
      pos := pos + 1;
      IF entry.rest <> '' AND entry.rest !~ '^#' THEN
        SELECT t.pos, t.node INTO pos, child
          FROM k8s_fdw.yaml_text(lines, indents, bodies, entry.rest, line, indent, pos) AS t;
      ELSIF pos <= n AND (indents[pos] > indent OR (indents[pos] = indent AND bodies[pos] = '-')) THEN
        SELECT t.pos, t.node INTO pos, child
          FROM k8s_fdw.yaml_node(lines, indents, bodies, indent, depth + 1, pos) AS t;
      END IF;
      keys := array_append(keys, entry.key);
    END IF;
    children := array_append(children, child);
    IF pos <= n AND indents[pos] > indent THEN
      PERFORM k8s_fdw.yaml_fail(lines[pos], 'its indentation fits nothing above it');
    END IF;
  END LOOP;
  IF is_list THEN
    node := to_jsonb(children);
  ELSE
    -- This runs once for the whole map, because a search among all keys for each of them would cost the square of their
    -- number.
    SELECT t.line INTO line
      FROM (SELECT k.line, row_number() OVER (PARTITION BY k.key ORDER BY k.line) AS times FROM unnest(keys, key_lines) AS k (key, line)) AS t
     WHERE t.times > 1 ORDER BY t.line LIMIT 1;
    IF FOUND THEN
      PERFORM k8s_fdw.yaml_fail(line, 'its key stands twice in the same map');
    END IF;
    SELECT jsonb_object_agg(p.key, p.child) INTO node FROM unnest(keys, children) AS p (key, child);
  END IF;
  IF pos <= n AND indents[pos] > outer_indent AND NOT (indents[pos] = indent AND is_list) THEN
    PERFORM k8s_fdw.yaml_fail(lines[pos], 'its indentation fits nothing above it');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.yaml_to_jsonb(doc text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entries record;
  result record;
BEGIN
  entries := k8s_fdw.yaml_entries(doc);
  IF cardinality(entries.lines) = 0 THEN
    RETURN 'null';
  END IF;
  result := k8s_fdw.yaml_node(entries.lines, entries.indents, entries.bodies, -1, 1, 1);
  IF result.pos <= cardinality(entries.lines) THEN
    PERFORM k8s_fdw.yaml_fail(entries.lines[result.pos], 'its indentation fits nothing above it');
  END IF;
  RETURN result.node;
END $$;
