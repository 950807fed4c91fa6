#!/bin/sh
# Builds the test cluster's binary: build.sh OUT_BINARY. Prints a line every 15 s while it compiles.
# Never fetches a tool, changes go.mod or writes anywhere but OUT_BINARY and Go's own caches.
set -eu

if [ $# -ne 1 ]; then
	echo "usage: build.sh OUT_BINARY" >&2
	exit 2
fi
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")"

if [ -x "$out" ] && [ -z "$(find go.mod go.sum build.sh main.go internal manifests -type f -newer "$out" ! -name '*_test.go')" ]; then
	echo "cluster: $out is up to date"
	exit 0
fi

# check.sh builds with the same settings, so that both share one build cache.
. ./build.env
start=$(date +%s)
(
	while sleep 15; do
		echo "cluster: building for $(($(date +%s) - start)) s (the first build compiles Kubernetes: some 6 minutes of CPU time)"
	done
) &
ticker=$!
trap 'kill $ticker 2>/dev/null || true' EXIT

go build -o "$out.new" -ldflags "-s -w $VERSION_FLAGS" .
mv "$out.new" "$out"
touch "$out"
echo "cluster: built $out in $(($(date +%s) - start)) s, $(($(wc -c <"$out") / 1000000)) MB"
