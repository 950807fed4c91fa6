# Puts a go command on PATH that is new enough for test/cluster/go.mod. A Go that is there is not replaced: an older one
# fetches the newer through the Go module proxy.
# shellcheck shell=bash

# go 1.21 and later fetch the toolchain that go.mod asks for by themselves (GOTOOLCHAIN=auto).
GO_SELF_UPDATING=1.21

# Without the automatic switch, and outside any module that would ask for one.
go_version() { (cd / && GOTOOLCHAIN=local go version | cut -d ' ' -f 3 | sed 's/^go//'); }

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

find_go() {
  export PATH="$PATH:/usr/local/go/bin:/usr/lib/go/bin"
  command -v go >/dev/null
}

packages_go() {
  command -v cc >/dev/null || echo build-essential
  find_go || echo golang-go
}

# Module zips carry no file modes, and a go older than 1.21 doesn't know that this module is a toolchain.
fetch_toolchain() {
  local version=$1 into=$2 arch module from
  arch=$(go env GOARCH)
  module=golang.org/toolchain@v0.0.1-go$version.linux-$arch
  mkdir -p "$into.new"
  (
    cd "$into.new" || exit
    printf 'module bootstrap\n' >go.mod
    GOFLAGS=-mod=mod go mod download "$module"
  )
  from=$(go env GOMODCACHE)/$module
  cp -R "$from/." "$into.new/"
  chmod -R u+w "$into.new"
  chmod +x "$into.new"/bin/* "$into.new"/pkg/tool/*/*
  "$into.new/bin/go" version
  mv "$into.new" "$into"
}

setup_go() {
  local wanted fetched
  wanted=$(sed -n 's/^go //p' "$ROOT/test/cluster/go.mod")
  find_go || die 'go is missing, and there is no apt-get here to install it with'
  export GOTOOLCHAIN=${GOTOOLCHAIN:-auto}
  if ! at_least "$wanted" "$(go_version)" && ! at_least "$GO_SELF_UPDATING" "$(go_version)"; then
    fetched=$ROOT/.cache/go-$wanted
    [ -x "$fetched/bin/go" ] || { rm -rf "$fetched" "$fetched.new"; step "fetching Go $wanted" go fetch_toolchain "$wanted" "$fetched"; }
    export PATH="$fetched/bin:$PATH" GOROOT="$fetched"
  fi
}
