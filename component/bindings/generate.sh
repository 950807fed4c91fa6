#!/usr/bin/env bash
# Makes the C glue from wit/ with the pinned generator; with --check compares instead of writing.
# The glue stands in the repository so that building the component needs no Rust compiler.
set -euo pipefail
version=0.63.0
glue=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$glue/../.." && pwd)
tools=$root/.cache/wit-bindgen-$version

if [ ! -x "$tools/bin/wit-bindgen" ]; then
  echo "==> building wit-bindgen $version"
  cargo install --quiet --locked --root "$tools" --version "$version" --no-default-features --features c wit-bindgen-cli
fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$tools/bin/wit-bindgen" c --world wrappers --no-object-file --out-dir "$made" "$root/wit" >/dev/null
if [ "${1:-}" = --check ]; then
  for file in wrappers.c wrappers.h; do
    cmp "$made/$file" "$glue/$file" || { echo "component/bindings/$file is not what wit/ gives: run component/bindings/generate.sh" >&2; exit 1; }
  done
  echo "component/bindings is what wit-bindgen $version makes of wit/"
else
  cp "$made"/wrappers.c "$made"/wrappers.h "$glue/"
fi
