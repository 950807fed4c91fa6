#!/usr/bin/env bash
# Does what container/ relies on in the entrypoint of the official Postgres image, which Supabase's image has as well: as
# root it gives the data folder to postgres and goes on as that user; a database is made once, with a password, by a
# server that only listens on a socket; the scripts run in the order of their names; then this becomes the server.
set -eu

[ "${1:0:1}" != - ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"

# Read as root, for the file may be nobody else's.
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
  POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
  unset POSTGRES_PASSWORD_FILE
fi
export POSTGRES_PASSWORD="${POSTGRES_PASSWORD:-}" POSTGRES_USER="${POSTGRES_USER:-postgres}"
export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"

mkdir -p "$PGDATA" /var/run/postgresql
chmod 700 "$PGDATA"
if [ "$(id -u)" = 0 ]; then
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec gosu postgres "${BASH_SOURCE[0]}" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  [ -n "$POSTGRES_PASSWORD" ] || { echo 'Error: Database is uninitialized and superuser password is not specified.' >&2; exit 1; }
  # The arguments are several words.
  # shellcheck disable=SC2086
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
  export PGPASSWORD="$POSTGRES_PASSWORD"
  server=("${@:2}" -c listen_addresses= -p "${PGPORT:-5432}")
  pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${server[@]}")" -w start
  query=(psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username="$POSTGRES_USER")
  if ! "${query[@]}" --list --tuples-only --no-align | grep -q "^$POSTGRES_DB|"; then
    "${query[@]}" --dbname=postgres --command="CREATE DATABASE \"$POSTGRES_DB\""
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
    *.sh)
      echo "$0: running $script"
      "$script"
      ;;
    *.sql)
      echo "$0: running $script"
      "${query[@]}" --dbname="$POSTGRES_DB" --file="$script"
      ;;
    *) echo "$0: ignoring $script" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
fi
exec "$@"
