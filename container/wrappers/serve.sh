#!/usr/bin/env bash
# Runs the image's own entrypoint and, if a kubeconfig is mounted, kubectl proxy beside it. No credential may get into
# an argument, a file or a log.
set -eu

kubeconfig=${K8S_FDW_KUBECONFIG:-/kubeconfig}
port=${K8S_FDW_PROXY_PORT:-8001}
server='' interrupted=''

say() { printf 'k8s_fdw: %s\n' "$*" >&2; }

# Wrappers obeys HTTP_PROXY and its like, and must not look for the proxy on loopback there.
NO_PROXY=127.0.0.1${NO_PROXY:+,$NO_PROXY}${no_proxy:+,$no_proxy}
export NO_PROXY no_proxy="$NO_PROXY"

if [ -f "$kubeconfig/config" ]; then
  kubeconfig=$kubeconfig/config
elif [ -d "$kubeconfig" ]; then
  say "$kubeconfig is a folder without a file config, so no kubectl proxy runs: Docker makes one where the file of -v does not exist"
  exec docker-entrypoint.sh "$@"
elif [ ! -e "$kubeconfig" ]; then
  say "no kubeconfig is mounted at $kubeconfig, so no kubectl proxy runs"
  exec docker-entrypoint.sh "$@"
fi

# This process stays between the two: an exited child that is not Postgres' own would make Postgres restart all its sessions.
# shellcheck disable=SC2317,SC2329 # by trap
forward() {
  [ -n "$server" ] || exit 1
  interrupted=yes
  kill -s "$1" "$server" 2> /dev/null || :
}
for signal in TERM INT QUIT HUP; do
  # shellcheck disable=SC2064 # the name of now
  trap "forward $signal" "$signal"
done

"$(dirname "$(readlink -f "$0")")/proxy.sh" "$kubeconfig" "$port" &
proxy=$!
# With job control the server takes SIGINT, which background jobs ignore otherwise.
set -m
docker-entrypoint.sh "$@" &
server=$!
set +m

while :; do
  interrupted='' status=0
  wait "$server" || status=$?
  [ -n "$interrupted" ] || break
done
kill "$proxy" 2> /dev/null || :
wait "$proxy" 2> /dev/null || :
exit "$status"
