# Installs the linters of what is not TypeScript (tools/lint): a venv of packages from PyPI, and actionlint with Go. It
# sets LINT_BIN, and needs "go" before it.
# shellcheck shell=bash

LINT_BIN=$ROOT/.cache/lint/bin
LINT_PINS=("$ROOT/tools/lint/requirements.txt" "$ROOT/tools/lint/go.sum")

# Debian's python3 can be without ensurepip, which a venv needs.
packages_lint() { python3 -c 'import venv, ensurepip' 2>/dev/null || printf '%s\n' python3 python3-venv; }

make_linters() {
  make_venv "$ROOT/.cache/lint" "$ROOT/tools/lint/requirements.txt"
  cd "$ROOT/tools/lint" || return
  CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -o "$LINT_BIN/actionlint" github.com/rhysd/actionlint/cmd/actionlint
  remember lint "${LINT_PINS[@]}"
}

setup_lint() {
  { [ -x "$LINT_BIN/actionlint" ] && fresh lint "${LINT_PINS[@]}"; } || step 'fetching the linters' linters make_linters
  export LINT_BIN
}
