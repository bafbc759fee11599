#!/usr/bin/env bash
# Compares every value that narrate reads of W&B's logs with what wandb's own reader finds in them. Logs are written offline by the newest wandb, by one
# of the middle and by an old one; `DataStore`, wandb's reader in Python, was last part of 0.27 and reads them all.
#
#   NARRATE_REALDATA=DIR  logs below DIR are compared too
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/wandb"
export PATH="$root/node_modules/.bin:$PATH"
export DO_NOT_TRACK=1 WANDB_MODE=offline

make_environment wandb-reader "wandb>=0.27,<0.28"
make_environment wandb-newest "wandb>=0.31" numpy
make_environment wandb-middle "wandb>=0.22,<0.23" numpy
make_environment wandb-old "wandb>=0.16,<0.17" "setuptools<81" "numpy<2"

rm -rf "$work"
mkdir -p "$work"
arguments=()
for environment in wandb-newest wandb-middle wandb-old; do
  version=$(version_of "$environment" wandb)
  say "wandb $version writes runs"
  quietly "$(python_of "$environment")" "$here/write_wandb.py" "$work/$environment"
  quietly "$(python_of wandb-reader)" "$here/read_wandb.py" "$work/$environment" "$work/$environment.jsonl"
  arguments+=("wandb $version" "$work/$environment.jsonl")
done
if [ -n "${NARRATE_REALDATA:-}" ]; then
  say "wandb's reader reads the logs below NARRATE_REALDATA"
  # It opens logs for writing.
  mkdir -p "$work/real"
  (cd "$NARRATE_REALDATA" && find . -path '*wandb*' -type f ! -name '*.md' -print0 | xargs -0 cp --parents -t "$work/real")
  chmod -R u+w "$work/real"
  quietly "$(python_of wandb-reader)" "$here/read_wandb.py" "$work/real" "$work/real.jsonl"
  arguments+=("real logs" "$work/real.jsonl")
fi

say "narrate reads the same"
node "$here/compare-wandb.ts" "${arguments[@]}"
