#!/bin/sh
# Writes sql/released/k8s_fdw--VERSION.sql: the extension's SQL as a release has it, from which updates are made and
# tested. A file that is there already and differs is an error, unless AGAIN=1 says that the version is not tagged yet.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/build.sh" "$work" > /dev/null
version=$(sed -n "s/^default_version = '\(.*\)'$/\1/p" "$work/k8s_fdw.control")
script=k8s_fdw--$version.sql
if [ -f "$here/released/$script" ] && ! cmp -s "$work/$script" "$here/released/$script" && [ "${AGAIN:-}" != 1 ]; then
  echo "sql/record.sh: sql/released/$script is there and differs: raise the version in package.json, or AGAIN=1 while $version is not tagged" >&2
  exit 1
fi
mkdir -p "$here/released"
cp "$work/$script" "$here/released/$script"
echo "sql/released/$script"
