#!/usr/bin/env bash
# Reads all trials of a study with narrate and with `optuna.load_study(…).trials`, by turns: from a database and from a journal. Both are made once.
#
#   BENCH_TRIALS=10000   how many trials the study has
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/common.sh"
begin
make_environment optuna-newest "optuna>=5"
trials=${BENCH_TRIALS:-10000}
folder="$work/studies-$trials"
if [ ! -e "$folder/made" ]; then
  say "making a study of $trials trials (once)"
  rm -rf "$folder"
  quietly "$(python_of optuna-newest)" "$here/make_studies.py" "$trials" "$folder"
  touch "$folder/made"
fi
for file in study.db study.log; do
  case $file in *.db) what="Optuna database, $trials trials" ;; *) what="Optuna journal, $trials trials" ;; esac
  node "$(reader read-studies)" "$folder/$file" >/dev/null
  for round in $(rounds); do
    say "$what: round $round"
    measure "$what" narrate node "$(reader read-studies)" "$folder/$file"
    measure "$what" "Optuna $(version_of optuna-newest optuna) load_study" "$(python_of optuna-newest)" "$here/read_studies.py" "$folder/$file"
  done
done
finish
