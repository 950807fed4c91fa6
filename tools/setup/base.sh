# Installs the ordinary tools that every build needs: a C compiler, git, curl and certificates.
# shellcheck shell=bash

packages_base() {
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  command -v curl >/dev/null || echo curl
  command -v git >/dev/null || echo git
}

setup_base() {
  local tool
  for tool in curl git; do
    command -v "$tool" >/dev/null || die "$tool is missing, and there is no apt-get here to install it with"
  done
}
