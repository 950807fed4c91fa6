#!/usr/bin/env bash
# Runs kubectl proxy on loopback until SIGTERM: reports a kubeconfig that cannot be used, and restarts a proxy that
# ended. Of the kubeconfig only the server's address may be printed.
set -u

kubeconfig=$1
port=$2
longest=${K8S_FDW_PROXY_LONGEST_PAUSE:-60}
pause=1
child=''

say() { printf 'k8s_fdw: %s\n' "$*" >&2; }

finish() {
  trap - TERM
  if [ -n "$child" ]; then
    kill "$child" 2> /dev/null
    wait "$child" 2> /dev/null
  fi
  exit 0
}
trap finish TERM

# What a query never needs. Methods that change or delete; and what lets a request through to a pod, a node or a service, gives a token or evicts:
# only where such a name is a subresource, for a namespace, a pod or a service may have it as its own. kubectl's default is exec and attach alone.
# deploy/wrappers/postgres.yaml has the same.
reject_methods='^(PUT|PATCH|DELETE)$'
reject_paths='^/api(/v1|s/[^/]+/[^/]+)/namespaces/[^/]+/[^/]+/[^/]+/(exec|attach|portforward|proxy|token|eviction)(/|$)'
reject_nodes='^/api/v1/nodes/[^/]+/proxy(/|$)'

# In the background and waited for, so that a signal is not kept waiting.
run() {
  "$@" &
  child=$!
  wait "$child"
  status=$?
  child=''
  return "$status"
}

relay() {
  local line
  while IFS= read -r line; do say "kubectl proxy: $line"; done
}

# Without a cluster in it kubectl would take localhost:8080, or the pod's own service account.
address() {
  kubectl --kubeconfig "$kubeconfig" config view --minify -o 'jsonpath={.clusters[0].cluster.server}' 2>&1
}

announce() {
  local server
  if ! server=$(address); then
    say "$kubeconfig cannot be used: $server"
    return 1
  elif [ -z "$server" ]; then
    say "$kubeconfig cannot be used: its current context has no cluster with a server"
    return 1
  fi
  say "kubectl proxy for $server listens on 127.0.0.1:$port"
  case $server in
  *://127.* | *://localhost[:/]* | *://localhost | *://\[::1\]*)
    say "that address is this container itself, unless it shares the host's network: --network host; for kind: --network kind, and 'kind get kubeconfig --internal'"
    ;;
  esac
}

while :; do
  begun=$SECONDS
  if announce; then
    run kubectl --kubeconfig "$kubeconfig" proxy --address 127.0.0.1 --port "$port" \
      --reject-methods "$reject_methods" --reject-paths "$reject_paths,$reject_nodes" > >(relay) 2>&1
    say "kubectl proxy ended with status $status"
  fi
  [ $((SECONDS - begun)) -lt "$longest" ] || pause=1
  say "queries of the cluster fail until it runs; next try in $pause s"
  run sleep "$pause"
  pause=$((pause * 2 > longest ? longest : pause * 2))
done
