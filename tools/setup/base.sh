# Installs the ordinary tools that every build needs: a C compiler, git, curl and certificates.
# shellcheck shell=bash

packages_base() {
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  command -v curl >/dev/null || echo curl
  command -v git >/dev/null || echo git
}

setup_base() {
  require curl
  require git
}
