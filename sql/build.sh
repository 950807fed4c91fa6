#!/bin/sh
# Builds from sql/parts into OUT_DIR: the extension with an update script for each released version, the plain script,
# the installer for pg_tle, and the folder for database.dev. The version is that of package.json; VERSION and RELEASED
# are for the tests, which need an older one. With FOR=own the control file does not require wrappers.
set -eu

[ $# -ge 1 ] && [ $# -le 3 ] || { echo "usage: sql/build.sh OUT_DIR [VERSION [RELEASED]]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
out=$1
version=${2:-$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$here/../package.json" | head -n 1)}
released=${3:-$here/released}
[ -n "$version" ] || { echo "sql/build.sh: package.json has no version" >&2; exit 1; }

filled() { sed "s/@VERSION@/$version/g" "$1"; }
# What every script begins with, before it looks for any name.
path() { cat "$here/begin/1_path.sql"; }
begin() { path; printf '\n'; filled "$here/begin/2_owners.sql"; }
joined() {
  for part in "$@"; do
    printf '\n'
    filled "$part"
  done
}
# One line of the head of a control, as it stands in a string of SQL.
head_of() { sed -n "/^--/!q; s/'/''/g; s/^-- $2: //p" "$1"; }
# What control_list() gives: each file of controls/ is one row.
controls() {
  printf '\n%s\n' "-- The controls of controls(), made of sql/controls."
  printf '%s\n' 'CREATE OR REPLACE FUNCTION k8s_fdw.control_list()' \
    'RETURNS TABLE (id text, title text, severity text, source text, remedy text, reads text[], query text)' 'LANGUAGE sql IMMUTABLE' \
    'SET search_path = pg_catalog, pg_temp' 'AS $controls$' '  VALUES'
  between='  '
  for control in "$here"/controls/*/*.sql; do
    printf "%s('%s', '%s', '%s', '%s', '%s', '{%s}'::text[], \$control\$\n" "$between" "$(head_of "$control" id)" "$(head_of "$control" title)" \
      "$(head_of "$control" severity)" "$(head_of "$control" source)" "$(head_of "$control" remedy)" "$(head_of "$control" reads)"
    sed '/^--/d' "$control"
    printf '$control$)'
    between=',
  '
  done
  printf '\n%s\n' '$controls$;'
}
parts() {
  joined "$here"/parts/[0-8]*.sql "$here"/parts/9[0-3]*.sql
  controls
  joined "$here"/parts/9[4-9]*.sql
}
comment() { sed -n "s/^comment = '\(.*\)'$/\1/p" "$here/k8s_fdw.control.in"; }
# Every released version but this one, oldest first.
older() { (cd "$released" 2>/dev/null && printf '%s\n' *.sql) | sed -n 's/^k8s_fdw--\(.*\)\.sql$/\1/p' | grep -vxF -e "$version" -e "*" | sort -V; }
# What was dropped or renamed since a version: sql/updates/V.sql has what came after V.
dropped_since() {
  (cd "$here/updates" 2>/dev/null && printf '%s\n' *.sql) | sed -n '/\*/d; s/\.sql$//p' | sort -V | while read -r step; do
    [ "$(printf '%s\n%s\n' "$1" "$step" | sort -V | head -n 1)" != "$1" ] || { printf '\n'; filled "$here/updates/$step.sql"; }
  done
}

mkdir -p "$out/database.dev"
rm -f "$out"/k8s_fdw--*.sql "$out"/database.dev/*
case ${FOR:-wrappers} in
  own) filled "$here/k8s_fdw.control.in" | sed '/^requires = /d; s/, on Supabase Wrappers//' > "$out/k8s_fdw.control" ;;
  wrappers) filled "$here/k8s_fdw.control.in" > "$out/k8s_fdw.control" ;;
  *) echo "sql/build.sh: FOR is own or wrappers, not $FOR" >&2; exit 2 ;;
esac
{
  printf '%s\n' '\echo Use "CREATE EXTENSION k8s_fdw" to load this file. \quit'
  begin
  parts
} > "$out/k8s_fdw--$version.sql"
for from in $(older); do
  {
    printf '%s\n' '\echo Use "ALTER EXTENSION k8s_fdw UPDATE" to load this file. \quit'
    begin
    dropped_since "$from"
    parts
  } > "$out/k8s_fdw--$from--$version.sql"
done

{
  filled "$here/plain/head.sql"
  path
  filled "$here/plain/checks.sql"
  filled "$here/begin/2_owners.sql"
  for from in $(older | head -n 1); do dropped_since "$from" | sed 's/^DROP FUNCTION /&IF EXISTS /'; done
  parts | sed 's/@extschema@/k8s_fdw/g'
  printf '\nCOMMIT;\n'
} > "$out/k8s_fdw.sql"

{
  filled "$here/pgtle/head.sql"
  path
  printf '\nDO $installer$\nDECLARE\n  beginning constant text := $k8s_fdw$'
  begin
  printf '$k8s_fdw$;\n  script constant text := $k8s_fdw$'
  parts
  printf '$k8s_fdw$;\nBEGIN\n'
  sed "s/@VERSION@/$version/g; s/@COMMENT@/$(comment)/g" "$here/pgtle/install.sql"
  for from in $(older); do
    printf "  IF NOT EXISTS (SELECT FROM pgtle.extension_update_paths('k8s_fdw') AS p WHERE p.path = '%s--%s') THEN\n" "$from" "$version"
    printf "    PERFORM pgtle.install_update_path('k8s_fdw', '%s', '%s', beginning || \$k8s_fdw\$" "$from" "$version"
    dropped_since "$from"
    printf '$k8s_fdw$ || script);\n  END IF;\n'
  done
  printf "  PERFORM pgtle.set_default_version('k8s_fdw', '%s');\nEND \$installer\$;\n\nCOMMIT;\n" "$version"
} > "$out/k8s_fdw.pgtle.sql"

filled "$here/k8s_fdw.control.in" | grep -v '^superuser\|^trusted' > "$out/database.dev/k8s_fdw.control"
# database.dev takes 250,000 characters a file. So the comments stay out, and the extension comes in three steps: versions
# 0.0.N of its own have what the first parts make, and updates from them make the rest. CREATE EXTENSION goes all of them by
# itself. The numbers of a version there are at most 32767.
numbers=${version%%-*}
minor=${numbers#*.}
step=0.0.$((${numbers%%.*} * 2500 + ${minor%%.*} * 50 + ${minor##*.} + 100))
script() { sed '/^ *--/d' > "$out/database.dev/k8s_fdw--$1.sql"; }
first_parts() { joined "$here"/parts/[0-7]*.sql "$here/parts/95_rights.sql"; }
{ begin; first_parts; } | script "$step"
for from in $(older); do
  { begin; dropped_since "$from"; first_parts; } | script "$from--$step"
done
second=0.0.$((${step##*.} + 15000))
{ begin; joined "$here"/parts/8*.sql "$here"/parts/9[0-3]*.sql "$here/parts/95_rights.sql"; } | script "$step--$second"
{ begin; controls; joined "$here"/parts/9[4-9]*.sql; } | script "$second--$version"
filled "$here/pgtle/README.md.in" > "$out/database.dev/README.md"
echo "k8s_fdw $version → $out"
