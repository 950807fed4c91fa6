# Installs PostgreSQL's programs and headers, 15 to 18, and exports PG_CONFIG unless the caller has chosen one. The
# system's own cluster must not be created, started, stopped or changed.
# shellcheck shell=bash

PG_OLDEST=15
PG_NEWEST=18

supported() { [[ $1 =~ ^[0-9]+$ ]] && [ "$1" -ge "$PG_OLDEST" ] && [ "$1" -le "$PG_NEWEST" ]; }

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

# The headers of a server that is there; a missing server is install_postgres' matter.
packages_postgres() {
  local config=${PG_CONFIG:-}
  [ -n "$config" ] || config=$(pg_config_of "$(pg_major)")
  if [[ $config =~ ^/usr/lib/postgresql/([0-9]+)/ ]] && [ -x "$config" ] && ! installed_headers "$config"; then
    echo "postgresql-server-dev-${BASH_REMATCH[1]}"
  fi
}

# postgresql-NN's installation makes a cluster and starts it, unless postgresql-common's own switch says no.
before_postgres() {
  local conf=/etc/postgresql-common/createcluster.conf
  ensure_packages postgresql-common
  if ! grep -q '^create_main_cluster *= *false' "$conf"; then
    as_root cp -p "$conf" "$conf.k8s_fdw"
    printf 'create_main_cluster = false\n' | as_root tee -a "$conf" >/dev/null
  fi
}

after_postgres() {
  local conf=/etc/postgresql-common/createcluster.conf
  [ ! -e "$conf.k8s_fdw" ] || as_root mv "$conf.k8s_fdw" "$conf"
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
  if [ -z "$major" ] || ! supported "$major"; then
    add_pgdg
    major=$PG_NEWEST
  fi
  before_postgres
  # A subshell, so that a failed installation puts the switch back too.
  (ensure_packages "postgresql-$major" "postgresql-client-$major" "postgresql-server-dev-$major") || { after_postgres; exit 1; }
  after_postgres
}

setup_postgres() {
  local major
  if [ -z "${PG_CONFIG:-}" ]; then
    major=$(pg_major)
    if [ -z "$major" ] || [ ! -x "$(pg_config_of "$major")" ] || ! installed_headers "$(pg_config_of "$major")"; then
      install_postgres
      major=$(pg_major)
    fi
    PG_CONFIG=$(pg_config_of "$major")
  fi
  [ -x "$PG_CONFIG" ] || die "PG_CONFIG is $PG_CONFIG, which can't be run"
  installed_headers "$PG_CONFIG" || die "$PG_CONFIG has no server headers: install its development package"
  export PG_CONFIG
}
