#!/usr/bin/env bash
# Compares what narrate computes with what scipy computes, and what narrate reads of MLflow's stores and Optuna's
# storages with what their own clients read. Needs python3 with venv and pip, and the network for the first time; everything it makes lies below .interop/
# and is used again.
#
#   bash test/interop/run.sh statistics     the computations alone
#   bash test/interop/run.sh optuna         the storages of Optuna alone
#   bash test/interop/events.sh             TensorBoard's event files alone
#   bash test/interop/gepa.sh               GEPA's optimisations alone; comet.sh, journals.sh (AIDE), wandb.sh likewise
#   bash test/interop/dspy.sh               what MLflow keeps of DSPy; its environment is large, and no part of this suite
#
#   NARRATE_REALDATA=DIR  stores below DIR (trees, databases, .tar.gz of trees) are compared too
#   INTEROP_SECONDS=N     how long MLflow may read the histories of one store (default 120); what was left out is told
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/stores"
seconds=${INTEROP_SECONDS:-120}
export PATH="$root/node_modules/.bin:$PATH"
export MLFLOW_ALLOW_FILE_STORE=true MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=1
# What asks MLflow for its default store makes none in the project.
export MLFLOW_TRACKING_URI="sqlite:///$work/default.db"

# Studies that Optuna of three years writes are read by it and by narrate; in a zone that is not UTC, for storages name none.
compare_studies() {
  local work="$root/.interop/studies" environment name
  make_environment optuna-newest "optuna>=5"
  make_environment optuna-third "optuna>=3.6,<4" "sqlalchemy<2.1"
  make_environment optuna-second "optuna>=2.10,<3" "sqlalchemy<2" "numpy<2" "setuptools<80"
  rm -rf "$work"
  mkdir -p "$work"
  export TZ=Asia/Tokyo
  for environment in newest third second; do
    name="optuna-$environment"
    say "Optuna $(version_of "$name" optuna) writes and reads studies"
    mkdir -p "$work/$environment"
    quietly "$(python_of "$name")" "$here/write_studies.py" "$work/$environment"
    add_studies "what $environment wrote" "$work/$environment/studies.db" "$name"
    # Journals came with 3.1.
    if [ -e "$work/$environment/studies.log" ]; then
      add_studies "the journal that $environment wrote" "$work/$environment/studies.log" "$name"
    fi
  done
  if [ -n "${NARRATE_REALDATA:-}" ]; then
    while IFS= read -r name; do
      mkdir -p "$work/$count"
      cp "$name" "$work/$count/study.db"
      add_studies "realdata:${name#"$NARRATE_REALDATA"/}" "$work/$count/study.db" optuna-third
    done < <(find "$NARRATE_REALDATA" -name '*optuna*.db' -type f | sort)
  fi
  say "narrate reads the same"
  node "$here/compare-studies.ts" "$work/manifest.tsv"
  unset TZ
}
# add_studies NAME STORAGE ENVIRONMENT: what that Optuna reads of a storage, for the comparison.
count=0
add_studies() {
  count=$((count + 1))
  quietly "$(python_of "$3")" "$here/read_studies.py" "$2" "$root/.interop/studies/dump-$count.jsonl"
  printf '%s\t%s\t%s\n' "$1" "$2" "$root/.interop/studies/dump-$count.jsonl" >>"$root/.interop/studies/manifest.tsv"
}
if [ "${1:-}" = optuna ]; then
  compare_studies
  exit 0
fi

make_environment statistics scipy numpy scikit-learn
cases="$root/.interop/statistics.jsonl"
say "scipy $(version_of statistics scipy) computes"
"$(python_of statistics)" "$here/write_statistics.py" >"$cases"
node "$here/compare-statistics.ts" "$cases"
sweeps="$root/.interop/importance.jsonl"
say "scikit-learn $(version_of statistics scikit-learn) grows forests"
"$(python_of statistics)" "$here/write_importance.py" >"$sweeps"
node "$here/compare-importance.ts" "$sweeps"
if [ "${1:-}" = statistics ]; then exit 0; fi

compare_studies

