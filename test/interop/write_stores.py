"""Writes a file store and a SQLite store with the MLflow that runs this: everything that is odd and that its client allows.

    python write_stores.py FOLDER     makes FOLDER/files and FOLDER/store.db
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

IS_NEW = int(mlflow.__version__.split('.')[0]) >= 3
START = 1_772_440_000_000


def main(folder: Path) -> None:
    folder.mkdir(parents=True)
    for uri in (str(folder / 'files'), f'sqlite:///{folder}/store.db'):
        write(MlflowClient(uri), is_database=uri.startswith('sqlite'))
    if IS_NEW:
        write_spaced(MlflowClient(str(folder / 'files-spaced')))


def write(client: MlflowClient, is_database: bool) -> None:
    main_id = client.create_experiment('interop/first one')
    client.set_experiment_tag(main_id, 'mlflow.note.content', 'What we look for:\n\n- **bold**\n- ünïcode – 实验')
    client.set_experiment_tag(main_id, 'mlflow.experiment.primaryMetric.name', 'val/acc')
    client.set_experiment_tag(main_id, 'mlflow.experiment.primaryMetric.greaterIsBetter', 'True')
    client.create_experiment('holds no run')
    write_values(client, main_id, is_database)
    write_series(client, main_id, is_database)
    write_family(client, main_id)
    write_statuses(client, main_id)
    write_data(client, main_id)
    if IS_NEW:
        write_newest(client, main_id)
    write_random(client, client.create_experiment('实验 with spaces & signs: 100 %'))
    write_deleted(client, main_id)
    write_registry(client, main_id)


def start(client: MlflowClient, experiment: str, number: int, name: str | None = None, **tags: str) -> str:
    return client.create_run(experiment, start_time=START + number * 60_000, run_name=name, tags=tags or None).info.run_id


def end(client: MlflowClient, run: str, number: int, status: str = 'FINISHED') -> None:
    client.set_terminated(run, status, START + number * 60_000 + 30_000)


def write_values(client: MlflowClient, experiment: str, is_database: bool) -> None:
    run = start(client, experiment, 1, 'values', **{'mlflow.user': 'änne', 'mlflow.source.name': 'train.py', 'mlflow.source.type': 'LOCAL',
                'mlflow.source.git.commit': '3f' * 20, 'mlflow.source.git.branch': 'main', 'mlflow.source.git.dirty': 'true'})
    values = {
        'empty': '', 'space': ' ', 'spaces around': '  x  ', 'lines': 'one\ntwo\n\nfour', 'ends in a line': 'one\n', 'carriage': 'one\r\ntwo', 'tab': 'a\tb',
        'none': None, 'truth': True, 'float': 1e-05, 'nested/name/deep': 1, 'with.dots-and_more': 'x', 'long': 'ü' * 2900, 'json': json.dumps({'a': [1, None, 'ß']}),
        'unicode': 'čšž 中文 🎈 \u2028 \u00a0', 'quotes': '"it\'s"', 'yaml': 'key: [value', 'slashes': 'C:\\data\\x', 'number like': '007', 'nan': float('nan'),
    }
    for key, value in values.items():
        client.log_param(run, key, value)
    for key, value in {**values, 'user.tag': 'x', 'not mlflow.': 'kept'}.items():
        client.set_tag(run, key, value)
    client.set_tag(run, 'mlflow.note.content', '# Note\n\nwith `code`, <b>html</b> and 中文\n')
    client.set_tag(run, 'changed', 'first')
    client.set_tag(run, 'changed', 'second')
    client.set_tag(run, 'taken away', 'x')
    client.delete_tag(run, 'taken away')
    end(client, run, 1)

    oldest = start(client, experiment, 2, 'diff but no dirty', **{'mlflow.source.git.diff': '--- a\n+++ b\n', 'mlflow.user': 'unknown'})
    end(client, oldest, 2)
    end(client, start(client, experiment, 3), 3)
    end(client, start(client, experiment, 3, ' spaced name '), 3)


def write_series(client: MlflowClient, experiment: str, is_database: bool) -> None:
    run = start(client, experiment, 10, 'series')
    at = START + 600_000

    def log(key: str, *points: tuple[float, int, int]) -> None:
        client.log_batch(run, metrics=[Metric(key, value, at + time, step) for value, time, step in points])

    log('plain', *((1 / (step + 1), 10 * step, step) for step in range(200)))
    log('out of order', (0.5, 3, 30), (0.9, 1, 10), (0.7, 2, 20), (0.1, 9, 0))
    log('same time', (0.1, 5, 1), (0.2, 5, 2), (0.3, 5, 3))
    log('same step', (0.3, 1, 7), (0.1, 3, 7), (0.2, 2, 7))
    log('same step and time', (0.1, 1, 7), (0.3, 1, 7), (0.2, 1, 7))
    log('going back', (0.9, 10, 5), (0.1, 99, 4))
    log('negative steps', (1, 1, -5), (2, 2, -1), (3, 3, 0))
    log('great steps', (1, 1, 0), (2, 2, 2**31), (3, 3, 2**52))
    log('no steps', (0.25, 1, 0))
    log('val/acc', (0.5, 1, 1), (0.75, 2, 2))
    log('val/deeper/acc', (0.5, 1, 1))
    log('a name with spaces', (0.5, 1, 1))
    log('dots.and-dashes_9', (0.5, 1, 1))
    log('numbers', (0, 1, 0), (-0.0, 2, 1), (1e-320, 3, 2), (1e300, 4, 3), (-1e300, 5, 4), (123456789.123456789, 6, 5), (0.1 + 0.2, 7, 6), (1e16, 8, 7), (5, 9, 8))
    log('not numbers', (0.5, 1, 0), (math.nan, 2, 1), (math.inf, 3, 2), (-math.inf, 4, 3), (0.25, 5, 4))
    log('ends in nan', (0.5, 1, 0), (math.nan, 2, 1))
    log('ends in infinity', (0.5, 1, 0), (math.inf, 2, 1))
    log('ends in minus infinity', (0.5, 1, 0), (-math.inf, 2, 1))
    log('only nan', (math.nan, 1, 0), (math.nan, 2, 1))
    if not is_database:
        log('nan and number at one point', (math.nan, 1, 3), (0.5, 1, 3))
        log('the same twice', (0.5, 1, 1), (0.5, 1, 1))
    end(client, run, 10)


def write_family(client: MlflowClient, experiment: str) -> None:
    parent = start(client, experiment, 20, 'sweep')
    for number in range(3):
        child = start(client, experiment, 21 + number, f'child {number}', **{'mlflow.parentRunId': parent})
        client.log_param(child, 'lr', 10.0**-number)
        client.log_metric(child, 'loss', number / 7, step=1, timestamp=START)
        grandchild = start(client, experiment, 21 + number, None, **{'mlflow.parentRunId': child})
        end(client, grandchild, 21 + number)
        end(client, child, 21 + number)
    end(client, parent, 25)
    other = client.create_experiment('children of another experiment')
    end(client, start(client, other, 26, 'moved', **{'mlflow.parentRunId': parent}), 26)
    end(client, start(client, other, 27, 'orphan', **{'mlflow.parentRunId': 'f' * 32}), 27)


def write_statuses(client: MlflowClient, experiment: str) -> None:
    for number, status in enumerate(('FAILED', 'KILLED', 'FINISHED'), 30):
        end(client, start(client, experiment, number, status.lower()), number, status)
    still = start(client, experiment, 34, 'still running')
    client.log_metric(still, 'loss', 0.5, step=3, timestamp=START)
    client.update_run(start(client, experiment, 35, 'waits'), status='SCHEDULED')
    renamed = start(client, experiment, 36, 'first name')
    client.update_run(renamed, name='second name')
    end(client, renamed, 36)


def write_data(client: MlflowClient, experiment: str) -> None:
    def data(name: str, digest: str) -> Dataset:
        return Dataset(name=name, digest=digest, source_type='local', source=json.dumps({'uri': 'data.csv'}), schema=json.dumps({'a': 'ü'}), profile=None)

    first = start(client, experiment, 40, 'two sets')
    client.log_inputs(first, [
        DatasetInput(data('wine', 'aa11'), [InputTag('mlflow.data.context', 'training')]),
        DatasetInput(data('wine', 'bb22'), [InputTag('mlflow.data.context', 'eval')]),
    ])
    second = start(client, experiment, 41, 'no context')
    client.log_inputs(second, [DatasetInput(data('wine', 'aa11'), [])])
    client.log_inputs(second, [DatasetInput(data('weiß und blau', 'cc33'), [InputTag('mlflow.data.context', ''), InputTag('other', 'x')])])
    for number, run in ((40, first), (41, second)):
        end(client, run, number)


def write_registry(client: MlflowClient, experiment: str) -> None:
    client.create_registered_model('a model')
    client.create_registered_model('churn, ünï')
    runs = [start(client, experiment, 60 + number, f'registered {number}') for number in range(5)]
    for number, run in enumerate(runs, 60):
        end(client, run, number)
        client.create_model_version('churn, ünï', source=f'runs:/{run}/model', run_id=run)
    client.create_model_version('churn, ünï', source=f'runs:/{runs[0]}/model', run_id=runs[0])
    client.create_model_version('a model', source=f'runs:/{runs[0]}/model', run_id=runs[0])
    client.create_model_version('a model', source='s3://somewhere/model')
    client.transition_model_version_stage('churn, ünï', '1', 'Production')
    client.transition_model_version_stage('churn, ünï', '2', 'Production', archive_existing_versions=True)
    client.transition_model_version_stage('churn, ünï', '3', 'Staging')
    client.set_registered_model_alias('churn, ünï', 'champion', '3')
    client.set_registered_model_alias('churn, ünï', 'blue', '3')
    client.set_registered_model_alias('churn, ünï', 'champion', '4')
    client.set_registered_model_alias('churn, ünï', 'gone', '4')
    client.delete_registered_model_alias('churn, ünï', 'gone')
    client.delete_model_version('churn, ünï', '5')


def write_newest(client: MlflowClient, experiment: str) -> None:
    """What only MLflow 3 knows: metrics tied to a data set or to a logged model."""
    run = start(client, experiment, 50, 'tied')
    for step, value in ((1, 0.5), (2, 0.75), (4, 0.25), (3, 0.125)):
        client.log_metric(run, 'tied to data', value, step=step, timestamp=START + 10 - step, dataset_name='wine', dataset_digest='aa11')
    model = client.create_logged_model(experiment_id=experiment, name='candidate', source_run_id=run)
    client.log_metric(run, 'tied to model', 0.5, step=2, timestamp=START, model_id=model.model_id)
    end(client, run, 50)


def write_spaced(client: MlflowClient) -> None:
    """MLflow's own reader cannot read a run back that has a metric tied to a data set with a space in its name."""
    experiment = client.create_experiment('spaced')
    run = start(client, experiment, 1, 'unreadable to MLflow')
    client.log_metric(run, 'score', 0.5, step=3, timestamp=START, dataset_name='two words', dataset_digest='aa11')
    end(client, run, 1)


