-- Joins YAML scalars that go on in further lines, as the az CLI, kubelogin and Rancher write them: texts in quotes, and
-- blocks after "|".

-- A text in quotes, joined to one line as YAML folds it. `pos` is its first line on entry, and its last line on return.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_quoted(raws text[], INOUT body text, INOUT pos integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_double constant boolean := body ~ '^([^"''#: ][^:#]*: +)?"([^"\\]|\\.)*\\?$';
  blanks integer := 0;
  before text;
  more text;
  parts text[];
BEGIN
  IF NOT is_double AND body !~ '^([^"''#: ][^:#]*: +)?''([^'']|'''')*$' THEN
    RETURN;
  END IF;
  before := body;
  FOR place IN pos + 1 .. cardinality(raws) LOOP
    more := ltrim(k8s_fdw.yaml_line(raws[place]), E' \t');
    IF more = '' THEN
      blanks := blanks + 1;
      CONTINUE;
    END IF;
    IF is_double AND before ~ '(^|[^\\])(\\\\)*\\$' THEN
      parts := array_append(parts, left(before, -1) || repeat('\n', blanks));
    ELSE
      -- One element is appended for each line, because Postgres copies an array that is appended to twice.
      parts := array_append(parts, before || CASE WHEN blanks = 0 THEN ' ' WHEN is_double THEN repeat('\n', blanks) ELSE repeat(E'\n', blanks) END);
    END IF;
    before := more;
    blanks := 0;
    IF (is_double AND more ~ '^([^"\\]|\\.)*"') OR (NOT is_double AND more ~ '^([^'']|'''')*''([^'']|$)') THEN
      body := array_to_string(parts || before, '');
      pos := place;
      RETURN;
    END IF;
  END LOOP;
END $$;

-- A block, as a text in quotes. `pos` is the line of the "|" on entry, and the block's last line on return.
CREATE OR REPLACE FUNCTION k8s_fdw.yaml_block(raws text[], outer_indent integer, INOUT body text, INOUT pos integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key constant text := '^(?:[^"''#: ][^:#]*: +)?';
  header constant text := substring(body FROM key || '\|([-+1-9]{0,2})(?: +#.*)?$');
  inner_indent integer := outer_indent + substring(header FROM '[1-9]')::integer;
  texts text[] := '{}';
  block text;
BEGIN
  IF header IS NULL THEN
    RETURN;
  END IF;
  FOR place IN pos + 1 .. cardinality(raws) LOOP
    IF raws[place] ~ '[^ \r]' THEN
      inner_indent := coalesce(inner_indent, greatest(length(substring(raws[place] FROM '^ *')), outer_indent + 1));
      EXIT WHEN length(substring(raws[place] FROM '^ *')) < inner_indent;
    END IF;
    texts := texts || rtrim(substr(raws[place], coalesce(inner_indent, 0) + 1), E'\r');
    pos := place;
  END LOOP;
  block := array_to_string(texts, E'\n') || E'\n';
  IF header !~ '[+]' THEN
    block := rtrim(block, E'\n');
    block := block || CASE WHEN header ~ '-' OR block = '' THEN '' ELSE E'\n' END;
  END IF;
  body := substring(body FROM key) || to_json(block)::text;
END $$;
