#!/usr/bin/env bash
# Compares every value that narrate reads of archives of Comet's offline experiments with what the script logged that wrote them with comet_ml.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/comet"
export PATH="$root/node_modules/.bin:$PATH"
export DO_NOT_TRACK=1 COMET_LOGGING_CONSOLE=ERROR COMET_DISABLE_AUTO_LOGGING=1

make_environment comet "comet_ml>=3.58,<4"
rm -rf "$work"
mkdir -p "$work"
say "comet_ml $(version_of comet comet_ml) writes offline experiments"
(cd "$work" && quietly "$(python_of comet)" "$here/write_comet.py" "$work/archives" "$work/logged.jsonl")
say "narrate reads the same"
node "$here/compare-comet.ts" "$work/archives" "$work/logged.jsonl"
