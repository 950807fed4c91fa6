#!/usr/bin/env bash
# Owns: what container/ relies on in the official Postgres image's docker-entrypoint.sh: a database is made once, which takes a password,
# by a server on a socket alone; then the one script; then it becomes the server.
# Never: part of the image.
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
