"""Makes a store of many runs: 10 parameters, 5 metrics of 20 points, 3 tags each. Much faster than logging, in the same layout.

    python make_store.py files|database RUNS FOLDER

The database gets its tables from MLflow itself; the files are laid out as MLflow lays them out (one that it wrote is the pattern).
"""

from __future__ import annotations

import random
import sqlite3
import sys
from pathlib import Path

from mlflow import MlflowClient

START = 1_772_440_000_000
PARAMS = ['lr', 'depth', 'seed', 'model', 'features', 'batch_size', 'dropout', 'weight_decay', 'optimizer', 'epochs']
METRICS = ['train_loss', 'val_loss', 'val_auc', 'val_f1', 'seconds']
POINTS = 20
EXPERIMENTS = 10


def main(kind: str, count: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    generator = random.Random(count)
    runs = (make_run(generator, number) for number in range(count))
    if kind == 'files':
        write_files(folder / 'store', runs)
    else:
        write_database(folder / 'store', runs)
    (folder / 'made').touch()


def make_run(generator: random.Random, number: int) -> dict:
    start = START + number * 30_000
    return {
        'id': f'{generator.getrandbits(128):032x}', 'name': f'run-{number}', 'experiment': number % EXPERIMENTS, 'start': start, 'end': start + 20_000,
        'status': 4 if number % 17 == 0 else 3,
        'params': {name: f'{generator.random():.6g}' for name in PARAMS},
        'metrics': {name: [(start + 1000 * step, generator.random(), step) for step in range(POINTS)] for name in METRICS},
        'tags': {'mlflow.user': 'ines', 'mlflow.runName': f'run-{number}', 'stage': 'search'},
    }


def write_files(root: Path, runs) -> None:
    client = MlflowClient(str(root))
    experiments = [client.create_experiment(f'experiment {index}') for index in range(EXPERIMENTS)]
    pattern = client.create_run(experiments[0])
    meta = root / experiments[0] / pattern.info.run_id / 'meta.yaml'
    text = meta.read_text()
    for run in runs:
        folder = root / experiments[run['experiment']] / run['id']
        for name in ('params', 'metrics', 'tags', 'artifacts'):
            (folder / name).mkdir(parents=True)
        (folder / 'meta.yaml').write_text(meta_of(text, run, experiments[run['experiment']]))
        for name, value in run['params'].items():
            (folder / 'params' / name).write_text(value)
        for name, value in run['tags'].items():
            (folder / 'tags' / name).write_text(value)
        for name, points in run['metrics'].items():
            (folder / 'metrics' / name).write_text(''.join(f'{time} {value} {step}\n' for time, value, step in points))
    client.delete_run(pattern.info.run_id)


def meta_of(pattern: str, run: dict, experiment: str) -> str:
    values = {'run_id': run['id'], 'run_uuid': run['id'], 'run_name': run['name'], 'experiment_id': f"'{experiment}'", 'start_time': run['start'], 'end_time': run['end'],
              'status': run['status'], 'user_id': 'ines', 'artifact_uri': f"./{experiment}/{run['id']}/artifacts", 'deleted_time': 'null', 'lifecycle_stage': 'active'}
    names = [line.split(':')[0] for line in pattern.splitlines()]
    return ''.join(f'{name}: {values[name]}\n' if name in values else f'{line}\n' for name, line in zip(names, pattern.splitlines(), strict=True))


def write_database(path: Path, runs) -> None:
    client = MlflowClient(f'sqlite:///{path}')
    experiments = [client.create_experiment(f'experiment {index}') for index in range(EXPERIMENTS)]
    connection = sqlite3.connect(path)
    connection.execute('pragma synchronous = off')
    for run in runs:
        identifier = run['id']
        connection.execute(
            'insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id) '
            "values (?, ?, 'UNKNOWN', '', '', 'ines', ?, ?, ?, '', 'active', ?, ?)",
            (identifier, run['name'], 'FAILED' if run['status'] == 4 else 'FINISHED', run['start'], run['end'], f'artifacts/{identifier}', int(experiments[run['experiment']])))
        connection.executemany('insert into params (key, value, run_uuid) values (?, ?, ?)', [(*pair, identifier) for pair in run['params'].items()])
        connection.executemany('insert into tags (key, value, run_uuid) values (?, ?, ?)', [(*pair, identifier) for pair in run['tags'].items()])
        for name, points in run['metrics'].items():
            connection.executemany('insert into metrics (key, value, timestamp, run_uuid, step, is_nan) values (?, ?, ?, ?, ?, 0)',
                                   [(name, value, time, identifier, step) for time, value, step in points])
            time, value, step = points[-1]
            connection.execute('insert into latest_metrics (key, value, timestamp, run_uuid, step, is_nan) values (?, ?, ?, ?, ?, 0)', (name, value, time, identifier, step))
    connection.commit()
    connection.close()


main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
