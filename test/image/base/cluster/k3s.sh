#!/bin/sh
# Does what compose.yaml relies on in k3s: `server --tls-san=NAME` serves an API server on port 6443 under that name,
# has pods, and writes a kubeconfig. There is no kubelet, so no container runs in this cluster.
set -eu

[ "${1:-}" = server ] || { echo "k3s: only 'server' is there" >&2; exit 2; }
name=localhost
for argument in "$@"; do
  case $argument in
  --tls-san=*) name=${argument#--tls-san=} ;;
  esac
done
state=/var/lib/rancher/k3s
kubeconfig=${K3S_KUBECONFIG_OUTPUT:-/etc/rancher/k3s/k3s.yaml}
mkdir -p "$state" "$(dirname "$kubeconfig")"

# The tests' API server has a certificate for loopback alone: this one is for the name that others call it by, of an
# authority of its own.
certify() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "$@" 2> /dev/null; }
certify -subj /CN=authority -keyout "$state/authority.key" -out "$state/authority.crt"
certify -CA "$state/authority.crt" -CAkey "$state/authority.key" -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
  -addext basicConstraints=CA:FALSE -keyout "$state/name.key" -out "$state/name.crt"
cluster serve --dir "$state/cluster" --port 6443 --api-server-flag "--tls-sni-cert-key=$state/name.crt,$state/name.key" &
server=$!
trap 'kill "$server"' TERM INT
until [ -f "$state/cluster/ready.json" ]; do
  kill -0 "$server"
  sleep 0.2
done
cluster seed --kubeconfig "$state/cluster/kubeconfig" --set talk
# It listens on loopback alone.
socat "TCP-LISTEN:6443,bind=$(hostname -i | cut -d ' ' -f 1),fork,reuseaddr" TCP:127.0.0.1:6443 &

token=$(kubectl --kubeconfig "$state/cluster/kubeconfig" config view --raw --minify -o 'jsonpath={.users[0].user.token}')
authorities=$(cat "$state/cluster/ca.crt" "$state/authority.crt" | base64 -w 0)
umask 077
cat > "$kubeconfig.new" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: default
  cluster:
    server: https://127.0.0.1:6443
    certificate-authority-data: $authorities
users:
- name: default
  user:
    token: $token
contexts:
- name: default
  context:
    cluster: default
    user: default
current-context: default
YAML
chmod "${K3S_KUBECONFIG_MODE:-600}" "$kubeconfig.new"
mv "$kubeconfig.new" "$kubeconfig"
while kill -0 "$server" 2> /dev/null; do wait "$server" || :; done
