#!/usr/bin/env bash
# Compares what narrate reads of AIDE's journals with what AIDE itself reads of them. No model is asked anything: the journals are made of its own classes.
# Needs python3 with venv and pip, and the network for the first time; everything it makes lies below .interop/ and is used again.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/environments.sh"
work="$root/.interop/journals"
export PATH="$root/node_modules/.bin:$PATH"

# add_aide NAME VERSION: AIDE without what its agent needs (torch and seventy more); its journal needs these alone.
add_aide() {
  make_environment "$1" dataclasses-json numpy humanize black jsonschema
  if [ "$("$(python_of "$1")" -m pip list --format freeze --disable-pip-version-check | grep -i '^aideml==')" != "aideml==$2" ]; then
    quietly "$(python_of "$1")" -m pip install --quiet --disable-pip-version-check --no-deps "aideml==$2"
  fi
}

rm -rf "$work"
mkdir -p "$work"
for version in 0.2.2 0.1.4; do
  name="aide-${version//./-}"
  add_aide "$name" "$version"
  say "AIDE $(version_of "$name" aideml) writes and reads journals"
  quietly "$(python_of "$name")" "$here/write_journals.py" "$work/$version" "$work/$version.jsonl"
  printf '%s\t%s\t%s\n' "$version" "$work/$version/logs" "$work/$version.jsonl" >>"$work/manifest.tsv"
done
say "narrate reads the same"
node "$here/compare-journals.ts" "$work/manifest.tsv"
