# Installs a container engine for the suite image (podman with runc) and podman-compose in a venv. If there is none to
# be had it does not fail: K8S_FDW_NO_ENGINE says why, and so does the suite.
# shellcheck shell=bash

COMPOSE=$ROOT/.cache/image/venv
COMPOSE_PINS=$ROOT/test/image/requirements.txt

# What podman needs to run, without what it only recommends: the runtime, the network, and what makes a root file system of Debian's packages.
ENGINE_PACKAGES=(podman runc netavark aardvark-dns nftables iptables mmdebstrap)

no_engine() {
  say "no container engine, so the image is not built: $*"
  export K8S_FDW_NO_ENGINE="$*"
}

make_compose() {
  make_venv "$COMPOSE" "$COMPOSE_PINS"
  remember compose "$COMPOSE_PINS"
}

# After setup_lint, which has seen to python3's venv.
setup_container() {
  local package
  have_apt || { no_engine 'there is no apt here to install podman with'; return; }
  grep -q '^ID=debian$' /etc/os-release || { no_engine "the images that stand in are made of Debian's packages, and this is not Debian"; return; }
  # In a chroot a command that podman runs in a container would land outside of both.
  mountpoint --quiet / || { no_engine 'this is a chroot, in which no container engine works'; return; }
  [ "$(id -u)" -eq 0 ] || { no_engine 'the engine and the file systems of its images need root'; return; }
  for package in "${ENGINE_PACKAGES[@]}"; do
    installed "$package" || offered "$package" || { no_engine "apt offers no $package"; return; }
  done
  ensure_packages "${ENGINE_PACKAGES[@]}"
  # A venv that came from another system has another Python.
  { "$COMPOSE/bin/podman-compose" --help >/dev/null 2>&1 && fresh compose "$COMPOSE_PINS"; } ||
    step 'fetching podman-compose' compose make_compose
}
