#!/usr/bin/env bash
# Compares what narrate reads of event files with what TensorBoard's own EventAccumulator reads, every value of them: logs that tensorboardX
# and TensorBoard's writers wrote, and, where NARRATE_REALDATA names a folder, all that lie below its folder `tensorboard`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/events"
export PATH="$root/node_modules/.bin:$PATH" TF_CPP_MIN_LOG_LEVEL=3

make_environment events tensorboard tensorboardX
rm -rf "$work"
mkdir -p "$work"
say "writing logs with TensorBoard $(version_of events tensorboard) and tensorboardX $(version_of events tensorboardX)"
quietly "$(python_of events)" "$here/write_events.py" "$work/written"

: >"$work/manifest.tsv"
for log in "$work/written"/* ${NARRATE_REALDATA:+"$NARRATE_REALDATA"/tensorboard/*}; do
  name=$(basename "$log")
  say "EventAccumulator reads $name"
  quietly "$(python_of events)" "$here/read_events.py" "$log" "$work/$name.jsonl"
  printf '%s\t%s\t%s\n' "$name" "$log" "$work/$name.jsonl" >>"$work/manifest.tsv"
done

say "narrate reads the same"
node "$here/compare-events.ts" "$work/manifest.tsv"
