#!/bin/sh
# Installs k8s_fdw into the database that the image makes at its first start. On Wrappers it also says where kubectl proxy
# listens, and where the component is. Servers and tables are left to the user.
set -eu

exec psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1 \
  --username="${POSTGRES_USER:-postgres}" --dbname="${POSTGRES_DB:-${POSTGRES_USER:-postgres}}" \
  --set=kubeconfig="${K8S_FDW_KUBECONFIG:-/kubeconfig}" --set=api_url="http://127.0.0.1:${K8S_FDW_PROXY_PORT:-8001}" \
  --set=component="${K8S_FDW_SHARE:-/usr/local/share/k8s_fdw}/k8s_fdw.wasm" \
  --file="${K8S_FDW_SHARE:-/usr/local/share/k8s_fdw}/init.sql"
