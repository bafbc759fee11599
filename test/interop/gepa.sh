#!/usr/bin/env bash
# Compares what narrate reads of GEPA's optimisations with what GEPA's own objects say: the same ones from its run directory, from MLflow, from W&B
# (offline) and from its result as JSON, each alone and joined. The newest GEPA, and the last one before it logged tables.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/gepa"
export PATH="$root/node_modules/.bin:$PATH"
export DO_NOT_TRACK=1 MLFLOW_DISABLE_TELEMETRY=true WANDB_MODE=offline

make_environment gepa-newest "gepa==0.1.4" "mlflow-skinny>=3.17" "wandb>=0.31" sqlalchemy alembic sqlparse pandas
make_environment gepa-old "gepa==0.0.27" "mlflow-skinny>=3.17" "wandb>=0.27,<0.28" sqlalchemy alembic sqlparse pandas

rm -rf "$work"
mkdir -p "$work"
arguments=()
for environment in gepa-newest gepa-old; do
  version=$(version_of "$environment" gepa)
  say "GEPA $version optimises, tracked by MLflow $(version_of "$environment") and wandb $(version_of "$environment" wandb)"
  (cd "$work" && quietly "$(python_of "$environment")" "$here/write_gepa.py" "$work/$environment" "$work/$environment.json")
  arguments+=("GEPA $version" "$work/$environment" "$work/$environment.json")
done

say "narrate reads the same"
node "$here/compare-gepa.ts" "${arguments[@]}"
