#!/usr/bin/env bash
# The container's first process: gives a new database a password, and goes on with serve.sh, which is another one on each
# host. No credential may get into an argument, a file or a log.
set -eu

# Only a server needs any of this: `docker run … k8s_fdw psql` and the like go straight through.
case ${1:-postgres} in
postgres | -*) ;;
*) exec docker-entrypoint.sh "$@" ;;
esac

# The base image asks for a password when it makes the database. Nobody needs this one: from inside the container none is asked for.
if [ ! -s "${PGDATA:-/var/lib/postgresql/data}/PG_VERSION" ] && [ -z "${POSTGRES_PASSWORD:-}${POSTGRES_PASSWORD_FILE:-}" ] &&
  [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
  POSTGRES_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  export POSTGRES_PASSWORD
  printf 'k8s_fdw: %s\n' "no POSTGRES_PASSWORD is given, so a random one that is shown nowhere: connect from inside the container, or ALTER ROLE … PASSWORD there" >&2
fi

exec "$(dirname "$(readlink -f "$0")")/serve.sh" "$@"
