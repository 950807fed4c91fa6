# Installs the npm packages of the documentation site (tools/site), which nothing else needs. It needs "node" before it.
# shellcheck shell=bash

packages_site() { :; }

setup_site() {
  fresh "$ROOT/tools/site" "$CACHE/site.stamp" ||
    step 'fetching the npm packages of the site' site-modules pinned_npm_ci "$ROOT/tools/site" "$CACHE/site.stamp"
}
