# Installs pg_cron for a PostgreSQL that apt installed, for the tests of the cookbook. If it cannot be had this does not
# fail, because the test says so.
# shellcheck shell=bash

packages_cron() { :; }

# After setup_postgres, which knows the version.
setup_cron() {
  local package
  [[ ${PG_CONFIG:-} =~ ^/usr/lib/postgresql/([0-9]+)/ ]] && have_apt || {
    say "PG_CONFIG is not one that apt has installed: pg_cron is tested only if it is there"
    return 0
  }
  package=postgresql-${BASH_REMATCH[1]}-cron
  if installed "$package" || offered "$package"; then
    ensure_packages "$package"
  else
    say "apt offers no $package: the tests leave pg_cron out, and say so"
  fi
}
