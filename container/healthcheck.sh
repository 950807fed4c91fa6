#!/bin/sh
# Checks that the container's database answers a query and has the wrapper. The cluster is not asked, because the
# database is healthy without it.
set -eu

# The database is made by a server that listens on no TCP port, so this fails until that is done.
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
else
  PGPASSWORD=${POSTGRES_PASSWORD:-}
fi
export PGPASSWORD PGCONNECT_TIMEOUT=3
answer=$(psql --no-psqlrc --no-password --quiet --tuples-only --no-align \
  --host=127.0.0.1 --port="${PGPORT:-5432}" --username="${POSTGRES_USER:-postgres}" --dbname="${POSTGRES_DB:-${POSTGRES_USER:-postgres}}" \
  --command="SELECT count(*) FROM pg_foreign_data_wrapper WHERE fdwname = 'k8s_fdw'")
[ "$answer" = 1 ]
