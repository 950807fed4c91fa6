#!/usr/bin/env bash
# Runs a script on the pinned Node after these needs are met: with.sh NEED... -- SCRIPT.ts ARGS. If everything is there
# it takes less than a second.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/setup/lib.sh
. tools/setup/lib.sh

needs=(base)
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  needs+=("$1")
  shift
done
[ "${1:-}" != -- ] || shift

packages=()
for need in "${needs[@]}"; do
  # shellcheck source=/dev/null
  . "tools/setup/$need.sh"
  mapfile -t wanted < <("packages_$need")
  packages+=("${wanted[@]}")
done
if have_apt && [ "${#packages[@]}" -gt 0 ]; then
  ensure_packages "${packages[@]}"
fi
for need in "${needs[@]}"; do
  "setup_$need"
done

[ $# -eq 0 ] || exec "$NODE" "$@"
