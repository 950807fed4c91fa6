#!/usr/bin/env bash
# Installs, updates, uses and restores the whole extension in each way, in databases where a role without rights has
# laid traps in every schema that is searched. No other role may ever run one, and each trap is shown to work: every
# function is caught once its path is taken away. run.sh sources this file after updates.sh and packages.sh.
# shellcheck disable=SC2154

traps=${db}_traps
path='-c search_path=hostile,pg_catalog -c client_min_messages=warning'
hostile_log=$work/hostile.log
unguarded() { sed 's/^SET LOCAL search_path = .*/SELECT;/' "$1"; }

lay_traps() {
  fresh "$traps" && SCRIPTS="$work/next/k8s_fdw.sql $work/next/k8s_fdw.pgtle.sql $work/next/k8s_fdw--0.0.1--$next.sql" sql -d "$traps" -f "$here/hostile/traps.sql" > /dev/null
}
# A database with the traps; what `safely` does in it beforehand is not under test.
trapped() {
  : > "$hostile_log"
  sql -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $db WITH (FORCE)" -c "CREATE DATABASE $db TEMPLATE $traps" &&
  safely -c "GRANT CREATE ON DATABASE $db TO k8s_fdw_hostile"
}
safely() { PGOPTIONS='-c client_min_messages=error' sql -d "$db" "$@" > /dev/null; }
exposed() { PGOPTIONS=$path "$bin/psql" -X -q -At -d "$db" "$@" >> "$hostile_log" 2>&1; }

is_untouched() { # a name
  [ "$(sql -d "$db" -c 'SELECT is_called FROM hostile.calls')" = f ] && ! grep -q 'caught ' "$hostile_log" && return
  echo "$1: a trap was run"; grep 'caught ' "$hostile_log" | cut -c1-400 | sort | uniq -c | sort -rn | head -n 5; return 1
}
# Each function has the path, or names that were found in pg_catalog and among its own when it was made.
is_complete() { # how many wrappers
  [ "$(sql -d "$db" -f "$here/hostile/complete.sql")" = "t|$1|" ] || { echo "it is not installed, or has functions without the path:"; sql -d "$db" -f "$here/hostile/complete.sql"; tail -n 5 "$hostile_log"; return 1; }
}

# The statements and the calls, as a superuser, as a role with a server of its own, and as the one that laid the traps: in its own session, with types
# and relations of the same names in pg_temp, for the functions that run as their owner.
use() { # the wrapper, and perhaps the only role
  safely -c "GRANT USAGE ON FOREIGN DATA WRAPPER $1 TO k8s_fdw_hostile, k8s_fdw_victim" -c "GRANT CREATE ON DATABASE $db TO k8s_fdw_victim" -v "wrapper=$1" -f "$here/hostile/bait.sql" || return 1
  for role in ${2:-"$PGUSER" k8s_fdw_victim k8s_fdw_hostile}; do
    exposed -v "wrapper=$1" -v "me=by_$role" -c "SET SESSION AUTHORIZATION $role" -f "$here/hostile/statements.sql"
    call_all "$role" || return 1
  done
}
call_all() { # the role
  sql -d "$db" -f "$here/hostile/calls.sql" > "$work/calls.sql" && [ "$(wc -l < "$work/calls.sql")" -gt 500 ] || return 1
  if [ "$1" = k8s_fdw_hostile ]; then
    exposed -c "SET SESSION AUTHORIZATION $1" -c "SET client_min_messages = error" -c "SELECT hostile.lay_types_and_relations('pg_temp')" -c "RESET client_min_messages" \
      -c "SET search_path = pg_temp, hostile, pg_catalog" -f "$work/calls.sql"
  else
    exposed -c "SET SESSION AUTHORIZATION $1" -f "$work/calls.sql"
  fi
}
vault() { safely -f "$here/support/vault.sql" -c "SELECT stand_in_vault()"; }

