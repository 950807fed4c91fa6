# Puts a go command on PATH that is new enough for test/cluster/go.mod. A Go that is there is not replaced: an older one
# fetches the newer through the Go module proxy.
# shellcheck shell=bash

find_go() {
  export PATH="$PATH:/usr/local/go/bin:/usr/lib/go/bin"
  command -v go >/dev/null
}

packages_go() {
  command -v cc >/dev/null || echo build-essential
  find_go || echo golang-go
}

# go 1.21 and later fetch the toolchain that go.mod asks for by themselves (GOTOOLCHAIN=auto).
updates_itself() {
  local version
  version=$(cd / && GOTOOLCHAIN=local go version)
  [[ ! $version =~ go1\.([0-9]|1[0-9]|20)[^0-9] ]]
}

# Module zips carry no file modes, and a go older than 1.21 doesn't know that this module is a toolchain.
fetch_toolchain() {
  local version=$1 into=$2 arch module from
  arch=$(go env GOARCH)
  module=golang.org/toolchain@v0.0.1-go$version.linux-$arch
  rm -rf "$into" "$into.new"
  mkdir -p "$into.new"
  cd "$into.new" || return
  printf 'module bootstrap\n' >go.mod
  GOFLAGS=-mod=mod go mod download "$module"
  from=$(go env GOMODCACHE)/$module
  cp -R "$from/." .
  chmod -R u+w .
  chmod +x bin/* pkg/tool/*/*
  bin/go version
  mv "$into.new" "$into"
}

setup_go() {
  local wanted fetched
  find_go || die 'go is missing, and there is no apt-get here to install it with'
  export GOTOOLCHAIN=${GOTOOLCHAIN:-auto}
  updates_itself && return
  wanted=$(sed -n 's/^go //p' "$ROOT/test/cluster/go.mod")
  fetched=$ROOT/.cache/go-$wanted
  [ -x "$fetched/bin/go" ] || step "fetching Go $wanted" go fetch_toolchain "$wanted" "$fetched"
  export PATH="$fetched/bin:$PATH" GOROOT="$fetched"
}
