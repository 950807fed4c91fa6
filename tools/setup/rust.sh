# Owns: rustup, and the toolchain that test/host/rust-toolchain.toml pins; RUSTUP_TOOLCHAIN for every cargo run after it.
# Never: changes the user's default toolchain or a shell profile.
# shellcheck shell=bash

rust_channel() {
  local channel
  channel=$(sed -n 's/^ *channel *= *"\(.*\)".*/\1/p' "$ROOT/test/host/rust-toolchain.toml" 2>/dev/null || true)
  echo "${channel:-1.97.1}"
}

have_rustup() {
  export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
  command -v rustup >/dev/null
}

packages_rust() {
  command -v cc >/dev/null && command -v make >/dev/null || echo build-essential
  printf '%s\n' pkg-config libssl-dev
  [ -n "${LIBCLANG_PATH:-}" ] || echo libclang-dev
}

rustup_init() {
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
    sh -s -- -y --profile minimal --default-toolchain none --no-modify-path
}

setup_rust() {
  local channel
  channel=$(rust_channel)
  if ! have_rustup; then
    # apt's rustup conflicts with apt's cargo; --no-remove then refuses, and the official installer takes its place.
    if have_apt && ! installed cargo && ! installed rustc; then
      apt_update
      [ -z "$(apt_candidate rustup)" ] || step 'installing rustup' rustup apt_install rustup
    fi
    have_rustup || step 'installing rustup from rustup.rs' rustup rustup_init
    have_rustup || die 'rustup is not on PATH after its installation: see .cache/logs/rustup.log'
  fi
  if ! rustup toolchain list 2>/dev/null | grep -q "^$channel-" || ! rustup which --toolchain "$channel" rustfmt >/dev/null 2>&1; then
    step "installing Rust $channel" rust rustup toolchain install "$channel" --profile minimal --component rustfmt --no-self-update
  fi
  export RUSTUP_TOOLCHAIN=$channel
}
