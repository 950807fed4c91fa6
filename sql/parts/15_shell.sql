-- Writes a text as one word of a POSIX shell, for commands in hints, in which somebody else may have chosen a name. A
-- control character must not get through, because a terminal would obey it when the command is pasted.

CREATE OR REPLACE FUNCTION k8s_fdw.shell_word(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN printable ~ '^[A-Za-z0-9_./:=@%+,-]+$' THEN printable ELSE '''' || replace(printable, '''', '''\''''') || '''' END
    FROM regexp_replace(word, '[[:cntrl:]]', '?', 'g') AS printable
$$;
