# How a setup step is shown (its label, its time, its log, the end of the log after a failure), and what "missing" means
# for apt.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=$ROOT/.cache/setup
LOGS=$ROOT/.cache/logs
export ROOT CACHE LOGS
mkdir -p "$CACHE" "$LOGS"

say() { printf '==> %s\n' "$*"; }
die() { printf '==> %s\n' "$*" >&2; exit 1; }

# step LABEL LOG COMMAND...: the command's output goes to .cache/logs/LOG.log.
step() {
  local label=$1 log=$LOGS/$2.log begun=$SECONDS status=0 beat
  shift 2
  say "$label …"
  : >"$log"
  # The sleep, which outlives what started it, must not hold the caller's pipe open.
  while sleep 30 >/dev/null 2>&1; do
    printf '    %d s: %s\n' $((SECONDS - begun)) "$(tail -n 1 "$log" | cut -c 1-100)"
  done &
  beat=$!
  set +e
  (
    set -e
    "$@"
  ) >>"$log" 2>&1 </dev/null
  status=$?
  set -e
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then
    say "$label … failed after $((SECONDS - begun)) s; the end of $log:" >&2
    tail -n 40 "$log" >&2
    exit "$status"
  fi
  say "$label … $((SECONDS - begun)) s"
}

is_function() { declare -F "$1" >/dev/null; }

# fresh NAME FILE...: are these files as they were when remember was given them?
fresh() { [ "$(cat "$CACHE/$1.stamp" 2>/dev/null)" = "$(cat "${@:2}" | sha256sum)" ]; }
remember() { cat "${@:2}" | sha256sum >"$CACHE/$1.stamp"; }

# require COMMAND
require() { command -v "$1" >/dev/null || die "$1 is missing, and there is no apt-get here to install it with"; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this step must run as root and there is no sudo here: $*"
  fi
}

have_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Once a run, and only when something is missing.
apt_update() {
  [ -z "${APT_UPDATED:-}" ] || return 0
  APT_UPDATED=yes
  step 'refreshing the list of packages' apt-update as_root env DEBIAN_FRONTEND=noninteractive apt-get update
}

# --no-remove: a package of ours never pushes one of the user's out.
apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
    apt-get install -y --no-remove --no-install-recommends "$@"
}

# offered PACKAGE: does apt have it?
offered() {
  apt_update
  apt-cache policy "$1" 2>/dev/null | grep '^  Candidate: [^(]' >/dev/null
}

# make_venv FOLDER REQUIREMENTS: a new environment of Python with these packages.
make_venv() {
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --disable-pip-version-check --require-hashes --only-binary :all: -r "$2"
}

# ensure_packages PACKAGE...: installs those that are missing, in one go.
ensure_packages() {
  local package missing=()
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  apt_update
  step "installing ${missing[*]}" apt-install apt_install "${missing[@]}"
}
