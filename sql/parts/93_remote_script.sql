-- What another Postgres needs before kept tables can be brought there: tables, a role with the least rights, and a note
-- of how far each table has come. Its owner runs it; it needs no superuser and no extension there.

CREATE OR REPLACE FUNCTION k8s_fdw.script_table(source regclass, schema_name text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  partitioned constant boolean := (SELECT c.relkind = 'p' FROM pg_class AS c WHERE c.oid = source);
  part constant regclass := (SELECT p.part FROM k8s_fdw.source_parts(source) AS p LIMIT 1);
  plain constant text := (SELECT c.relname FROM pg_class AS c WHERE c.oid = source);
  made constant text := format('%I.%I', schema_name, plain);
BEGIN
  PERFORM k8s_fdw.check_source(source, false, false);
  RETURN format($script$
create table if not exists %1$s (
%2$s
  primary key (%3$s)
);
grant select, insert, update, delete on %1$s to k8s_fdw_writer;
-- Has an effect once row-level security is enabled: the role goes on to see and write every row.
drop policy if exists k8s_fdw_writer on %1$s;
create policy k8s_fdw_writer on %1$s to k8s_fdw_writer using (true) with check (true);
create or replace trigger k8s_fdw_touched
  after insert or update or delete or truncate on %1$s
  for each statement execute function %4$I.k8s_fdw_touched();
insert into %4$I.k8s_fdw_kept (relation) values (%5$L) on conflict (relation) do update set generation = null;
$script$,
    made,
    (SELECT string_agg(format('  %I %s,', c.name, c.type), E'\n' ORDER BY c.number)
       FROM (SELECT o.number::integer, o.name::text, o.type FROM k8s_fdw.object_columns(part) AS o
             UNION ALL
             SELECT 9999, 'uid', 'text' WHERE NOT EXISTS (SELECT FROM k8s_fdw.object_columns(part) AS o WHERE o.name = 'uid')) AS c),
    CASE WHEN partitioned THEN 'cluster, uid' ELSE 'uid' END,
    schema_name, plain);
END $$;

-- `source` is a foreign table or a schema with some, and `schema_name` the schema there.
CREATE OR REPLACE FUNCTION k8s_fdw.remote_script(source text, schema_name text DEFAULT 'kubernetes') RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  parts constant text[] := parse_ident(source);
  tables regclass[];
  one regclass;
  of_tables text := '';
BEGIN
  IF cardinality(parts) = 1 THEN
    tables := ARRAY(
      SELECT c.oid::regclass FROM pg_class AS c
       WHERE c.relnamespace = to_regnamespace(source) AND NOT c.relispartition
         AND (c.relkind = 'p' AND EXISTS (SELECT FROM pg_inherits AS i JOIN pg_foreign_table AS t ON t.ftrelid = i.inhrelid WHERE i.inhparent = c.oid)
              OR EXISTS (SELECT FROM pg_foreign_table AS t JOIN k8s_fdw.own_servers() AS s ON s.oid = t.ftserver
                          WHERE t.ftrelid = c.oid AND NOT t.ftoptions && '{watch=on,watch=true}'))
       ORDER BY c.relname);
  ELSE
    tables := array_remove(ARRAY[to_regclass(source)], NULL);
  END IF;
  IF tables = '{}' THEN
    RAISE EXCEPTION 'there is no foreign table %, nor a schema with some', source
      USING ERRCODE = 'undefined_table', HINT = 'For example ''cluster.pods'', or ''cluster'' for all tables of that schema.';
  END IF;
  FOREACH one IN ARRAY tables LOOP
    BEGIN
      of_tables := of_tables || k8s_fdw.script_table(one, schema_name);
    EXCEPTION WHEN wrong_object_type OR duplicate_column THEN
      -- Of a schema the others are wanted.
      IF cardinality(parts) > 1 THEN
        RAISE;
      END IF;
      of_tables := of_tables || E'\n-- Left out: ' || regexp_replace(SQLERRM, '\s+', ' ', 'g') || E'.\n';
    END;
  END LOOP;
  RETURN format($script$set client_min_messages = warning;
create schema if not exists %1$I;
do $role$
begin
  if not exists (select from pg_roles where rolname = 'k8s_fdw_writer') then
    create role k8s_fdw_writer login;
  end if;
end $role$;
grant usage on schema %1$I to k8s_fdw_writer;

-- How far each table has come: it is right as of refreshed_at.
create table if not exists %1$I.k8s_fdw_kept (
  relation text primary key,
  writer uuid,
  generation uuid,
  resource_version text,
  refreshed_at timestamptz
);
grant select, update on %1$I.k8s_fdw_kept to k8s_fdw_writer;
drop policy if exists k8s_fdw_writer on %1$I.k8s_fdw_kept;
create policy k8s_fdw_writer on %1$I.k8s_fdw_kept to k8s_fdw_writer using (true) with check (true);

-- Whatever else changes a table makes the next refresh compare all of it.
create or replace function %1$I.k8s_fdw_touched() returns trigger
language plpgsql security definer set search_path = ''
as $body$
begin
  update %1$I.k8s_fdw_kept set generation = null where relation = tg_table_name;
  return null;
end $body$;
revoke execute on function %1$I.k8s_fdw_touched() from public;
$script$, schema_name) || of_tables;
END $$;
