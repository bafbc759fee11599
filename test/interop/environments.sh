# Python environments below .interop/, shared by the interop suite and the bench. Sourced; `root` is set by the caller.

say() { printf '• %s\n' "$*" >&2; }

fail() {
  printf 'interop: %s\n' "$*" >&2
  exit 1
}

# quietly COMMAND…: shows what it printed only where it failed.
quietly() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    fail "this failed: $*"
  fi
}

python_of() { printf '%s/.interop/python-%s/bin/python' "$root" "$1"; }

# version_of NAME [PACKAGE]: of MLflow, or of another package, in that environment.
version_of() {
  "$(python_of "$1")" -c 'import sys; from importlib.metadata import version; print(version(sys.argv[1]))' "${2:-mlflow-skinny}"
}

# make_environment NAME REQUIREMENT…: a virtual environment with these packages; one that has them already is left as it is.
make_environment() {
  local name=$1 folder="$root/.interop/python-$1" wanted package
  shift
  wanted="$*"
  package=${1%%[<>=]*}
  if [ "$(cat "$folder/made-for" 2>/dev/null)" = "$wanted" ]; then
    say "Python environment '$name' is there: $package $(version_of "$name" "$package")"
    return
  fi
  command -v python3 >/dev/null || fail "python3 is needed, and is not there."
  say "making the Python environment '$name' with pip: $wanted"
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  quietly python3 -m venv "$folder"
  quietly "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
  printf '%s\n' "$wanted" >"$folder/made-for"
  say "Python environment '$name' is made: $package $(version_of "$name" "$package")"
}

# make_newest_mlflow: the skinny package with what its tracking server imports.
make_newest_mlflow() {
  make_environment newest "mlflow-skinny>=3.17" sqlalchemy alembic sqlparse pandas \
    flask flask-cors graphene uvicorn fastapi aiohttp huey docker
}
