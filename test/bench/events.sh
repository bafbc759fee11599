#!/usr/bin/env bash
# Reads logs of event files with narrate, with TensorBoard's EventAccumulator and with its fast reader (the server of tensorboard_data_server, which
# `tensorboard --load_fast` starts), by turns. The logs are made once, below .interop/bench-events.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
begin
logs="$root/.interop/bench-events"
make_environment events tensorboard tensorboardX
mkdir -p "$logs"
if [ ! -e "$logs/made" ]; then
  say "making logs of event files (once)"
  rm -rf "$logs/logs"
  quietly "$(python_of events)" "$here/make_events.py" "$logs/logs"
  touch "$logs/made"
fi
fast=$("$(python_of events)" -c 'import tensorboard_data_server as s; print(s.__version__ if s.server_binary() else "")' 2>/dev/null || true)
[ -n "$fast" ] || say "TensorBoard's fast reader is not measured: tensorboard_data_server has no server for this system"

# What `make_events.py` wrote.
points_of() { case $1 in values) echo 300000 ;; runs) echo 100000 ;; *) echo 40 ;; esac; }

for log in values runs pictures; do
  what="event files: $log"
  # All read a log that the machine has read before: none pays for the disk.
  node "$(reader read-events)" "$logs/logs/$log" >/dev/null
  for round in $(rounds); do
    say "$what: round $round"
    measure "$what" narrate node "$(reader read-events)" "$logs/logs/$log"
    measure "$what" "TensorBoard $(version_of events tensorboard) EventAccumulator" "$(python_of events)" "$here/read_events.py" "$logs/logs/$log"
    if [ -n "$fast" ]; then
      measure "$what" "its fast reader $fast" "$(python_of events)" "$here/read_events_fast.py" "$logs/logs/$log" "$(points_of "$log")"
    fi
  done
done
finish
