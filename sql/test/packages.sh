#!/usr/bin/env bash
# Tests the installer for pg_tle in a stand-in for it, and the folder for database.dev as its publisher reads it. run.sh
# sources this file after updates.sh, whose older versions it uses.
# shellcheck disable=SC2154

"$here/../build.sh" "$work/older" 0.0.1 "$work/none" > /dev/null
pgtle() {
  with_wrappers -f "$here/support/pgtle.sql" -f "$work/older/k8s_fdw.pgtle.sql" -c "CALL pgtle.execute('k8s_fdw')" \
    -c "SELECT k8s_fdw.version()" -f "$work/next/k8s_fdw.pgtle.sql" -f "$work/next/k8s_fdw.pgtle.sql" \
    -c "CALL pgtle.execute('k8s_fdw', '0.0.1')" -c "SELECT k8s_fdw.version()" \
    -c "SELECT * FROM pgtle.controls" -c "SELECT version FROM pgtle.available_extension_versions() ORDER BY 1" \
    -c "SELECT path FROM pgtle.extension_update_paths('k8s_fdw') WHERE path ~ '^0\.0\.' ORDER BY 1" > "$work/pgtle.out" || return 1
  [ "${UPDATE:-}" = 1 ] && cp "$work/pgtle.out" "$here/support/pgtle.out"
  diff -u "$here/support/pgtle.out" "$work/pgtle.out"
}
pgtle 2>&1 | grep -v 'was not found beside\|Before the first server'; verdict "pg_tle" "${PIPESTATUS[0]}"

# The rules of dbdev: one control file, a README.md, NAME--A.B.C.sql and NAME--A.B.C--A.B.C.sql, at most 250000 characters each, no second =.
database_dev() {
  local folder=$work/next/database.dev name
  [ "$(cd "$folder" && echo *.control)" = k8s_fdw.control ] && [ -s "$folder/README.md" ] &&
  grep -qx "default_version = '$next'" "$folder/k8s_fdw.control" && ! grep -q '=.*=' "$folder/k8s_fdw.control" || return 1
  for name in "$folder"/*.sql; do
    basename "$name" | grep -qxE 'k8s_fdw--[0-9]+\.[0-9]+\.[0-9]+(--[0-9]+\.[0-9]+\.[0-9]+)?\.sql' && [ "$(wc -m < "$name")" -le 250000 ] || return 1
  done
}
database_dev; verdict "database.dev" $?

# Its scripts make in three steps what one script without comments makes at once, also from an older version.
database_dev_steps() {
  local at_once=$folder/k8s_fdw--$next.sql name
  sed '/^ *--/d' "$work/next/k8s_fdw--$next.sql" > "$at_once"
  with_wrappers -c "CREATE EXTENSION k8s_fdw VERSION '$next'" && members > "$work/at_once" || return 1
  rm "$at_once" "$folder"/k8s_fdw--*--"$next.sql"
  for name in "$work"/next/database.dev/*.sql; do lay "$name"; done
  with_wrappers -c "CREATE EXTENSION k8s_fdw VERSION '$next'" && members | diff "$work/at_once" - &&
  with_wrappers -c "CREATE EXTENSION k8s_fdw VERSION '0.0.1'" -c "ALTER EXTENSION k8s_fdw UPDATE TO '$next'" && members | diff "$work/at_once" -
}
database_dev_steps; verdict "database.dev, in three steps" $?
