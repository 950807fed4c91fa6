# Installs the command jq, with which the benchmark compares.
# shellcheck shell=bash

packages_jq() { command -v jq >/dev/null || echo jq; }

setup_jq() { command -v jq >/dev/null || die 'jq is missing, and there is no apt-get here to install it with'; }
