#!/usr/bin/env bash
# Makes the C bindings from wit/ with wit-bindgen, which generator/Cargo.lock pins; with --check compares instead of
# writing. The bindings stand in the repository so that building the component needs no Rust compiler.
set -euo pipefail
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# Cargo compiles it once, and again only if it has changed.
export CARGO_TARGET_DIR=$PWD/../../.cache/bindings
cargo run --quiet --locked --manifest-path generator/Cargo.toml -- ../../wit wrappers "$made"

if [ "${1:-}" = --check ]; then
  for file in wrappers.c wrappers.h; do
    cmp "$made/$file" "$file" || { echo "component/bindings/$file is not what wit/ gives: run component/bindings/generate.sh" >&2; exit 1; }
  done
  echo "component/bindings is what wit-bindgen makes of wit/"
else
  cp "$made"/wrappers.c "$made"/wrappers.h .
fi
