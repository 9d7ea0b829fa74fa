#!/bin/sh
# Builds Jaeger from Go's module proxy, pinned by tools/jaeger/go.sum, and prints where the binary lies.
# `go install` refuses this module for its replace line, so it is built as a tool of a module of its own.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cache=${JOBHUNTER_CACHE:-$root/.cache}
binary=$cache/servers/jaeger-1.62.0
if [ -x "$binary" ]; then
  echo "jaeger: using the one in the cache, because it was built before" >&2
else
  if ! command -v go > /dev/null 2>&1; then
    echo "jaeger: Go is needed to build it: install it from https://go.dev/dl and try again." >&2
    exit 1
  fi
  echo "jaeger: building 1.62.0 with Go, pinned by tools/jaeger/go.sum (some minutes, once)" >&2
  mkdir -p "$cache/servers"
  cd "$root/tools/jaeger"
  GOFLAGS=-mod=readonly CGO_ENABLED=0 GOWORK=off \
    go build -trimpath -ldflags='-s -w' -o "$binary.part" github.com/jaegertracing/jaeger/cmd/all-in-one
  mv "$binary.part" "$binary"
fi
echo "$binary"