def write_random(client: MlflowClient, experiment: str) -> None:
    generator = random.Random(47)
    for number in range(40):
        run = start(client, experiment, 100 + number, f'random {number}')
        params = [Param(f'p{index}', str(generator.choice([generator.random(), generator.randint(-9, 9), 'adam', 'None', '[1, 2]']))) for index in range(generator.randint(0, 12))]
        client.log_batch(run, params=params, tags=[RunTag(f't{index}', str(generator.random())) for index in range(generator.randint(0, 4))])
        for name in generator.sample(['loss', 'val/loss', 'auc', 'f1', 'lr', 'time per step'], generator.randint(0, 6)):
            points = [Metric(name, generator.choice([generator.gauss(0, 1), generator.random() * 10 ** generator.randint(-12, 12), math.nan if generator.random() < 0.1 else 0.5]),
                             START + generator.randint(0, 50), generator.randint(-2, 30)) for _ in range(generator.randint(1, 60))]
            client.log_batch(run, metrics=unlike(points))
        end(client, run, 100 + number, generator.choice(['FINISHED', 'FINISHED', 'FAILED']))


def unlike(points: list[Metric]) -> list[Metric]:
    """One point for each step and time: how several are ordered is tried in `write_series`."""
    return list({(point.step, point.timestamp): point for point in points}.values())


def write_deleted(client: MlflowClient, experiment: str) -> None:
    deleted = start(client, experiment, 200, 'deleted')
    client.log_metric(deleted, 'loss', 0.5, step=1, timestamp=START)
    end(client, deleted, 200)
    client.delete_run(deleted)
    restored = start(client, experiment, 201, 'deleted and restored')
    end(client, restored, 201)
    client.delete_run(restored)
    client.restore_run(restored)
    gone = client.create_experiment('deleted as a whole')
    end(client, start(client, gone, 202, 'in a deleted experiment'), 202)
    client.delete_experiment(gone)


main(Path(sys.argv[1]))
