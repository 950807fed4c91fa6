# Installs the npm packages of the documentation site (tools/site), which nothing else needs. It needs "node" before it.
# shellcheck shell=bash

setup_site() { npm_packages site-modules "$ROOT/tools/site" 'the npm packages of the site'; }
