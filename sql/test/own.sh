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
  # The same as another version, for the way back to Wrappers.
  "$here/../build.sh" "$work/later" 99.0.1 "$work/none" > /dev/null && cp "$work/later/k8s_fdw--99.0.1.sql" "$work/k8s_fdw--$next--99.0.1.sql" &&
  sed -i '1s/.*/SELECT;/' "$work/k8s_fdw--$next--99.0.1.sql" && lay "$work/k8s_fdw--$next--99.0.1.sql" || return 1
  : > "$work/k8s_fdw-99.0.1.wasm" && lay "$work/k8s_fdw-99.0.1.wasm"
  # A library that this Postgres has already comes back afterwards, as with lay().
  [ ! -e "$LIBRARY" ] || mv "$LIBRARY" "$work/library.kept"
  install -m 0755 "$library" "$LIBRARY"
}
take_away_own() {
  rm -f "$LIBRARY" "$LIBRARY.aside"
  [ ! -e "$work/library.kept" ] || mv "$work/library.kept" "$LIBRARY"
}

# A dump restores with the same options, mappings and dependencies, without the kubeconfig's file; and a dump of a
# database that Wrappers served restores where our own host does, with what the server still needs.
describe_own="SELECT srvname, o.* FROM pg_foreign_server, pg_options_to_table(srvoptions) AS o
  UNION ALL SELECT srvname, usename, array_to_string(umoptions, ' ') FROM pg_user_mappings
  UNION ALL SELECT 'drops', deptype::text, pg_describe_object(classid, objid, 0) FROM pg_depend WHERE classid = 'pg_user_mapping'::regclass AND refclassid = 'pg_foreign_server'::regclass
  ORDER BY 1, 2, 3"
restore_own() {
  sql -d "$db" -c "DO \$\$ BEGIN PERFORM server_file('kubeconfig', 'gone'); END \$\$" && "$bin/pg_dump" -d "$db" > "$work/own.dump" && fresh "${db}_restored" &&
  PGOPTIONS='-c client_min_messages=warning' sql -d "${db}_restored" -f "$work/own.dump" > /dev/null
}
dump_own() {
  fresh "$db" && sql -d "$db" -c "SET client_min_messages = error" -f "$here/support/helpers.sql" -f "$here/support/own-servers.sql" > /dev/null && restore_own &&
  sql -d "$db" -c "$describe_own" > "$work/before" && sql -d "${db}_restored" -c "$describe_own" > "$work/after" &&
  [ "$(grep -c "^by_\|^drops" "$work/before")" -ge 10 ] && diff -u "$work/before" "$work/after" && sql -d "${db}_restored" -c "DROP SERVER by_file" &&
  fresh "$db" && sql -d "$db" -f "$here/support/helpers.sql" -c "CREATE EXTENSION wrappers" -c "SET k8s_fdw.host = wrappers" -c "CREATE EXTENSION k8s_fdw" -c "SET client_min_messages = error" \
    -c "DO \$\$ BEGIN EXECUTE format('CREATE SERVER w FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', server_file('kubeconfig',
      '{\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"http://c\"}}],\"contexts\":[{\"name\":\"x\",\"context\":{\"cluster\":\"c\"}}],\"current-context\":\"x\"}')); END \$\$" && restore_own &&
  [ "$(sql -d "${db}_restored" -c "SELECT k8s_fdw.own_host(), string_agg(option_name, ' ' ORDER BY option_name) FROM pg_foreign_server, pg_options_to_table(srvoptions)")" = 't|api_url kubeconfig kubeconfig_read' ]
}

# The plain script takes the library too, run by a superuser, and can run again.
plain_own() {
  fresh "$db" && for _ in 1 2; do sql -d "$db" -c "SET client_min_messages = error" -f "$work/built/k8s_fdw.sql" > /dev/null || return 1; done
  [ "$(sql -d "$db" -c "CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1')" -c "SELECT k8s_fdw.own_host(), srvoptions FROM pg_foreign_server")" = 't|{api_url=http://127.0.0.1}' ]
}

# What differs from run to run is replaced.
plain_words() { sed "s#file:///[^ ']*/extension/#file:///EXTENSION/#g; s#$libraries/#LIBRARIES/#g; s/99\.0\.1/LATER/g; s/$next/NEXT/g; s/$db/DATABASE/g"; }

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
  plain_own; verdict "own host: plain script" $?
  dump_own; verdict "own host: dump and restore" $?
  take_away_own
fi
