#!/usr/bin/env bash
# Goes on with the image's own entrypoint. k8s_fdw's own host reads the kubeconfig and talks to the cluster by itself, so
# nothing runs beside Postgres. In a pod it makes a kubeconfig that names the service account's files and holds nothing
# of them; elsewhere it says beforehand why CREATE SERVER could not read the one that is mounted.
set -eu

kubeconfig=${K8S_FDW_KUBECONFIG:-/kubeconfig}
# Where the kubelet mounts it; the tests have it elsewhere.
account=${K8S_FDW_SERVICE_ACCOUNT:-/var/run/secrets/kubernetes.io/serviceaccount}

say() { printf 'k8s_fdw: %s\n' "$*" >&2; }

# As client-go finds the API server in a pod.
in_cluster() {
  local host=$KUBERNETES_SERVICE_HOST
  case $host in *:*) host="[$host]" ;; esac
  cat <<YAML
apiVersion: v1
kind: Config
clusters:
- name: in-cluster
  cluster:
    server: https://$host:${KUBERNETES_SERVICE_PORT:-443}
    certificate-authority: $account/ca.crt
users:
- name: in-cluster
  user:
    tokenFile: $account/token
contexts:
- name: in-cluster
  context:
    cluster: in-cluster
    user: in-cluster
current-context: in-cluster
YAML
}

# Whether the server's user can: the base image's entrypoint, begun as root, goes on as postgres.
readable() {
  if [ "$(id -u)" = 0 ]; then gosu postgres test -r "$1"; else test -r "$1"; fi
}

if [ ! -e "$kubeconfig" ] && [ -n "${KUBERNETES_SERVICE_HOST:-}" ] && [ -e "$account/token" ]; then
  if in_cluster 2> /dev/null > "$kubeconfig"; then
    chmod 0644 "$kubeconfig"
    say "$kubeconfig is that of the pod's service account"
  else
    say "no right to write $kubeconfig for the pod's service account: let K8S_FDW_KUBECONFIG name another place"
  fi
elif [ ! -e "$kubeconfig" ]; then
  say "no kubeconfig is mounted at $kubeconfig"
elif [ -f "$kubeconfig/config" ]; then
  say "$kubeconfig is a folder: the server takes kubeconfig '$kubeconfig/config'"
  kubeconfig=$kubeconfig/config
elif [ -d "$kubeconfig" ]; then
  say "$kubeconfig is a folder without a file config: Docker makes one where the file of -v does not exist"
fi
if [ -f "$kubeconfig" ] && ! readable "$kubeconfig"; then
  say "Postgres cannot read $kubeconfig, whose mode is $(stat -c %a "$kubeconfig"): let others read the file, and close the folder that it is in (chmod 644, chmod 700)"
fi
exec docker-entrypoint.sh "$@"
