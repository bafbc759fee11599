#!/usr/bin/env bash
# Says how long narrate's commands take over a history of years, at a first look, when nothing is kept yet, and at a second one. The projects are made
# once, below .interop/bench: 100 000 runs in SQLite, 20 000 in MLflow's folders, 20 000 in folders of seven kinds.
#
#   BENCH_SCALE="database:100000 mlflow:20000 mixture:20000"
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
build
make_newest_mlflow

empty="$work/empty.db"
for project in ${BENCH_SCALE:-database:100000 mlflow:20000 mixture:20000}; do
  kind=${project%%:*}
  runs=${project##*:}
  folder="$work/scale-$kind-$runs"
  if [ ! -e "$folder/made" ]; then
    say "making a project of $runs runs: $kind (once)"
    rm -rf "$folder"
    # Tables as MLflow itself makes them.
    [ -e "$empty" ] || quietly "$(python_of newest)" -c 'import sys
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
SqlAlchemyStore("sqlite:///" + sys.argv[1], sys.argv[1] + "-artifacts")' "$empty"
    node "$here/make-scale.ts" "$kind" "$runs" "$folder" "$empty"
    touch "$folder/made"
  fi
  # Nobody pays for the disk.
  find "$folder" -type f -not -path '*/.narrate/*' -exec cat {} + >/dev/null
  printf '\n%s, %s runs: each look is the time that passed, that of the processor, and the most memory\n\n' "$kind" "$runs"
  printf '| command | first look | second look | printed |\n| --- | --- | --- | --- |\n'
  node "$here/measure-scale.ts" "$built/src/cli/bin.js" "$folder"
done
