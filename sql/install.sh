#!/bin/sh
# Puts the extension's files, the component and the library of k8s_fdw's own host where the PostgreSQL of that pg_config
# looks for them. The component must have been built before. FOR=own demands the library, and FOR=wrappers leaves it
# out; otherwise it is installed if it was built for that PostgreSQL. With DESTDIR the files go into that folder, under
# the same names. CHECK=1 only says whether it can be done, before anything is built.
set -eu

[ $# -le 1 ] || { echo "usage: [FOR=own|wrappers] [CHECK=1] sql/install.sh [PG_CONFIG]" >&2; exit 2; }
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
postgres=$("$pg_config" --version)
major=$(echo "$postgres" | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
# A library fits one major version of PostgreSQL.
library=${K8S_FDW_LIBRARY:-$here/../dist/host/$major/k8s_fdw.so}
host=${FOR:-}
[ -n "$host" ] || { if [ -f "$library" ]; then host=own; else host=wrappers; fi; }
[ "$host" = own ] || [ "$host" = wrappers ] ||
  fail "FOR is own or wrappers, not $host. Leave it out for k8s_fdw's own host, which needs no Wrappers"
case $major in
  15 | 16 | 17 | 18) ;;
  *) fail "$postgres is not supported: 15 to 18 are" ;;
esac
[ -z "${DESTDIR:-}" ] || mkdir -p "$folder" "$libraries"

# Only what has to be done as root is.
root=
need() {
  [ -d "$1" ] ||
    fail "$1 does not exist: is PG_CONFIG that of the server? Debian's is /usr/lib/postgresql/$major/bin/pg_config"
  [ ! -w "$1" ] || return 0
  command -v sudo >/dev/null || fail "no right to write into $1, and no sudo here: do it as a user who has that right"
  root=sudo
}
need "$folder"
[ "$host" = wrappers ] || need "$libraries"
[ -z "${CHECK:-}" ] || exit 0

[ -f "$component" ] || fail "dist/k8s_fdw.wasm is not built yet" "build it first: make component"
[ "$host" = wrappers ] || [ -f "$library" ] || fail "$library is not built yet" "for Supabase Wrappers in its place: make install FOR=wrappers"
if [ "$host" = wrappers ] && [ ! -f "$folder/wrappers.control" ]; then
  printf 'sql/install.sh: warning: %s\n' "no wrappers.control in $folder: install Supabase Wrappers there too" \
    "https://supabase.github.io/wrappers/installation" >&2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
FOR=$host "$here/build.sh" "$work" >/dev/null
version=$(sed -n "s/^default_version = '\(.*\)'$/\1/p" "$work/k8s_fdw.control")

# The server runs as a user of its own and must be able to read all of them. The library of a running server is replaced
# and not written over, as it is mapped into its processes.
if [ "$host" = own ]; then
  $root install -m 0755 "$library" "$libraries/k8s_fdw.so.new"
  $root mv "$libraries/k8s_fdw.so.new" "$libraries/k8s_fdw.so"
fi
$root install -m 0644 "$work/k8s_fdw.control" "$work"/k8s_fdw--*.sql "$folder/"
$root install -m 0644 "$component" "$folder/k8s_fdw-$version.wasm"
echo "k8s_fdw is in $folder, for $postgres"
case $host in
  own) echo "next, in each database: CREATE EXTENSION k8s_fdw;" ;;
  wrappers) echo "next, in each database: CREATE EXTENSION k8s_fdw CASCADE;" ;;
esac
