# Installs the npm packages of the documentation site (tools/site), which nothing else needs. It needs "node" before it.
# shellcheck shell=bash

packages_site() {
  if ! command -v npm >/dev/null && ! fresh "$ROOT/tools/site" "$CACHE/site.stamp"; then
    printf '%s\n' nodejs npm
  fi
}

setup_site() {
  fresh "$ROOT/tools/site" "$CACHE/site.stamp" || (
    # As in node.sh: the system's npm runs on the system's Node.
    PATH=${PATH//"${NODE%/*}:"/}
    step 'fetching the npm packages of the site' site-modules npm_ci "$ROOT/tools/site" "$CACHE/site.stamp"
  )
}
