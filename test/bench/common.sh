# What the benches share. Sourced; `root` and `here` are set by the caller.

source "$here/../interop/environments.sh"
work="$root/.interop/bench"
built="$work/package"
results="${BENCH_RESULTS:-$work/results.jsonl}"
export PATH="$root/node_modules/.bin:$PATH"
export DO_NOT_TRACK=1 MLFLOW_ALLOW_FILE_STORE=true MLFLOW_DISABLE_TELEMETRY=true TF_CPP_MIN_LOG_LEVEL=3
mkdir -p "$work"

# build: narrate and its readers here as they are installed, in JavaScript: with no types to be taken off at start. Below .interop/bench/package.
build() {
  [ "${BENCH_BUILT:-}" = "$built" ] && return
  say "building narrate"
  rm -rf "$built"
  mkdir -p "$built"
  cp -R "$root/package.json" "$root/templates" "$root/prompts" "$built/"
  # Types are checked elsewhere.
  quietly tsc -p "$here/tsconfig.json" --noCheck --outDir "$built"
  export BENCH_BUILT="$built"
}

# begin: a bench that is started alone begins a table of its own.
begin() {
  build
  [ -n "${BENCH_RESULTS:-}" ] || : >"$results"
}

# finish: prints that table.
finish() { [ -n "${BENCH_RESULTS:-}" ] || print_results; }

print_results() { node "$built/test/bench/print-readings.js" "$results"; }

# reader NAME: a reader of narrate's, built.
reader() { printf '%s/test/bench/%s.js' "$built" "$1"; }

# measure WHAT READER COMMAND…: the command prints one JSON value.
measure() {
  local what=$1 reader=$2 result
  shift 2
  result=$("$@" 2>>"$work/errors.log" | tail -1) || fail "$reader could not read $what: see .interop/bench/errors.log"
  printf '{"what":"%s","reader":"%s","result":%s}\n' "$what" "$reader" "$result" >>"$results"
}

rounds() { seq "${BENCH_ROUNDS:-3}"; }
