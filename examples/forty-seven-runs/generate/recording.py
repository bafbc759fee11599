"""Writes planned and trained runs into one MLflow store, with ids that are the same every time, and takes this machine's paths out again."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.store.tracking import file_store

from story import EXPERIMENTS, PRIMARY, RUNS, Planned
from training import SPLIT_SEED, TARGET, Outcome, read_table


def run_id(number: int) -> str:
    return sha256(f'forty-seven-runs/{number}'.encode()).hexdigest()[:32]


def write_store(uri: str, outcomes: dict[int, Outcome]) -> None:
    """Logs every run with the real client. Experiments are numbered 1, 2, … in both kinds of store."""
    with fixed_ids() as next_id:
        client = MlflowClient(uri)
        experiments = {}
        for index, (name, description) in enumerate(EXPERIMENTS.items(), 1):
            file_store._generate_unique_integer_id = lambda index=index: index
            experiments[name] = client.create_experiment(name)
            if description is not None:
                client.set_experiment_tag(experiments[name], 'mlflow.note.content', description)
            if name in PRIMARY:
                client.set_experiment_tag(experiments[name], 'mlflow.experiment.primaryMetric.name', PRIMARY[name])
                client.set_experiment_tag(experiments[name], 'mlflow.experiment.primaryMetric.greaterIsBetter', 'True')
        inputs = {version: data_set(version) for version in ('v1', 'v2')}
        for planned in RUNS:
            write_run(client, planned, outcomes[planned.number], experiments[planned.experiment], inputs[planned.data], next_id)


def write_run(client: MlflowClient, planned: Planned, outcome: Outcome, experiment: str, data: Dataset, next_id: Callable[[str], None]) -> None:
    next_id(run_id(planned.number))
    run = client.create_run(experiment, start_time=planned.start, run_name=planned.name, tags=tags_of(planned))
    identifier = run.info.run_id
    milliseconds = round(outcome.wall_seconds * 1000)
    try:
        client.log_inputs(identifier, [DatasetInput(data, [InputTag('mlflow.data.context', 'training')])])
        params = {'split_seed': SPLIT_SEED, **({'features': 'all'} if planned.params['model'] != 'dummy' else {}), **planned.params}
        client.log_batch(identifier, params=[Param(name, str(value)) for name, value in sorted(params.items())])
        points = [Metric(name, value, planned.start + round(share * milliseconds), step) for name, value, step, share in outcome.points]
        for first in range(0, len(points), 500):
            client.log_batch(identifier, metrics=points[first:first + 500])
        client.log_batch(identifier, tags=[RunTag(name, value) for name, value in outcome.tags.items()])
        for name, text in outcome.artifacts.items():
            write_artifact(client, run, name, text)
        if outcome.error is not None:
            raise outcome.error
    except Exception as error:
        client.set_terminated(identifier, 'FAILED', planned.start + milliseconds)
        if error is not outcome.error:
            raise
    else:
        client.set_terminated(identifier, 'FINISHED', planned.start + milliseconds)


def write_artifact(client: MlflowClient, run: mlflow.entities.Run, name: str, text: str) -> None:
    """Into the tree only: `mlflow.db` points at the same files."""
    if client.tracking_uri.startswith('sqlite'):
        return
    client.log_text(run.info.run_id, text, name)


def tags_of(planned: Planned) -> dict[str, str]:
    is_notebook = planned.script.endswith('.ipynb')
    tags = {
        'mlflow.user': planned.user,
        'mlflow.source.name': planned.script,
        'mlflow.source.type': 'NOTEBOOK' if is_notebook else 'LOCAL',
        **planned.tags,
    }
    if planned.commit is not None:
        tags |= {'mlflow.source.git.commit': planned.commit, 'mlflow.source.git.branch': 'main'}
    if planned.dirty is not None:
        tags['mlflow.source.git.dirty'] = str(planned.dirty).lower()
    if planned.parent is not None:
        tags['mlflow.parentRunId'] = run_id(planned.parent)
    if planned.note is not None:
        tags['mlflow.note.content'] = planned.note
    return tags


def data_set(version: str) -> Dataset:
    """Name, digest, schema and profile as `mlflow.data` makes them of the real table; the source is a neutral path."""
    table = read_table(version)
    logged = mlflow.data.from_pandas(table, source='data/caravan.csv', targets=TARGET, name='caravan')
    schema = {'mlflow_colspec': [{'type': 'long', 'name': column, 'required': True} for column in (*table.columns[:2], TARGET)]}
    return Dataset(name=logged.name, digest=logged.digest, source_type='local', source=json.dumps({'uri': 'data/caravan.csv'}),
                   schema=json.dumps(schema), profile=json.dumps(logged.profile))


@contextmanager
def fixed_ids() -> Iterator[Callable[[str], None]]:
    """`uuid4` counts while this is open, and gives the id handed to the yielded function where one waits."""
    real, waiting, count = uuid.uuid4, [], 0

    def counting() -> uuid.UUID:
        nonlocal count
        if waiting:
            return uuid.UUID(hex=waiting.pop())
        count += 1
        return uuid.UUID(hex=sha256(f'forty-seven-runs/other/{count}'.encode()).hexdigest()[:32])

    uuid.uuid4 = counting
    try:
        yield waiting.append
    finally:
        uuid.uuid4 = real


def summarise_folds(outcomes: dict[int, Outcome]) -> None:
    """The parent logs what its five folds gave."""
    for parent in (planned for planned in RUNS if 'folds' in planned.params):
        folds = [outcomes[planned.number] for planned in RUNS if planned.parent == parent.number]
        scores = [value for fold in folds for metric, value, *_ in fold.points if metric == 'val_auc']
        outcomes[parent.number].artifacts['folds.csv'] = '\n'.join(['fold,val_auc', *(f'{fold},{score:.4f}' for fold, score in enumerate(scores))]) + '\n'
        outcomes[parent.number].log('cv_auc_mean', statistics.mean(scores))
        outcomes[parent.number].log('cv_auc_sd', statistics.stdev(scores))


def scrub_tree(root: Path, folder: Path) -> None:
    """Relative artifact places and the times of the story instead of this machine's."""
    began = {EXPERIMENT_IDS[name]: first_start(name) for name in EXPERIMENTS}
    for meta in root.rglob('meta.yaml'):
        text = meta.read_text()
        text = re.sub(rf'(?:file://)?{re.escape(str(folder))}/', '', text)
        experiment = meta.parent.name
        if meta.parent.parent == root:
            at = began.get(experiment, first_start('caravan/baselines'))
            text = re.sub(r'(creation_time|last_update_time): \d+', rf'\g<1>: {at}', text)
        meta.write_text(text)


