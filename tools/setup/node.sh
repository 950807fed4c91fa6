# Installs the pinned Node.js and npm (tools/node) and, with them, the npm packages of the lock file. It sets NODE and
# puts both first on PATH. The system's Node and npm only serve to fetch the pinned ones: an older npm leaves out, without
# a word, an optional package that asks for a newer Node.js, and the bundler's binary is one.
# shellcheck shell=bash

PINNED=$ROOT/tools/node/node_modules

# as_locked NAME FOLDER: is FOLDER/node_modules what FOLDER's lock file says?
as_locked() { [ -d "$2/node_modules" ] && fresh "$1" "$2/package-lock.json"; }

packages_node() { command -v npm >/dev/null || as_locked node "$ROOT/tools/node" || printf '%s\n' nodejs npm; }

npm_ci() {
  cd "$2" || return
  npm ci --no-audit --no-fund
  remember "$1" package-lock.json
}

# npm_packages NAME FOLDER LABEL
npm_packages() { as_locked "$1" "$2" || step "fetching $3" "$1" npm_ci "$1" "$2"; }

setup_node() {
  as_locked node "$ROOT/tools/node" || require npm
  npm_packages node "$ROOT/tools/node" 'the pinned Node.js'
  # An older npm links no node into .bin.
  NODE=$(compgen -G "$PINNED/node-linux-*/bin/node" || true)
  export NODE PATH="${NODE%/*}:$PINNED/.bin:$PATH"
  [ -n "$NODE" ] || die "no pinned Node.js for this machine ($(uname -sm)): see tools/node/package.json"
  npm_packages modules "$ROOT" 'the npm packages'
}
