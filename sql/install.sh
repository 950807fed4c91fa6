#!/bin/sh
# Puts the extension's files, the component and the library of k8s_fdw's own host where the PostgreSQL of that pg_config
# looks for them. The component must have been built before. FOR=own demands the library, and FOR=wrappers leaves it
# out; otherwise it is installed if it was built for that PostgreSQL. With DESTDIR the files go into that folder, under
# the same names.
set -eu

[ $# -le 1 ] || { echo "usage: [FOR=own|wrappers] sql/install.sh [PG_CONFIG]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
pg_config=${1:-pg_config}
component=$here/../dist/k8s_fdw.wasm

fail() {
  printf 'sql/install.sh: %s\n' "$@" >&2
  exit 1
}

sharedir=$("$pg_config" --sharedir 2>/dev/null) ||
  fail "cannot run $pg_config" "give the one of your PostgreSQL: make install PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config"
folder=${DESTDIR:-}$sharedir/extension
libraries=${DESTDIR:-}$("$pg_config" --pkglibdir)
major=$("$pg_config" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
# A library fits one major version of PostgreSQL.
library=${K8S_FDW_LIBRARY:-$here/../dist/host/$major/k8s_fdw.so}
host=${FOR:-}
[ -n "$host" ] || { if [ -f "$library" ]; then host=own; else host=wrappers; fi; }
[ "$host" = own ] || [ "$host" = wrappers ] || fail "FOR is own or wrappers, not $host"
[ -f "$component" ] || fail "dist/k8s_fdw.wasm is not built yet" "build it first: make component"
[ "$host" = wrappers ] || [ -f "$library" ] || fail "$library is not built yet" "for Supabase Wrappers in its place: make install FOR=wrappers"
[ -z "${DESTDIR:-}" ] || mkdir -p "$folder" "$libraries"
[ -d "$folder" ] || fail "$folder does not exist" "is $pg_config the one of the server?"
[ -w "$folder" ] || fail "no right to write into $folder" "try again with sudo"
if [ "$host" = own ]; then
  [ -w "$libraries" ] || fail "no right to write into $libraries" "try again with sudo"
elif [ ! -f "$folder/wrappers.control" ]; then
  printf 'sql/install.sh: warning: %s\n' "no wrappers.control in $folder: install Supabase Wrappers there too" >&2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
FOR=$host "$here/build.sh" "$work" >/dev/null
version=$(sed -n "s/^default_version = '\(.*\)'$/\1/p" "$work/k8s_fdw.control")

# The server runs as a user of its own and must be able to read all of them. The library of a running server is replaced
# and not written over, as it is mapped into its processes.
if [ "$host" = own ]; then
  install -m 0755 "$library" "$libraries/k8s_fdw.so.new"
  mv "$libraries/k8s_fdw.so.new" "$libraries/k8s_fdw.so"
fi
install -m 0644 "$work/k8s_fdw.control" "$work"/k8s_fdw--*.sql "$folder/"
install -m 0644 "$component" "$folder/k8s_fdw-$version.wasm"
echo "k8s_fdw $version is in $folder"
if [ "$host" = own ]; then
  echo "its own host is $libraries/k8s_fdw.so, and no Wrappers is needed"
  echo "next, in each database: CREATE EXTENSION k8s_fdw;"
else
  echo "next, in each database: CREATE EXTENSION k8s_fdw CASCADE;"
fi
