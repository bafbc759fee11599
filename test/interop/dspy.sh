#!/usr/bin/env bash
# Compares what narrate reads of programs that DSPy saved, and of what MLflow's autologging keeps of evaluations and optimisers, with what DSPy's own
# objects say. DSPy brings some seventy packages: this is not part of run.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/dspy"
export PATH="$root/node_modules/.bin:$PATH"
export DO_NOT_TRACK=1 MLFLOW_DISABLE_TELEMETRY=true

make_environment dspy "dspy==3.3.1" "mlflow-skinny>=3.17" sqlalchemy alembic sqlparse pandas

rm -rf "$work"
mkdir -p "$work"
say "DSPy $(version_of dspy dspy) saves and optimises, tracked by MLflow $(version_of dspy)"
(cd "$work" && quietly "$(python_of dspy)" "$here/write_dspy.py" "$work/written" "$work/written.json")

say "narrate reads the same"
node "$here/compare-dspy.ts" "$work/written" "$work/written.json"
