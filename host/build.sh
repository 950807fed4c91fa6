#!/usr/bin/env bash
# Builds the extension's own library: build.sh PG_CONFIG OUT_DIR. OUT_DIR gets k8s_fdw.so; nothing is installed.
#
# Needs rustup, and of Debian: build-essential libclang-dev postgresql-server-dev-NN (its pg_config is
# /usr/lib/postgresql/NN/bin/pg_config). CARGO_TARGET_DIR overrides the build folder, LIBCLANG_PATH where libclang is
# looked for. With CLIPPY=1 it builds nothing, and has clippy read all crates and their tests.
set -euo pipefail

[[ $# -eq 2 ]] || { echo "usage: $0 PG_CONFIG OUT_DIR" >&2; exit 2; }
pg_config=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { echo "host: $*"; }
die() {
  say "$*" >&2
  exit 1
}

major=$("$pg_config" --version | sed -E 's/^PostgreSQL ([0-9]+).*/\1/')
case $major in
  15 | 16 | 17 | 18) ;;
  *) die "PostgreSQL $major is not supported: 15 to 18" ;;
esac
[[ -f $("$pg_config" --includedir-server)/postgres.h ]] ||
  die "no server headers: install postgresql-server-dev-$major"
if [[ -z ${LIBCLANG_PATH:-} ]]; then
  libclang=$(find /usr/lib/llvm-*/lib /usr/lib/*-linux-gnu /usr/lib64 -maxdepth 1 \
    \( -name 'libclang.so*' -o -name 'libclang-*.so*' \) 2>/dev/null | sort -V | tail -1)
  [[ -n $libclang ]] || die "no libclang: install libclang-dev"
  LIBCLANG_PATH=$(dirname "$libclang")
  export LIBCLANG_PATH
fi

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../.cache/host}
export PGRX_PG_CONFIG_PATH=$pg_config
mkdir -p "$CARGO_TARGET_DIR"
CARGO_TARGET_DIR=$(realpath "$CARGO_TARGET_DIR")

features=(--no-default-features --features "pg$major")
if [[ -n ${CLIPPY:-} ]]; then
  cd "$here"
  exec cargo clippy --release --locked --workspace --all-targets "${features[@]}" -- -D warnings
fi

# Builds for several majors may share the folder; cargo would take the library of another for fresh.
exec 9>"$CARGO_TARGET_DIR/.own-host.lock"
flock 9
rm -f "$CARGO_TARGET_DIR"/release/{,deps/}libk8s_fdw.so

say "building for PostgreSQL $major (minutes when nothing is built yet)"
started=$SECONDS
(cd "$here" && cargo build --release --locked "${features[@]}")

# It is moved into its place, because a server may have the old one mapped.
cp "$CARGO_TARGET_DIR/release/libk8s_fdw.so" "$out/k8s_fdw.so.new"
mv "$out/k8s_fdw.so.new" "$out/k8s_fdw.so"
say "$(du -h "$out/k8s_fdw.so" | cut -f1) in $out after $((SECONDS - started)) s"
