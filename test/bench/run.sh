#!/usr/bin/env bash
# Reads run logs with narrate and with what their own tools read them with, by turns in the same session, and prints how long it took, what it took of the
# processor, and how much memory. The logs are made once, below .interop/bench. Of each log both must have read the same.
#
#   BENCH_RUNS="1000 20000"   how many runs MLflow's stores hold
#   BENCH_ROUNDS=3            how often each reader reads each log; medians are told
#
#   bash test/bench/server.sh (studies.sh, events.sh, wandb.sh, findings.sh, scale.sh): one alone
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
build
export BENCH_RESULTS="$results"
: >"$results"
make_newest_mlflow

for runs in ${BENCH_RUNS:-1000 20000}; do
  for kind in files database; do
    store="$work/$kind-$runs"
    if [ ! -e "$store/made" ]; then
      say "making $kind of $runs runs (once)"
      rm -rf "$store"
      quietly "$(python_of newest)" "$here/make_store.py" "$kind" "$runs" "$store"
    fi
    what="MLflow $kind, $runs runs"
    # Both read a store that the machine has read before: neither pays for the disk.
    node "$(reader read-store)" "$store/store" >/dev/null
    for round in $(rounds); do
      say "$what: round $round"
      measure "$what" narrate node "$(reader read-store)" "$store/store"
      # Files are read by MLflow in minutes.
      if [ "$kind" = files ] && [ "$runs" -gt 5000 ] && [ "$round" -gt 1 ]; then continue; fi
      for how in client search_runs; do
        measure "$what" "MLflow $(version_of newest) $how" "$(python_of newest)" "$here/read_store.py" "$how" "$kind" "$store/store"
      done
    done
  done
done

for bench in server studies events wandb; do bash "$here/$bench.sh"; done

say "start-up of narrate --help"
node "$(reader measure-start)" "$built/src/cli/bin.js" >>"$results"
print_results

say "all findings over planted histories"
bash "$here/findings.sh"

say "histories of years"
bash "$here/scale.sh"
