-- Small helpers that the tests share.

-- Runs a statement, says what came of it, and undoes it.
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  advice text;
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION 'undo' USING ERRCODE = 'UNDO1';
EXCEPTION
  WHEN SQLSTATE 'UNDO1' THEN RETURN 'ok';
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
    RETURN format(E'%s %s\n  HINT: %s', SQLSTATE, SQLERRM, advice);
END $$;

CREATE FUNCTION options_of(server name) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(option_name || '=' || option_value, ' ' ORDER BY option_name)
    FROM pg_foreign_server, pg_options_to_table(srvoptions)
   WHERE srvname = server AND option_name NOT LIKE 'fdw\_package\_%'
$$;

-- The options of a server made from that kubeconfig, which is dropped again.
CREATE FUNCTION from_kubeconfig(kubeconfig text, more text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  advice text;
BEGIN
  EXECUTE format('CREATE SERVER from_kubeconfig FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L %s)', kubeconfig, more);
  RAISE EXCEPTION '%', options_of('from_kubeconfig') USING ERRCODE = 'UNDO1';
EXCEPTION
  WHEN SQLSTATE 'UNDO1' THEN RETURN SQLERRM;
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS advice = PG_EXCEPTION_HINT;
    RETURN format(E'%s %s\n  HINT: %s', SQLSTATE, SQLERRM, advice);
END $$;

CREATE FUNCTION paths_of(relation regclass) RETURNS text LANGUAGE sql AS $$
  SELECT option_value FROM pg_foreign_table, pg_options_to_table(ftoptions)
   WHERE ftrelid = relation AND option_name = 'columns'
$$;

-- A text as a file that the database server can read; returns its path.
CREATE FUNCTION server_file(name text, content text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  path text := current_setting('data_directory') || '/k8s_fdw_test_' || name;
BEGIN
  EXECUTE format('COPY (SELECT line FROM regexp_split_to_table(%L, E''\n'') AS line) TO %L', content, path);
  RETURN path;
END $$;
