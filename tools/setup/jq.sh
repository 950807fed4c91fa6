# Installs the command jq, with which the benchmark compares.
# shellcheck shell=bash

packages_jq() { command -v jq >/dev/null || echo jq; }

setup_jq() { require jq; }
