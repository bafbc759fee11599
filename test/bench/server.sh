#!/usr/bin/env bash
# Reads all runs of a tracking server of MLflow over REST with narrate and with `mlflow.search_runs`, by turns. The server runs on loopback over SQLite; what
# it does itself takes its own time of the processor, which is told of neither.
#
#   BENCH_SERVED="1000 10000"   how many runs the server holds
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
begin
make_newest_mlflow

server=
stop() { if [ -n "$server" ]; then kill -- "-$server" 2>/dev/null || true; fi; }
trap stop EXIT

for runs in ${BENCH_SERVED:-1000 10000}; do
  store="$work/database-$runs"
  if [ ! -e "$store/made" ]; then
    say "making database of $runs runs (once)"
    rm -rf "$store"
    quietly "$(python_of newest)" "$here/make_store.py" database "$runs" "$store"
  fi
  port=$("$(python_of newest)" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  url="http://127.0.0.1:$port"
  mkdir -p "$work/served"
  HOME="$work/served" PATH="$(dirname "$(python_of newest)"):$PATH" setsid "$(python_of newest)" -m mlflow server \
    --backend-store-uri "sqlite:///$store/store" --artifacts-destination "$work/served/artifacts" \
    --host 127.0.0.1 --port "$port" --workers 1 >"$work/served/log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    if "$(python_of newest)" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$url/health" 2>/dev/null; then break; fi
    sleep 0.2
  done
  what="MLflow server, $runs runs"
  node "$(reader read-store)" "$url" >/dev/null
  for round in $(rounds); do
    say "$what: round $round"
    measure "$what" narrate node "$(reader read-store)" "$url"
    measure "$what" "MLflow $(version_of newest) search_runs" "$(python_of newest)" "$here/read_store.py" search_runs server "$url"
  done
  stop
  server=
done
finish
