#!/usr/bin/env bash
# Reads logs of event files with narrate and with TensorBoard's EventAccumulator, one after the other in the same session, and prints how
# long it took and how much memory. The logs are made once, below .interop/bench-events.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/../interop/environments.sh"
work="$root/.interop/bench-events"
export PATH="$root/node_modules/.bin:$PATH" TF_CPP_MIN_LOG_LEVEL=3

make_environment events tensorboard tensorboardX
mkdir -p "$work"
if [ ! -e "$work/made" ]; then
  say "making logs of event files (once)"
  rm -rf "$work/logs"
  quietly "$(python_of events)" "$here/make_events.py" "$work/logs"
  touch "$work/made"
fi
results="$work/results.jsonl"
: >"$results"

# measure READER LOG COMMAND…: the command prints one JSON value.
measure() {
  local reader=$1 log=$2
  shift 2
  printf '{"reader":"%s","log":"%s","result":%s}\n' "$reader" "$log" "$("$@" 2>>"$work/errors.log" | tail -1)" >>"$results"
}

for log in values runs pictures; do
  # Both read a log that the machine has read before: neither pays for the disk.
  node "$here/read-events.ts" "$work/logs/$log" >/dev/null
  for _ in 1 2 3; do
    measure narrate "$log" node "$here/read-events.ts" "$work/logs/$log"
  done
  say "TensorBoard $(version_of events tensorboard) reads the log of $log"
  measure EventAccumulator "$log" "$(python_of events)" "$here/read_events.py" "$work/logs/$log"
done
node "$here/print-events.ts" "$results"
