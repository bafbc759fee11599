#!/usr/bin/env bash
# Reads one .wandb log with narrate and with wandb's own reader in Python, by turns. The logs are made once by wandb itself, below .interop/bench.
#
#   BENCH_ROWS="20000 100000"   how many rows of ten metrics the logs hold
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
begin
make_environment wandb-reader "wandb>=0.27,<0.28"
for rows in ${BENCH_ROWS:-20000 100000}; do
  folder="$work/wandb-$rows"
  if [ ! -e "$folder/made" ]; then
    say "making a log of $rows rows (once)"
    rm -rf "$folder"
    quietly "$(python_of wandb-reader)" "$here/make_wandb.py" "$folder" "$rows"
    touch "$folder/made"
  fi
  log=$(find "$folder" -name '*.wandb' -type f | head -1)
  what="W&B log, $rows rows, $(($(stat -c %s "$log") / 1048576)) MiB"
  node "$(reader read-wandb)" "$folder/wandb" >/dev/null
  for round in $(rounds); do
    say "$what: round $round"
    measure "$what" narrate node "$(reader read-wandb)" "$folder/wandb"
    measure "$what" "wandb $(version_of wandb-reader wandb) DataStore" "$(python_of wandb-reader)" "$here/read_wandb.py" "$log"
  done
done
finish
