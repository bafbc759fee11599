"""Reads all runs of a store with MLflow and prints, as JSON, how many values it saw, how long it took and the most memory.

    python read_store.py search_runs|client files|database PATH

`search_runs` is what users call: `mlflow.search_runs` of all experiments, which gives a DataFrame. `client` is MLflow's best case:
no DataFrame, and each experiment in one page. The import of neither is counted.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time

import mlflow
from mlflow import MlflowClient


def count_frame(uri: str) -> dict:
    mlflow.set_tracking_uri(uri)
    frame = mlflow.search_runs(search_all_experiments=True)
    kinds = {name: [column for column in frame.columns if column.startswith(f'{name}.')] for name in ('params', 'metrics', 'tags')}
    kinds['tags'] = [column for column in kinds['tags'] if not column.startswith('tags.mlflow.')]
    seen = {name: int(frame[columns].notna().sum().sum()) for name, columns in kinds.items()}
    return {'runs': len(frame), **seen, 'checksum': float(frame[kinds['metrics']].sum().sum())}


def count_runs(uri: str) -> dict:
    client = MlflowClient(uri)
    seen = {'runs': 0, 'params': 0, 'metrics': 0, 'tags': 0, 'checksum': 0.0}
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id], max_results=50_000):
            seen['runs'] += 1
            seen['params'] += len(run.data.params)
            seen['metrics'] += len(run.data.metrics)
            seen['tags'] += sum(not name.startswith('mlflow.') for name in run.data.tags)
            seen['checksum'] += sum(run.data.metrics.values())
    return seen


how, kind, path = sys.argv[1:]
logging.disable(logging.INFO)
if how == 'search_runs':
    import pandas  # noqa: F401  (its import is not counted either)
began = time.perf_counter()
seen = (count_frame if how == 'search_runs' else count_runs)(f'sqlite:///{path}' if kind == 'database' else path)
seconds = time.perf_counter() - began
print(json.dumps({**seen, 'seconds': seconds, 'megabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
