#!/bin/sh
# Puts the extension's files and the component where the PostgreSQL of that pg_config looks for them. The component must
# have been built before.
set -eu

[ $# -le 1 ] || { echo "usage: sql/install.sh [PG_CONFIG]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
pg_config=${1:-pg_config}
component=$here/../dist/k8s_fdw.wasm

fail() {
  printf 'sql/install.sh: %s\n' "$@" >&2
  exit 1
}

sharedir=$("$pg_config" --sharedir 2>/dev/null) ||
  fail "cannot run $pg_config" "give the one of your PostgreSQL: make install PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config"
folder=$sharedir/extension
[ -f "$component" ] || fail "dist/k8s_fdw.wasm is not built yet" "build it first: make component"
[ -d "$folder" ] || fail "$folder does not exist" "is $pg_config the one of the server?"
[ -w "$folder" ] || fail "no right to write into $folder" "try again with sudo"
[ -f "$folder/wrappers.control" ] ||
  printf 'sql/install.sh: warning: %s\n' "no wrappers.control in $folder: install Supabase Wrappers there too" >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/build.sh" "$work" >/dev/null
version=$(sed -n "s/^default_version = '\(.*\)'$/\1/p" "$work/k8s_fdw.control")

# The server runs as a user of its own and must be able to read all of them.
install -m 0644 "$work/k8s_fdw.control" "$work"/k8s_fdw--*.sql "$folder/"
install -m 0644 "$component" "$folder/k8s_fdw-$version.wasm"
echo "k8s_fdw $version is in $folder"
echo "next, in each database: CREATE EXTENSION k8s_fdw CASCADE;"
