#!/usr/bin/env bash
# Runs a script on the pinned Node after these needs are met: with.sh NEED... -- SCRIPT.ts ARGS. A need is a file here, or
# a command that apt's package of the same name brings. If everything is there it takes less than a second.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/setup/lib.sh
. tools/setup/lib.sh

needs=(curl git)
until [ "$1" = -- ]; do
  needs+=("$1")
  shift
done
shift

packages=()
[ -e /etc/ssl/certs/ca-certificates.crt ] || packages+=(ca-certificates)
for need in "${needs[@]}"; do
  if [ -e "tools/setup/$need.sh" ]; then
    # shellcheck source=/dev/null
    . "tools/setup/$need.sh"
  elif ! command -v "$need" >/dev/null; then
    packages+=("$need")
  fi
  if is_function "packages_$need"; then
    mapfile -t wanted < <("packages_$need")
    packages+=("${wanted[@]}")
  fi
done
if have_apt && [ "${#packages[@]}" -gt 0 ]; then
  ensure_packages "${packages[@]}"
fi
for need in "${needs[@]}"; do
  if is_function "setup_$need"; then "setup_$need"; else require "$need"; fi
done

[ $# -eq 0 ] || exec "$NODE" "$@"
