#!/bin/sh
# Checks the test cluster's code: formatting, go vet, and its tests on a binary built first.
# Never changes a file; arguments go to go test.
set -eu
cd "$(dirname "$0")"

unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
	echo "cluster: run gofmt -w on:" "$unformatted" >&2
	exit 1
fi
CLUSTER_BINARY=${CLUSTER_BINARY:-$(cd ../.. && pwd)/.cache/cluster}
KUBECTL=${KUBECTL:-$(cd ../.. && pwd)/.cache/kubectl}
export CLUSTER_BINARY KUBECTL
./build.sh "$CLUSTER_BINARY"
. ./build.env
go vet ./...
# go vet has been; with its own choice of checks, go test would analyse all of Kubernetes once more.
go test -vet=off ./... "$@"
