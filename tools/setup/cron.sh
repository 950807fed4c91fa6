# Installs pg_cron for a PostgreSQL that apt installed, for the tests of the cookbook. If it cannot be had this does not
# fail, because the test says so.
# shellcheck shell=bash

# After setup_postgres, which knows the version.
setup_cron() {
  local package=
  [[ $PG_CONFIG =~ ^/usr/lib/postgresql/([0-9]+)/ ]] && package=postgresql-${BASH_REMATCH[1]}-cron
  if have_apt && [ -n "$package" ] && { installed "$package" || offered "$package"; }; then
    ensure_packages "$package"
  else
    say "apt has no pg_cron for $PG_CONFIG: it is tested only if it is there"
  fi
}
