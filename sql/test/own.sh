#!/usr/bin/env bash
# The extension on k8s_fdw's own host, with and without Wrappers beside it: sql/test/own/*.sql as run.sh runs the others.
# run.sh sources this file after updates.sh, whose older versions it uses. Without a built library it is left out.
# shellcheck disable=SC2154

library=${K8S_FDW_LIBRARY:-$REPOSITORY/dist/host/$("$bin/pg_config" --version | major)/k8s_fdw.so}
libraries=$("$bin/pg_config" --pkglibdir)
export LIBRARY=$libraries/k8s_fdw.so

lay_own() {
  FOR=own "$here/../build.sh" "$work/own" > /dev/null && lay "$work/own/k8s_fdw.control" &&
  for file in "$work"/own/k8s_fdw--*.sql; do lay "$file" || return 1; done
  # A library that this Postgres has already comes back afterwards, as with lay().
  [ ! -e "$LIBRARY" ] || mv "$LIBRARY" "$work/library.kept"
  install -m 0755 "$library" "$LIBRARY"
}
take_away_own() {
  rm -f "$LIBRARY" "$LIBRARY.aside"
  [ ! -e "$work/library.kept" ] || mv "$work/library.kept" "$LIBRARY"
}

# What differs from run to run is replaced.
plain_words() { sed "s#file:///[^ ']*/extension/#file:///EXTENSION/#g; s#$libraries/#LIBRARIES/#g; s/$next/NEXT/g; s/$db/DATABASE/g"; }

if [ ! -f "$library" ]; then
  echo "skipped k8s_fdw's own host: $library is not built"
else
  lay_own; verdict "own host: laid" $?
  for test in "$here"/own/*.sql; do
    name=$(basename "$test" .sql)
    fresh "$db" && sql -d "$db" -f "$here/support/vault.sql" -c "SET client_min_messages = error" -f "$here/support/helpers.sql" > /dev/null || { verdict "own host: $name" 1; continue; }
    "$bin/psql" -X -a -q -v VERBOSITY=default -v SHOW_CONTEXT=never -v "next=$next" -d "$db" < "$test" 2>&1 | plain_words > "$work/$name.out"
    [ "${UPDATE:-}" = 1 ] && cp "$work/$name.out" "$here/own/$name.out"
    diff -u "$here/own/$name.out" "$work/$name.out"
    verdict "own host: $name" $?
  done
  take_away_own
fi