def scrub_database(path: Path, folder: Path) -> None:
    connection = sqlite3.connect(path)
    for table, key, column in (('experiments', 'experiment_id', 'artifact_location'), ('runs', 'run_uuid', 'artifact_uri')):
        for identifier, uri in connection.execute(f'select {key}, {column} from {table}').fetchall():
            inside = re.sub(r'^.*?(?:mlruns|mlartifacts)/', 'mlruns/', uri)
            connection.execute(f'update {table} set {column} = ? where {key} = ?', (inside, identifier))
    for name, identifier in EXPERIMENT_IDS.items():
        connection.execute('update experiments set creation_time = ?, last_update_time = ? where experiment_id = ?', (first_start(name), first_start(name), identifier))
    connection.execute('update experiments set creation_time = ?, last_update_time = ? where experiment_id = 0', (first_start('caravan/baselines'),) * 2)
    connection.commit()
    # Most of MLflow's tables are empty here and take a page each.
    connection.execute('pragma page_size = 1024')
    connection.execute('vacuum')
    connection.close()


EXPERIMENT_IDS = {name: str(index) for index, name in enumerate(EXPERIMENTS, 1)}


def first_start(experiment: str) -> int:
    return min(planned.start for planned in RUNS if planned.experiment == experiment) - 240_000
