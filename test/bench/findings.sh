#!/usr/bin/env bash
# Makes stores of planted histories and prints how long all findings over them take, each finder by itself, and how much memory.
# The stores are made once, below .interop/bench; files only up to 2 000 runs unless BENCH_KINDS asks for more.
#
#   BENCH_RUNS="1000 10000"   how many runs the stores hold
#   BENCH_KINDS="database"    which stores
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
build

for runs in ${BENCH_RUNS:-1000 10000}; do
  for kind in ${BENCH_KINDS:-files database}; do
    if [ -z "${BENCH_KINDS:-}" ] && [ "$kind" = files ] && [ "$runs" -gt 2000 ]; then continue; fi
    store="$work/planted-$kind-$runs"
    if [ ! -e "$store/made" ]; then
      printf '• making %s of %s planted runs (once)\n' "$kind" "$runs" >&2
      rm -rf "$store"
      node "$here/make-planted-store.ts" "$kind" "$runs" "$store"
    fi
    printf '%s, ' "$kind"
    node "$(reader measure-findings)" "$store/store"
  done
done
