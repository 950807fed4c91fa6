#!/usr/bin/env bash
# Does what container/ relies on in docker-entrypoint.sh of the official Postgres image: a database is made once, with a
# password, by a server that only listens on a socket; then the script runs; then this becomes the server.
set -eu
[ "$1" = postgres ] || exec "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  [ -n "${POSTGRES_PASSWORD:-}" ] || { echo 'superuser password is not specified' >&2; exit 1; }
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth=trust --no-sync > /dev/null
  pg_ctl --wait --silent -o "-c listen_addresses='' -c unix_socket_directories='$PGHOST' -p $PGPORT" start
  "$INIT_SCRIPT"
  pg_ctl --wait --silent --mode=fast stop
fi
exec "$@"
