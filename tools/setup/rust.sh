# Installs rustup and the toolchain that test/host/rust-toolchain.toml pins, and sets RUSTUP_TOOLCHAIN for every later
# cargo. The user's default toolchain and shell profile must not change.
# shellcheck shell=bash

have_rustup() {
  export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
  command -v rustup >/dev/null
}

packages_rust() {
  command -v cc >/dev/null && command -v make >/dev/null || echo build-essential
  printf '%s\n' pkg-config libssl-dev
  [ -n "${LIBCLANG_PATH:-}" ] || echo libclang-dev
}

# The installer itself, of one version, instead of the script at sh.rustup.rs, which is another one every time.
RUSTUP_VERSION=1.28.2

rustup_sum() {
  case $1 in
  x86_64) echo 20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c ;;
  aarch64) echo e3853c5a252fca15252d07cb23a1bdd9377a8c6f3efa01531109281ae47f841c ;;
  esac
}

# rustup in turn compares each toolchain that it fetches with a checksum.
rustup_init() {
  local machine=${1:-$(uname -m)} sum folder
  sum=$(rustup_sum "$machine")
  [ -n "$sum" ] || die "no checksum of rustup is known for $machine: install rustup (https://rustup.rs), and do this again"
  folder=$(mktemp -d)
  curl --proto '=https' --tlsv1.2 -sSf -o "$folder/rustup-init" \
    "https://static.rust-lang.org/rustup/archive/$RUSTUP_VERSION/$machine-unknown-linux-gnu/rustup-init"
  if ! printf '%s  %s\n' "$sum" "$folder/rustup-init" | sha256sum --check --quiet; then
    rm -r "$folder"
    die "rustup-init $RUSTUP_VERSION is not the file whose checksum is known, so it was not run"
  fi
  chmod +x "$folder/rustup-init"
  "$folder/rustup-init" -y --profile minimal --default-toolchain none --no-modify-path
  rm -r "$folder"
}

setup_rust() {
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"$/\1/p' "$ROOT/test/host/rust-toolchain.toml")
  if ! have_rustup; then
    # apt's rustup conflicts with apt's cargo; --no-remove then refuses, and the official installer takes its place.
    if have_apt && ! installed cargo && ! installed rustc && offered rustup; then
      step 'installing rustup' rustup apt_install rustup
    fi
    have_rustup || step 'installing rustup from static.rust-lang.org' rustup rustup_init
    have_rustup || die 'rustup is not on PATH after its installation: see .cache/logs/rustup.log'
  fi
  if [ "$(rustup component list --installed --toolchain "$channel" 2>/dev/null | grep -cE '^(clippy|rustfmt)')" != 2 ]; then
    step "installing Rust $channel" rust rustup toolchain install "$channel" --profile minimal --component rustfmt,clippy --no-self-update
  fi
  export RUSTUP_TOOLCHAIN=$channel
}
