#!/usr/bin/env bash
# Reads stores of 1 000 and 20 000 runs with narrate and with MLflow's own client, one after the other in the same session, and
# prints how long it took and how much memory. The stores are made once, below .interop/bench.
#
#   BENCH_RUNS="1000 20000"   how many runs the stores hold
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/../interop/environments.sh"
work="$root/.interop/bench"
export PATH="$root/node_modules/.bin:$PATH"
export MLFLOW_ALLOW_FILE_STORE=true MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=1

make_environment newest "mlflow-skinny>=3.17" sqlalchemy alembic sqlparse pandas
mkdir -p "$work"
results="$work/results.jsonl"
: >"$results"

# measure READER STORE RUNS TIMES COMMAND…: the command prints one JSON value.
measure() {
  local reader=$1 store=$2 runs=$3 times=$4
  shift 4
  for _ in $(seq "$times"); do
    printf '{"reader":"%s","store":"%s","runs":%s,"result":%s}\n' "$reader" "$store" "$runs" "$("$@" 2>>"$work/errors.log" | tail -1)" >>"$results"
  done
}

for runs in ${BENCH_RUNS:-1000 20000}; do
  for kind in files database; do
    store="$work/$kind-$runs"
    if [ ! -e "$store/made" ]; then
      say "making $kind of $runs runs (once)"
      rm -rf "$store"
      quietly "$(python_of newest)" "$here/make_store.py" "$kind" "$runs" "$store"
    fi
    times=3
    [ "$kind" = files ] && [ "$runs" -gt 5000 ] && times=1
    # Both read a store that the machine has read before: neither pays for the disk.
    say "narrate reads $kind of $runs runs"
    node "$here/read-store.ts" "$store/store" >/dev/null
    measure narrate "$kind" "$runs" 3 node "$here/read-store.ts" "$store/store"
    for how in client search_runs; do
      say "MLflow $(version_of newest) ($how) reads $kind of $runs runs"
      measure "$how" "$kind" "$runs" "$times" "$(python_of newest)" "$here/read_store.py" "$how" "$kind" "$store/store"
    done
  done
done

if [ -e "$root/src/cli/bin.ts" ]; then
  say "start-up of narrate --help"
  rm -rf "$work/package"
  mkdir -p "$work/package"
  cp "$root/package.json" "$work/package/"
  # As it is installed: built, with no types to be taken off at start.
  tsc -p "$root/.config/tsconfig.build.json" --outDir "$work/package/dist" >"$work/build.log" || say "the build has errors: see .interop/bench/build.log"
  node "$here/measure-start.ts" "$work/package/dist/cli/bin.js" >>"$results"
else
  say "start-up is not measured: there is no src/cli/bin.ts yet"
fi
node "$here/print-results.ts" "$results" "$(version_of newest)"

say "all findings over planted histories"
bash "$here/findings.sh"

say "event files"
bash "$here/events.sh"

say "W&B logs"
bash "$here/wandb.sh"
