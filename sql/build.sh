#!/bin/sh
# Owns: sql/parts → OUT_DIR/k8s_fdw.control, k8s_fdw--VERSION.sql and k8s_fdw.sql (the same without CREATE EXTENSION).
# Never: a version of its own; package.json has it.
set -eu

[ $# -eq 1 ] || { echo "usage: sql/build.sh OUT_DIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
out=$1
version=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$here/../package.json" | head -n 1)
[ -n "$version" ] || { echo "sql/build.sh: package.json has no version" >&2; exit 1; }

filled() { sed "s/@VERSION@/$version/g" "$1"; }
parts() {
  for part in "$here"/parts/*.sql; do
    printf '\n'
    filled "$part"
  done
}

mkdir -p "$out"
rm -f "$out"/k8s_fdw--*.sql
filled "$here/k8s_fdw.control.in" > "$out/k8s_fdw.control"
{
  printf '%s\n' '\echo Use "CREATE EXTENSION k8s_fdw" to load this file. \quit'
  parts
} > "$out/k8s_fdw--$version.sql"
{
  filled "$here/plain/head.sql"
  parts
  printf '\nCOMMIT;\n'
} > "$out/k8s_fdw.sql"
echo "k8s_fdw $version → $out"
