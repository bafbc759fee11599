"""Writes a file store and a SQLite store of runs to be searched, and what the MLflow that runs this finds with each filter.

    python search_runs.py FOLDER FILTERS.json ANSWERS.jsonl

A filter with `since` is asked of MLflow 3 only: 2.x has no IS NULL, takes NaN for 0 in databases, takes LIKE's pattern for a
regular expression in files, no list of one, and joins data sets with other conditions wrongly.

An answer is {"store", "kind", "filter", "invalid", "ids" (sorted, or null), "error"}; {0} and {1} in a filter stand for ids.
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag

MAJOR = int(mlflow.__version__.split('.')[0])
START = 1_772_440_000_000
RUNS = 60


def main(folder: Path, filters: Path, answers: Path) -> None:
    folder.mkdir(parents=True)
    cases = json.loads(filters.read_text(encoding='utf-8'))
    with answers.open('w', encoding='utf-8') as out:
        for kind, uri in (('files', str(folder / 'files')), ('database', f'sqlite:///{folder}/store.db')):
            client = MlflowClient(uri)
            ids, experiments = write(client)
            for case in cases:
                if MAJOR < case.get('since', 0):
                    continue
                text = case['filter'].replace('{0}', ids[0]).replace('{1}', ids[1])
                path = uri.removeprefix('sqlite:///')
                answer = {'store': path, 'kind': kind, 'filter': text, 'invalid': case.get('invalid', False)}
                try:
                    found = client.search_runs(experiments, filter_string=text, max_results=5000)
                    answer |= {'ids': sorted(run.info.run_id for run in found), 'error': None}
                except mlflow.exceptions.MlflowException as error:
                    answer |= {'ids': None, 'error': str(error)}
                out.write(json.dumps(answer) + '\n')


def write(client: MlflowClient) -> tuple[list[str], list[str]]:
    generator = random.Random(13)
    experiments = [client.create_experiment('first'), client.create_experiment('second')]
    ids = []
    for number in range(RUNS):
        tags = {'mlflow.user': generator.choice(['ola', 'kari'])}
        if number % 3 == 0:
            tags['team'] = generator.choice(['risk', 'Retail'])
        if number % 10 == 0:
            tags |= {'quote': "it's", 'mlflow.note.content': 'a note', 'mlflow.source.git.commit': 'abc123'}
        run = client.create_run(experiments[number % 2], start_time=START + number * 60_000, run_name=f'run {number}', tags=tags).info.run_id
        ids.append(run)
        if number % 7 != 0:
            client.log_param(run, 'model', generator.choice(['lgbm', 'xgb', 'LGBM', 'rf']))
        client.log_param(run, 'my lr', '1')
        client.log_param(run, 'opt.name', generator.choice(['adam', 'sgd']))
        if number % 2 == 0:
            client.log_param(run, 'lr', generator.choice(['0.1', '0.10', '1e-1']))
        for step in range(3):
            client.log_metric(run, 'auc', generator.choice([0.5, 0.6, 0.75, 0.9]), step=step, timestamp=START)
        client.log_metric(run, 'loss', generator.uniform(-2, 2), timestamp=START)
        client.log_metric(run, 'val/loss', generator.uniform(0, 2), timestamp=START)
        client.log_metric(run, 'a b', generator.choice([-1, 1]), timestamp=START)
        if number % 5 == 0:
            client.log_metric(run, 'odd', generator.choice([math.nan, math.inf, -math.inf, 0.0]), timestamp=START)
        if number % 4 == 0:
            name, digest, use = generator.choice([('wine', 'a1', 'training'), ('beer', 'b2', 'eval'), ('cider', 'a3', 'eval')])
            client.log_inputs(run, [DatasetInput(Dataset(name, digest, 'local', '{}'), [InputTag('mlflow.data.context', use)])])
        if number % 6 != 0:
            client.set_terminated(run, generator.choice(['FINISHED', 'FINISHED', 'FAILED', 'KILLED']), START + number * 60_000 + 30_000)
    client.delete_run(ids[-1])
    return ids, experiments


main(*(Path(argument) for argument in sys.argv[1:4]))
