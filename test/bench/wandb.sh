#!/usr/bin/env bash
# Reads one .wandb log with narrate and with wandb's own reader in Python, by turns in the same session, and prints how long it took and how much
# memory. The logs are made once by wandb itself, below .interop/bench.
#
#   BENCH_ROWS="20000 200000"   how many rows of ten metrics the logs hold
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/../interop/environments.sh"
work="$root/.interop/bench"
export PATH="$root/node_modules/.bin:$PATH"
export DO_NOT_TRACK=1

make_environment wandb-reader "wandb>=0.27,<0.28"
mkdir -p "$work"
for rows in ${BENCH_ROWS:-20000 100000}; do
  folder="$work/wandb-$rows"
  if [ ! -e "$folder/made" ]; then
    say "making a log of $rows rows (once)"
    rm -rf "$folder"
    quietly "$(python_of wandb-reader)" "$here/make_wandb.py" "$folder" "$rows"
    touch "$folder/made"
  fi
  log=$(find "$folder" -name '*.wandb' -type f | head -1)
  say "$rows rows, $(($(stat -c %s "$log") / 1048576)) MiB, read by turns by narrate and by wandb $(version_of wandb-reader wandb)"
  for _ in 1 2 3; do
    printf '  narrate %s\n' "$(node "$here/read-wandb.ts" "$folder/wandb")"
    printf '  wandb   %s\n' "$("$(python_of wandb-reader)" "$here/read_wandb.py" "$log" 2>/dev/null | tail -1)"
  done
done
