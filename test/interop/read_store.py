"""Reads a store with MLflow's own client and writes down what it said: one JSON value a line, first the store, then its runs.

    python read_store.py files|database|server PATH DUMP COPY SECONDS

MLflow reads a copy (of what lies behind a server, the server has one): a database of an older schema is upgraded there, and folders that git dropped since they are empty are put back.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

warnings.filterwarnings('ignore')


def main(kind: str, place: str, dump: Path, copy: Path, seconds: float) -> None:
    remarks = []
    if kind == 'server':
        uri = place
    else:
        uri = copy_database(Path(place), copy) if kind == 'database' else copy_tree(Path(place), copy, remarks)
    client = MlflowClient(uri)
    deadline = time.monotonic() + seconds
    registered = registered_by_run(client)
    with dump.open('w') as out:
        experiments = search_all(client)
        head = {'mlflow': mlflow.__version__, 'kind': kind, 'remarks': remarks, 'experiments': experiments}
        out.write(json.dumps(head) + '\n')
        for experiment in experiments:
            for run in runs_of(client, kind, Path(uri), experiment['id']):
                out.write(json.dumps(run if 'unreadable' in run else {**run, 'registered': registered.get(run['id'], []), 'histories': histories_of(client, run, deadline)}) + '\n')
    if kind != 'server':
        shutil.rmtree(copy)


def copy_database(path: Path, copy: Path) -> str:
    copy.mkdir(parents=True)
    for file in (path, *path.parent.glob(f'{path.name}-*')):
        shutil.copy(file, copy / file.name)
    (copy / path.name).chmod(0o644)
    uri = f'sqlite:///{copy / path.name}'
    upgrade = subprocess.run([sys.executable, '-m', 'mlflow', 'db', 'upgrade', uri], capture_output=True, text=True, check=False)
    if upgrade.returncode != 0:
        sys.exit(f'interop: MLflow {mlflow.__version__} could not upgrade a copy of {path}:\n{upgrade.stderr[-2000:]}')
    return uri


def copy_tree(path: Path, copy: Path, remarks: list[str]) -> str:
    shutil.copytree(path, copy, symlinks=True, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns('artifacts'))
    for folder, _, _ in os.walk(copy):
        os.chmod(folder, 0o755)
    put_back = 0
    for meta in (*copy.glob('*/*/meta.yaml'), *copy.glob('.trash/*/*/meta.yaml')):
        if 'run_id:' in (text := meta.read_text(errors='replace')) or 'run_uuid:' in text:
            for name in ('metrics', 'params', 'tags', 'artifacts'):
                if not (meta.parent / name).is_dir():
                    (meta.parent / name).mkdir()
                    put_back += name != 'artifacts'
    if put_back:
        remarks.append(f'{put_back} empty folders of runs put back for MLflow')
    return str(copy)


def search_all(client: MlflowClient) -> list[dict]:
    """All experiments. The view tells what is deleted: a file store deletes by moving, and its meta.yaml may still say active."""
    found = []
    for view, stage in ((ViewType.ACTIVE_ONLY, 'active'), (ViewType.DELETED_ONLY, 'deleted')):
        token = None
        while True:
            page = client.search_experiments(view_type=view, max_results=1000, page_token=token)
            found += [{'id': str(each.experiment_id), 'name': each.name, 'stage': stage, 'tags': dict(each.tags)} for each in page]
            token = page.token
            if not token:
                break
    return found


def runs_of(client: MlflowClient, kind: str, root: Path, experiment: str):
    try:
        token = None
        while True:
            # A file store reads all for every page.
            page = client.search_runs([experiment], run_view_type=ViewType.ALL, max_results=50_000, page_token=token)
            yield from (run_of(run) for run in page)
            token = page.token
            if not token:
                return
    except MlflowException as error:
        if kind != 'files':
            raise
        yield from runs_one_by_one(client, root / experiment, str(error))


def runs_one_by_one(client: MlflowClient, folder: Path, why: str):
    for meta in sorted(folder.glob('*/meta.yaml')):
        if len(meta.parent.name) != 32:
            continue
        try:
            yield run_of(client.get_run(meta.parent.name))
        except MlflowException as error:
            yield {'id': meta.parent.name, 'experiment': folder.name, 'unreadable': str(error).splitlines()[0]}


def run_of(run) -> dict:
    info, data = run.info, run.data
    inputs = run.inputs.dataset_inputs if run.inputs is not None else []
    return {
        'id': info.run_id, 'experiment': str(info.experiment_id), 'name': info.run_name, 'user': info.user_id, 'status': info.status,
        'start': info.start_time, 'end': info.end_time, 'stage': info.lifecycle_stage,
        'params': dict(data.params), 'tags': dict(data.tags),
        'metrics': {key: repr(float(value)) for key, value in data.metrics.items()},
        'data': [[each.dataset.name, each.dataset.digest, next((tag.value for tag in each.tags if tag.key == 'mlflow.data.context'), None)] for each in inputs],
    }


def registered_by_run(client: MlflowClient) -> dict[str, list]:
    """The versions of registered models as `[model, version, stage, aliases]`, by the run they were made of."""
    found: dict[str, list] = {}
    token = None
    while True:
        page = client.search_model_versions('', max_results=200, page_token=token)
        for each in page:
            if each.run_id:
                aliases = sorted(client.get_model_version(each.name, each.version).aliases)
                found.setdefault(each.run_id, []).append([each.name, str(each.version), each.current_stage, aliases])
        token = page.token
        if not token:
            return found


def histories_of(client: MlflowClient, run: dict, deadline: float) -> dict | None:
    """Every point of every metric as `[step, time, value, is tied to a data set]`; null once the time is over."""
    if time.monotonic() > deadline:
        return None
    return {
        key: [[point.step, point.timestamp, repr(float(point.value)), getattr(point, 'dataset_name', None) is not None] for point in client.get_metric_history(run['id'], key)]
        for key in run['metrics']
    }


main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), float(sys.argv[5]))