make_newest_mlflow
make_environment second "mlflow-skinny>=2.22,<3" "sqlalchemy<2.1" alembic sqlparse pandas \
  flask graphene gunicorn markdown docker

rm -rf "$work"
mkdir -p "$work"
for environment in newest second; do
  say "writing stores with MLflow $(version_of "$environment")"
  (cd "$work" && quietly "$(python_of "$environment")" "$here/write_stores.py" "$work/written-$environment")
done

say "looking for stores"
"$(python_of newest)" "$here/find_stores.py" "$root" "$work" "${NARRATE_REALDATA:-}" >"$work/found.tsv"

count=0
: >"$work/manifest.tsv"
while IFS=$'\t' read -r name kind path reader; do
  count=$((count + 1))
  dump="$work/dump-$count.jsonl"
  say "MLflow $(version_of "$reader") reads $name"
  quietly "$(python_of "$reader")" "$here/read_store.py" "$kind" "$path" "$dump" "$work/copy-$count" "$seconds"
  printf '%s\t%s\t%s\t%s\n' "$name" "$kind" "$path" "$dump" >>"$work/manifest.tsv"
done <"$work/found.tsv"

# serve NAME DATABASE ENVIRONMENT: a tracking server of that environment over a copy of the database, and what its client says of it.
servers=()
stop_servers() { for pid in "${servers[@]}"; do kill -- "-$pid" 2>/dev/null || true; done; }
trap stop_servers EXIT
serve() {
  local name=$1 database=$2 environment=$3 port copy log dump
  count=$((count + 1))
  copy="$work/served-$count"
  log="$copy/log"
  dump="$work/dump-$count.jsonl"
  mkdir -p "$copy/home"
  cp "$database" "$copy/store.db"
  chmod u+w "$copy/store.db"
  quietly "$(python_of "$environment")" -m mlflow db upgrade "sqlite:///$copy/store.db"
  port=$("$(python_of "$environment")" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  say "a tracking server of MLflow $(version_of "$environment") over $name"
  HOME="$copy/home" PATH="$(dirname "$(python_of "$environment")"):$PATH" setsid "$(python_of "$environment")" -m mlflow server \
    --backend-store-uri "sqlite:///$copy/store.db" --artifacts-destination "$copy/artifacts" \
    --host 127.0.0.1 --port "$port" --workers 1 >"$log" 2>&1 &
  servers+=($!)
  for _ in $(seq 300); do
    if "$(python_of "$environment")" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "http://127.0.0.1:$port/health" 2>/dev/null; then break; fi
    sleep 0.2
  done
  quietly "$(python_of "$environment")" "$here/read_store.py" server "http://127.0.0.1:$port" "$dump" "$copy" "$seconds"
  printf '%s\t%s\t%s\t%s\n' "server over $name" server "http://127.0.0.1:$port" "$dump" >>"$work/manifest.tsv"
}
for environment in newest second; do
  serve "what $environment wrote" "$work/written-$environment/store.db" "$environment"
done
serve "examples/forty-seven-runs" "$root/examples/forty-seven-runs/mlflow.db" newest
if [ -n "${NARRATE_REALDATA:-}" ]; then
  while IFS=$'\t' read -r name kind path _; do
    if [ "$kind" = database ] && [[ $name == realdata:* ]]; then serve "$name" "$path" newest; fi
  done <"$work/found.tsv"
fi

say "narrate reads the same"
node "$here/compare-stores.ts" "$work/manifest.tsv"

answers=()
for environment in newest second; do
  say "MLflow $(version_of "$environment") searches runs"
  folder="$work/searched-$environment"
  quietly "$(python_of "$environment")" "$here/search_runs.py" "$folder" "$here/filters.json" "$folder.jsonl"
  answers+=("$folder.jsonl")
done

say "narrate finds the same"
node "$here/compare-filters.ts" "${answers[@]}"

say "event files"
bash "$here/events.sh"

say "W&B"
bash "$here/wandb.sh"

say "GEPA"
bash "$here/gepa.sh"

say "Comet"
bash "$here/comet.sh"

say "AIDE"
bash "$here/journals.sh"
