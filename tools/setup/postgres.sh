# Installs PostgreSQL's programs and headers, 15 to 18, and exports PG_CONFIG unless the caller has chosen one. The
# system's own cluster must not be created, started, stopped or changed.
# shellcheck shell=bash

PG_OLDEST=15
PG_NEWEST=18

# The newest that is installed, else the one that apt offers, else (an older Ubuntu) one of the PostgreSQL project's.
pg_major() {
  local major
  for ((major = PG_NEWEST; major >= PG_OLDEST; major--)); do
    if [ -x "/usr/lib/postgresql/$major/bin/postgres" ]; then
      echo "$major"
      return
    fi
  done
  apt-cache depends postgresql 2>/dev/null | sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1
}

# Debian's wrapper in /usr/bin answers for whatever version it likes; the one in lib is the server's own.
pg_config_of() { echo "/usr/lib/postgresql/$1/bin/pg_config"; }

installed_headers() { [ -e "$("$1" --includedir-server 2>/dev/null)/postgres.h" ]; }

# postgresql-NN's installation makes a cluster and starts it, unless postgresql-common is told not to.
NO_CLUSTER=/etc/postgresql-common/createcluster.d/k8s_fdw.conf

install_without_cluster() {
  local status=0
  as_root mkdir -p "${NO_CLUSTER%/*}"
  echo 'create_main_cluster = false' | as_root tee "$NO_CLUSTER" >/dev/null
  # A subshell, so that after a failed installation the user's next one makes a cluster again.
  (ensure_packages "$@") || status=$?
  as_root rm "$NO_CLUSTER"
  [ "$status" -eq 0 ] || exit "$status"
}

# Only for systems whose own PostgreSQL is too old (Ubuntu 22.04 has 14).
add_pgdg() {
  say "apt's PostgreSQL is older than $PG_OLDEST: adding the PostgreSQL project's own repository (apt.postgresql.org)"
  ensure_packages postgresql-common ca-certificates gnupg
  step 'adding apt.postgresql.org' pgdg as_root /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
}

install_postgres() {
  have_apt || die "no PostgreSQL $PG_OLDEST to $PG_NEWEST found and no apt-get here: install one with its headers and pass PG_CONFIG=…"
  apt_update
  local major
  major=$(pg_major)
  if [[ ! $major =~ ^[0-9]+$ ]] || [ "$major" -lt "$PG_OLDEST" ] || [ "$major" -gt "$PG_NEWEST" ]; then
    add_pgdg
    major=$PG_NEWEST
  fi
  install_without_cluster "postgresql-$major" "postgresql-client-$major" "postgresql-server-dev-$major"
}

setup_postgres() {
  if [ -z "${PG_CONFIG:-}" ]; then
    installed_headers "$(pg_config_of "$(pg_major)")" || install_postgres
    PG_CONFIG=$(pg_config_of "$(pg_major)")
  elif [[ $PG_CONFIG =~ ^/usr/lib/postgresql/([0-9]+)/ ]] && [ -x "$PG_CONFIG" ] && ! installed_headers "$PG_CONFIG"; then
    ensure_packages "postgresql-server-dev-${BASH_REMATCH[1]}"
  fi
  [ -x "$PG_CONFIG" ] || die "PG_CONFIG is $PG_CONFIG, which can't be run"
  installed_headers "$PG_CONFIG" || die "$PG_CONFIG has no server headers: install its development package"
  export PG_CONFIG
}