by_extension() {
  trapped && vault && exposed -c "CREATE EXTENSION k8s_fdw SCHEMA hostile CASCADE" && is_complete 1 && is_untouched "CREATE EXTENSION" &&
  use k8s_fdw && is_untouched "in use" && exposed -c "DROP OWNED BY k8s_fdw_victim CASCADE" -c "DROP EXTENSION k8s_fdw CASCADE" && is_untouched "DROP EXTENSION"
}
by_extension_beside() { # the traps in Wrappers' schema, which is in the path too
  trapped && safely -c "CREATE EXTENSION wrappers SCHEMA hostile" && exposed -c "CREATE EXTENSION k8s_fdw SCHEMA public" && is_complete 1 && is_untouched "CREATE EXTENSION"
}
by_update() {
  trapped && vault && safely -c "CREATE EXTENSION k8s_fdw VERSION '0.0.1' SCHEMA hostile CASCADE" -c "CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.256')" &&
  exposed -c "ALTER EXTENSION k8s_fdw UPDATE TO '$next'" && [ "$(sql -d "$db" -c "SELECT k8s_fdw.version()")" = "$next" ] && is_complete 1 && is_untouched "UPDATE"
}
by_script() { # a made-up Vault
  trapped && safely -c "CREATE EXTENSION wrappers SCHEMA hostile" && exposed -f "$work/next/k8s_fdw.sql" && exposed -f "$work/next/k8s_fdw.sql" && is_complete 1 && is_untouched "the script" &&
  use k8s_fdw && is_untouched "in use"
}
by_script_of_owner() {
  trapped && safely -f "$here/support/vault.sql" -f "$here/support/hosted.sql" -c "SELECT hosted()" \
    -c "CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER extensions.wasm_fdw_handler VALIDATOR extensions.wasm_fdw_validator" -c "GRANT USAGE ON FOREIGN DATA WRAPPER wasm_wrapper TO k8s_fdw_hosted" &&
  exposed -c "SET SESSION AUTHORIZATION k8s_fdw_hosted" -f "$work/next/k8s_fdw.sql" && is_complete 0 && is_untouched "the script" && use wasm_wrapper && is_untouched "in use"
}
by_pgtle() {
  trapped && safely -c "CREATE EXTENSION wrappers SCHEMA hostile" -f "$here/support/pgtle.sql" -f "$work/older/k8s_fdw.pgtle.sql" -c "CALL pgtle.execute('k8s_fdw', target => 'hostile')" &&
  exposed -f "$work/next/k8s_fdw.pgtle.sql" && exposed -c "CALL pgtle.execute('k8s_fdw', '0.0.1', 'hostile')" && [ "$(sql -d "$db" -c "SELECT k8s_fdw.version()")" = "$next" ] && is_untouched "the update" &&
  safely -c "DROP SCHEMA k8s_fdw CASCADE" -c "DROP FUNCTION hostile.k8s_fdw_validator CASCADE" && exposed -c "CALL pgtle.execute('k8s_fdw', target => 'hostile')" && is_complete 1 && is_untouched "the installation"
}
# All of the extension's functions, with bodies that are traps, in a schema of its name; and pg_tle's.
made_up() {
  trapped && safely -c "CREATE SCHEMA tools" -c "CREATE EXTENSION wrappers SCHEMA tools" -c "GRANT USAGE ON SCHEMA tools TO PUBLIC" \
    -c "SET SESSION AUTHORIZATION k8s_fdw_hostile" -f "$work/next/k8s_fdw.sql" -f "$here/support/pgtle.sql" -f "$here/hostile/made-up.sql" &&
  exposed -f "$work/next/k8s_fdw.sql"; exposed -f "$work/next/k8s_fdw.pgtle.sql"; exposed -c "CREATE EXTENSION k8s_fdw SCHEMA hostile"
  exposed -c "CREATE FOREIGN DATA WRAPPER other" -c "CREATE SERVER other FOREIGN DATA WRAPPER other" -c "DROP SERVER other"
  [ "$(grep -c 'ERROR:.*\(schema k8s_fdw belongs to another role\|not those of pg_tle\)' "$hostile_log")" = 3 ] || { echo "it was not refused"; tail -n 5 "$hostile_log"; return 1; }
  is_untouched "a made-up schema"
}
restored() { # from what the way before it left
  "$bin/pg_dump" -d "$db" > "$work/hostile.sql" && fresh "$db" && : > "$hostile_log" || return 1
  PGOPTIONS='-c client_min_messages=warning' "$bin/psql" -X -q -At -d "$db" -f "$work/hostile.sql" >> "$hostile_log" 2>&1
  [ "$(sql -d "$db" -c "SELECT count(*) > 0 FROM pg_foreign_server" -c "SELECT count(*) > 0 FROM pg_foreign_table" -c "SELECT count(*) > 1000 FROM pg_operator WHERE oprnamespace = to_regnamespace('hostile')")" = 't
t
t' ] && is_complete 1 && is_untouched "restored"
}
restored_extension() { trapped && safely -c "CREATE EXTENSION k8s_fdw SCHEMA hostile CASCADE" && use k8s_fdw && restored; }

# The same without the path, and each function without its own, must be caught: else the traps are none.
is_caught() { [ "$(sql -d "$db" -c 'SELECT is_called FROM hostile.calls')" = t ]; }
catches_extension() { trapped && safely -c "CREATE EXTENSION wrappers SCHEMA hostile" && { exposed -c "CREATE EXTENSION k8s_fdw VERSION '0.0.8' SCHEMA public"; is_caught; }; }
catches_update() { trapped && safely -c "CREATE EXTENSION k8s_fdw VERSION '0.0.1' SCHEMA hostile CASCADE" && { exposed -c "ALTER EXTENSION k8s_fdw UPDATE TO '0.0.8'"; is_caught; }; }
catches_script() { trapped && safely -c "CREATE EXTENSION wrappers SCHEMA hostile" && { unguarded "$work/next/k8s_fdw.sql" | head -n 40 | exposed; is_caught; }; }
catches_pgtle() { trapped && safely -f "$here/support/pgtle.sql" && { unguarded "$work/next/k8s_fdw.pgtle.sql" | exposed; is_caught; }; }
catches_functions() {
  trapped && vault && safely -c "CREATE EXTENSION k8s_fdw SCHEMA hostile CASCADE" -f "$here/hostile/without-path.sql" && use k8s_fdw "$PGUSER" && is_caught || return 1
  # What Postgres puts in place of its call is in no stack, so not every name can be there.
  grep 'caught ' "$hostile_log" | grep -oE '\bk8s_fdw[._]\w+' | sort -u > "$work/reached"
  [ "$(wc -l < "$work/reached")" -ge 40 ] || { echo "few functions were reached:"; cat "$work/reached"; return 1; }
  # The functions that run as their owner, and whoever calls them.
  safely -c "SELECT setval('hostile.calls', 1, false)" && : > "$hostile_log" && { call_all k8s_fdw_hostile; is_caught; } && grep -q "caught $PGUSER in" "$hostile_log"
}

hostile_roles() {
  for role in k8s_fdw_hostile k8s_fdw_victim; do sql -d postgres -c "SET client_min_messages = error" -c "DROP ROLE IF EXISTS $role" ${1:+-c "CREATE ROLE $role"}; done
}
for database in "$db" "$traps"; do sql -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $database WITH (FORCE)"; done
drop_hosted; hostile_roles anew
for version in "0.0.8" "0.0.1--0.0.8"; do unguarded "$work/next/k8s_fdw--${version/0.0.8/$next}.sql" > "$work/k8s_fdw--$version.sql"; lay "$work/k8s_fdw--$version.sql"; done
lay_traps; verdict "traps" $?
for way in by_extension by_extension_beside by_update by_script restored by_script_of_owner by_pgtle made_up restored_extension \
           catches_extension catches_update catches_script catches_pgtle catches_functions; do
  $way; verdict "traps: $way" $?
done
drop_hosted
sql -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $db WITH (FORCE)" -c "DROP DATABASE IF EXISTS $traps WITH (FORCE)"
hostile_roles
