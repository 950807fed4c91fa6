#!/usr/bin/env bash
# Compares ALTER EXTENSION k8s_fdw UPDATE, from each recorded version and from the source taken as an older one, with a
# fresh CREATE EXTENSION. run.sh sources this file and counts. It puts made-up versions among the server's other
# extensions, and removes them.
# shellcheck disable=SC2154

folder=$("$bin/pg_config" --sharedir)/extension
next=99.0.0
released=$work/released
versions() { (cd "$released" && printf '%s\n' *.sql) | sed 's/^k8s_fdw--\(.*\)\.sql$/\1/'; }

# The source as 0.0.1; and as 0.0.2 with what an update has to put right: bodies, rights, comments, tags, a function that was not there yet.
mkdir -p "$released"
cp "$here"/../released/k8s_fdw--*.sql "$released/" 2> /dev/null
"$here/../build.sh" "$work/old" 0.0.1 "$work/none" > /dev/null
cp "$work/old/k8s_fdw--0.0.1.sql" "$released/"
{
  sed 's/0\.0\.1/0.0.2/g' "$work/old/k8s_fdw--0.0.1.sql"
  cat << 'SQL'
DROP FUNCTION k8s_fdw.quantity(text);
CREATE OR REPLACE FUNCTION k8s_fdw.edit_distance(a text, b text) RETURNS integer LANGUAGE sql AS 'SELECT 7';
GRANT EXECUTE ON FUNCTION k8s_fdw.read_server_file(text) TO PUBLIC;
COMMENT ON FUNCTION k8s_fdw.version() IS 'former';
DROP EVENT TRIGGER k8s_fdw_forget;
DROP EVENT TRIGGER k8s_fdw_complete;
CREATE EVENT TRIGGER k8s_fdw_complete ON ddl_command_end WHEN TAG IN ('CREATE SERVER', 'CREATE FOREIGN TABLE') EXECUTE FUNCTION k8s_fdw.complete();
SQL
} > "$released/k8s_fdw--0.0.2.sql"
# And as 0.0.3 with a function that no statement of sql/updates drops.
{
  sed 's/0\.0\.1/0.0.3/g' "$work/old/k8s_fdw--0.0.1.sql"
  echo "CREATE FUNCTION k8s_fdw.former() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';"
} > "$released/k8s_fdw--0.0.3.sql"
"$here/../build.sh" "$work/next" "$next" "$released" > /dev/null

# A version's own recording stands in for what is installed, and that comes back afterwards.
laid=()
mkdir -p "$work/kept"
lay() {
  local place=$folder/${1##*/}
  [ ! -e "$place" ] || mv "$place" "$work/kept/"
  cp "$1" "$place" && laid+=("$place")
}
take_away() {
  rm -f "${laid[@]}"
  find "$work/kept" -type f -exec cp -p {} "$folder/" \;
}
for file in "$released"/*.sql "$work/next"/k8s_fdw--*.sql; do lay "$file"; done
for version in $(versions) "$next"; do
  : > "$work/k8s_fdw-$version.wasm" && lay "$work/k8s_fdw-$version.wasm"
done

with_wrappers() { fresh "$db" && sql -d "$db" -c "SET client_min_messages = error" -c "CREATE SCHEMA extensions" -c "CREATE EXTENSION wrappers SCHEMA extensions" "$@"; }
members() { sql -d "$db" -f "$here/support/members.sql"; }
compare() { # the version it comes from
  with_wrappers -c "CREATE EXTENSION k8s_fdw VERSION '$1'" -f "$here/support/vault.sql" -f "$here/support/before-update.sql" > /dev/null &&
  sql -d "$db" -c "ALTER EXTENSION k8s_fdw UPDATE TO '$next'" &&
  members > "$work/updated" && diff "$work/fresh" "$work/updated" > "$work/difference"
}
update_from() {
  compare "$1" || { cut -c1-300 "$work/difference" | head -n 20; return 1; }
  "$bin/psql" -X -q -At -v "from=$1" -v SHOW_CONTEXT=never -d "$db" -f "$here/support/after-update.sql" 2>&1 |
    sed "s#psql:[^ ]* ##; s#/[^ ]*/extension/k8s_fdw-#DIR/k8s_fdw-#; s/$1/FROM/g; s/$next/NEXT/g" > "$work/after-update.out"
  [ "${UPDATE:-}" = 1 ] && cp "$work/after-update.out" "$here/support/after-update.out"
  diff -u "$here/support/after-update.out" "$work/after-update.out"
}
leftover_is_found() { # the comparison can fail, and finds that alone
  ! compare 0.0.3 && grep -q '^> function k8s_fdw.former()' "$work/difference" && ! grep '^[<>]' "$work/difference" | grep -qv former
}

with_wrappers -c "CREATE EXTENSION k8s_fdw VERSION '$next'" && members > "$work/fresh"
for version in $(versions | grep -vx '0\.0\.3'); do
  update_from "$version"; verdict "update from $version" $?
done
leftover_is_found; verdict "an update that leaves a function behind is found out" $?
