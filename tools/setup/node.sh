# Installs the pinned Node.js and npm (tools/node) and, with them, the npm packages of the lock file. It sets NODE and
# puts it first on PATH. The system's Node and npm only serve to fetch the pinned ones: an older npm leaves out, without
# a word, an optional package that asks for a newer Node.js, and the bundler's binary is one.
# shellcheck shell=bash

pinned_node() { find "$ROOT/tools/node/node_modules" -path '*/node-linux-*/bin/node' -print -quit 2>/dev/null || true; }

# fresh FOLDER STAMP: is FOLDER/node_modules what FOLDER's lock file says?
fresh() {
  [ -d "$1/node_modules" ] && [ "$(cat "$2" 2>/dev/null)" = "$(sha256sum <"$1/package-lock.json")" ]
}

packages_node() {
  if ! command -v npm >/dev/null && ! fresh "$ROOT/tools/node" "$CACHE/node.stamp"; then
    printf '%s\n' nodejs npm
  fi
}

# npm_ci FOLDER STAMP NPM…: installs what FOLDER's lock file says with the npm that the words after STAMP run.
npm_ci() {
  cd "$1" || return
  "${@:3}" ci --no-audit --no-fund
  sha256sum <package-lock.json >"$2"
}

# pinned_npm_ci FOLDER STAMP
pinned_npm_ci() {
  npm_ci "$1" "$2" "$NODE" "$ROOT/tools/node/node_modules/npm/bin/npm-cli.js"
}

setup_node() {
  if ! fresh "$ROOT/tools/node" "$CACHE/node.stamp"; then
    require npm
    step 'fetching the pinned Node.js' node npm_ci "$ROOT/tools/node" "$CACHE/node.stamp" npm
  fi
  NODE=$(pinned_node)
  [ -n "$NODE" ] || die "no pinned Node.js for this machine ($(uname -sm)): see tools/node/package.json"
  export NODE PATH="${NODE%/*}:$PATH"
  if ! fresh "$ROOT" "$CACHE/modules.stamp"; then
    step 'fetching the npm packages' modules pinned_npm_ci "$ROOT" "$CACHE/modules.stamp"
  fi
}
