#!/usr/bin/env bash
# Owns the build of the test host: build.sh PG_CONFIG VARIANT OUT_DIR (VARIANT: current | legacy).
# Never installs anything; OUT_DIR gets wrappers.so, wrappers.control and the extension's SQL.
#
# Needs rustup, and of Debian: build-essential pkg-config libssl-dev libclang-dev
# postgresql-server-dev-NN (its pg_config is /usr/lib/postgresql/NN/bin/pg_config).
# CARGO_TARGET_DIR overrides the build folder (variants that share one share most of the work),
# LIBCLANG_PATH where libclang is looked for.
set -euo pipefail

if [[ $# -ne 3 ]]; then
  echo "usage: $0 PG_CONFIG current|legacy OUT_DIR" >&2
  exit 2
fi
pg_config=$(realpath "$1")
variant=$2
mkdir -p "$3"
out=$(realpath "$3")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { echo "host ($variant): $*"; }
die() {
  say "$*" >&2
  exit 1
}

[[ $variant == current || $variant == legacy ]] || die "no such variant"
major=$("$pg_config" --version | sed -E 's/^PostgreSQL ([0-9]+).*/\1/')
case $major in
  15 | 16 | 17 | 18) ;;
  *) die "PostgreSQL $major is not supported: 15 to 18" ;;
esac

# What the output depends on; the stamp is written last, so a build cut short is built again.
stamp=$(
  cd "$here"
  {
    "$pg_config" --version
    "$pg_config" --includedir-server
    find ../../wit wit src logic extension "$variant" build.sh rust-toolchain.toml -type f \
      -not -path '*/target/*' -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
)
if [[ -f $out/wrappers.so && $(cat "$out/.wrappers.stamp" 2>/dev/null) == "$stamp" ]]; then
  say "up to date in $out"
  exit 0
fi

[[ -f $("$pg_config" --includedir-server)/postgres.h ]] ||
  die "no server headers: install postgresql-server-dev-$major"
if [[ -z ${LIBCLANG_PATH:-} ]]; then
  libclang=$(find /usr/lib/llvm-*/lib /usr/lib/*-linux-gnu /usr/lib64 -maxdepth 1 \
    \( -name 'libclang.so*' -o -name 'libclang-*.so*' \) 2>/dev/null | sort -V | tail -1)
  [[ -n $libclang ]] || die "no libclang: install libclang-dev"
  LIBCLANG_PATH=$(dirname "$libclang")
  export LIBCLANG_PATH
fi

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../../.cache/host}
export PGRX_PG_CONFIG_PATH=$pg_config
mkdir -p "$CARGO_TARGET_DIR"
CARGO_TARGET_DIR=$(realpath "$CARGO_TARGET_DIR")

# Variants and majors may share the folder, and all but this one library; cargo would take the library
# of another for fresh, since its name carries no hash.
exec 9>"$CARGO_TARGET_DIR/.host.lock"
flock 9
rm -f "$CARGO_TARGET_DIR"/release/{,deps/}libwrappers.so

say "building for PostgreSQL $major (minutes when nothing is built yet)"
started=$SECONDS
(
  cd "$here/$variant"
  nice cargo build --release --locked --no-default-features --features "pg$major"
)

# A new file each time: a server may still have the old one mapped.
rm -f "$out/wrappers.so" "$out"/wrappers--*.sql
cp "$CARGO_TARGET_DIR/release/libwrappers.so" "$out/wrappers.so"
cp "$here/extension/wrappers.control" "$here"/extension/wrappers--*.sql "$out/"
echo "$stamp" >"$out/.wrappers.stamp"
say "$(du -h "$out/wrappers.so" | cut -f1) in $out after $((SECONDS - started)) s"
