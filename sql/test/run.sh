#!/usr/bin/env bash
# Compares sql/test/*.sql with *.out in scratch databases, and tests the plain script, updates, packages, and a dump
# that is restored. No other database is touched, and no foreign table is read.
set -u

[ $# -eq 1 ] || { echo "usage: sql/test/run.sh PSQL_CONNINFO (a superuser; PGPASSWORD for a password)" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
bin=$(dirname "$(command -v "${PSQL:-psql}")")
{ read -r PGHOST; read -r PGPORT; read -r PGUSER; } < <(printf '\\echo :HOST\n\\echo :PORT\n\\echo :USER\n' | "$bin/psql" -X -At "$1")
REPOSITORY=$(dirname "$(dirname "$here")")
export REPOSITORY PGHOST PGPORT PGUSER PGCLIENTENCODING=UTF8 PGTZ=UTC LC_MESSAGES=C
[ -n "${PGPORT:-}" ] || { echo "sql/test/run.sh: cannot connect" >&2; exit 2; }

db=k8s_fdw_sql_test_$$
work=$(mktemp -d)
passed=0 failed=0
sql() { "$bin/psql" -X -q -At -v ON_ERROR_STOP=1 "$@"; }
fresh() { sql -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1 TEMPLATE template0 ENCODING 'UTF8'"; }
major() { sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }
cleanup() {
  for name in "$db" "${db}_restored"; do
    sql -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"
  done
  rm -rf "$work"
}
trap cleanup EXIT

verdict() { # name, status
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); echo "ok      $1"; else failed=$((failed + 1)); echo "FAILED  $1"; fi
}

# UPDATE=1 writes what is there as what is expected: read the diff before committing it.
for test in "$here"/*.sql; do
  name=$(basename "$test" .sql)
  [ "$name" = setup ] && continue
  fresh "$db" && sql -d "$db" -f "$here/setup.sql" -f "$here/support/vault.sql" || { verdict "$name" 1; continue; }
  "$bin/psql" -X -a -q -v VERBOSITY=default -v SHOW_CONTEXT=never -d "$db" < "$test" > "$work/$name.out" 2>&1
  [ "${UPDATE:-}" = 1 ] && cp "$work/$name.out" "$here/$name.out"
  diff -u "$here/$name.out" "$work/$name.out"
  verdict "$name" $?
done

# psql's screens on the page are those of help.sql, but for spaces at their ends.
documented() {
  sed -n '/^SELECT \* FROM k8s_fdw.help/,/rows)$/p; /^\\d pods/,/^FDW options/p' "$here/help.out" | grep -v '^SELECT' | while IFS= read -r line; do
    sed 's/ *$//' "$REPOSITORY/docs/extension.md" | grep -Fxq -e "$(printf '%s' "$line" | sed 's/ *$//')" || { echo "docs/extension.md lacks: $line"; return 1; }
  done
}
documented; verdict "screens of docs/extension.md" $?

# The plain script does the same without CREATE EXTENSION, and can run again.
"$here/../build.sh" "$work/built" > /dev/null
plain() {
  fresh "$db" &&
  sql -d "$db" -c "CREATE SCHEMA tools" -c "CREATE EXTENSION wrappers SCHEMA tools" &&
  for _ in 1 2; do
    sql -d "$db" -c "SET client_min_messages = error" -f "$work/built/k8s_fdw.sql" || return 1
  done &&
  sql -d "$db" -f "$here/plain/superuser.sql" > "$work/plain.txt" || return 1
  [ "${UPDATE:-}" = 1 ] && cp "$work/plain.txt" "$here/plain/superuser.txt"
  diff -u "$here/plain/superuser.txt" "$work/plain.txt"
}
plain; verdict "plain script" $?

drop_hosted() { sql -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $db WITH (FORCE)" -c "DROP ROLE IF EXISTS k8s_fdw_hosted"; }
for test in hosted supautils owners; do
  drop_hosted && fresh "$db" && sql -d "$db" -f "$here/support/vault.sql" -f "$here/support/hosted.sql" || { verdict "plain script: $test" 1; continue; }
  "$bin/psql" -X -a -q -v SHOW_CONTEXT=never -v script="$work/built/k8s_fdw.sql" -v installer="$work/built/k8s_fdw.pgtle.sql" -d "$db" < "$here/plain/$test.sql" 2>&1 |
    sed "s#psql:$work/built/k8s_fdw[.pgtle]*.sql:[0-9]*: ##; s/$db/DATABASE/g" > "$work/$test.out"
  [ "${UPDATE:-}" = 1 ] && cp "$work/$test.out" "$here/plain/$test.out"
  diff -u "$here/plain/$test.out" "$work/$test.out"
  verdict "plain script: $test" $?
done
drop_hosted

# shellcheck source=sql/test/updates.sh
. "$here/updates.sh"
# shellcheck source=sql/test/packages.sh
. "$here/packages.sh"
# shellcheck source=sql/test/hostile.sh
. "$here/hostile.sh"
# shellcheck source=sql/test/own.sh
. "$here/own.sh"
take_away

# A dump restores with the same options, without the kubeconfig's file.
describe="SELECT srvname, o.* FROM pg_foreign_server, pg_options_to_table(srvoptions) AS o
  UNION ALL SELECT ftrelid::regclass::text, o.* FROM pg_foreign_table, pg_options_to_table(ftoptions) AS o
  UNION ALL SELECT attrelid::regclass::text || '.' || attname, o.* FROM pg_attribute, pg_options_to_table(attfdwoptions) AS o ORDER BY 1, 2"
dump() {
  fresh "$db" && sql -d "$db" -f "$here/setup.sql" || return 1
  sed '/^\\pset/d' "$here/talk.sql" | PGOPTIONS='-c client_min_messages=error' sql -d "$db" > /dev/null || return 1
  sql -d "$db" -c "DO \$\$ BEGIN PERFORM server_file('kubeconfig', 'gone'); END \$\$" &&
  "$bin/pg_dump" -d "$db" > "$work/dump.sql" &&
  fresh "${db}_restored" &&
  PGOPTIONS='-c client_min_messages=warning' sql -d "${db}_restored" -f "$work/dump.sql" > /dev/null 2> "$work/dump.err" &&
  sql -d "$db" -c "$describe" > "$work/before" && sql -d "${db}_restored" -c "$describe" > "$work/after" &&
  [ -s "$work/before" ] && diff -u "$work/before" "$work/after"
}
# A superuser restores the servers of a role that may not read files, and that role has nothing of the files by it. (What is refused there is no failure.)
restore() {
  fresh "$db" && sql -d "$db" -f "$here/setup.sql" && sql -d "$db" -f "$here/support/restore.sql" > /dev/null 2>&1 &&
  "$bin/pg_dump" -d "$db" > "$work/dump.sql" && fresh "${db}_restored" &&
  "$bin/psql" -X -q -d "${db}_restored" -f "$work/dump.sql" > /dev/null 2> "$work/dump.err" &&
  sql -d "${db}_restored" -c "SELECT srvname, option_name, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions)
    WHERE srvowner = 'k8s_fdw_test_jane'::regrole AND option_name ~ '^api_' OR option_value = 'PROXIED-TOKEN' ORDER BY 1, 2" | sort > "$work/jane"
  drop_restored
  printf '%s\n' 'by_proxy2|api_url|http://proxy' 'by_proxy|api_url|http://proxy' 'complete|api_key|hers' 'complete|api_url|http://complete' | sort | diff -u - "$work/jane"
}
# A writable view comes back with its triggers and rights; what was sent once is not sent by that.
describe_view="SELECT pg_get_viewdef(c.oid), c.relacl::text, obj_description(c.oid, 'pg_class') FROM pg_class AS c WHERE c.relname = 'pods_writable'
  UNION ALL SELECT pg_get_functiondef(p.oid), p.proacl::text, obj_description(p.oid, 'pg_proc') FROM pg_proc AS p WHERE p.proname = 'pods_writable_change'
  UNION ALL SELECT pg_get_triggerdef(g.oid), g.tgenabled::text, NULL FROM pg_trigger AS g WHERE g.tgname LIKE 'k8s_fdw_%'
  UNION ALL SELECT q.operation, q.object, q.sent_at::text FROM pods_writable_queue AS q ORDER BY 1"
writable() {
  fresh "$db" && sql -d "$db" -f "$here/setup.sql" -c "CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:1', writes 'on')" \
    -c "CREATE FOREIGN TABLE pods (name text, object_key text) SERVER s OPTIONS (object 'pods', rowid_column 'object_key')" \
    -c "SELECT k8s_fdw.writable('pods', keep => true)" -c "GRANT SELECT, DELETE ON pods_writable TO PUBLIC" \
    -c "INSERT INTO pods_writable_queue (session_role, effective_role, operation, object, tried, sent_at) VALUES ('a', 'b', 'DELETE', 'n/x', false, now())" > /dev/null &&
  "$bin/pg_dump" -d "$db" > "$work/dump.sql" && fresh "${db}_restored" &&
  PGOPTIONS='-c client_min_messages=warning' sql -d "${db}_restored" -f "$work/dump.sql" > /dev/null 2> "$work/dump.err" &&
  sql -d "$db" -c "$describe_view" > "$work/before" && sql -d "${db}_restored" -c "$describe_view" > "$work/after" &&
  [ "$(grep -c . "$work/before")" -ge 6 ] && diff -u "$work/before" "$work/after"
}
drop_restored() { for name in "$db" "${db}_restored"; do sql -d "$name" -c "SET client_min_messages = error" -c "DROP OWNED BY k8s_fdw_test_jane CASCADE"; done; sql -d postgres -c "DROP ROLE k8s_fdw_test_jane"; }
if [ "$("$bin/pg_dump" --version | major)" -lt "$(sql -d postgres -c 'SHOW server_version' | major)" ]; then
  echo "skipped dump and restore: this pg_dump is older than the server"
else
  dump; status=$?
  [ "$status" -eq 0 ] || cat "$work/dump.err" 2> /dev/null
  verdict "dump and restore" "$status"
  restore; verdict "dump and restore: files" $?
  writable; verdict "dump and restore: a writable view" $?
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
