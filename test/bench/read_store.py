"""Reads all runs of a store with MLflow, and reports.

    python read_store.py search_runs|client files|database|server LOCATION

`search_runs` is what users call: `mlflow.search_runs` of all experiments, which gives a DataFrame. `client` is MLflow's best case:
no DataFrame, and each experiment in one page. The import of neither is counted.
"""

from __future__ import annotations

import logging
import sys

import mlflow
from measured import Reading
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
        token = None
        while True:
            page = client.search_runs([experiment.experiment_id], max_results=50_000, page_token=token)
            for run in page:
                seen['runs'] += 1
                seen['params'] += len(run.data.params)
                seen['metrics'] += len(run.data.metrics)
                seen['tags'] += sum(not name.startswith('mlflow.') for name in run.data.tags)
                seen['checksum'] += sum(run.data.metrics.values())
            token = page.token
            if not token:
                break
    return seen


how, kind, path = sys.argv[1:]
logging.disable(logging.INFO)
if how == 'search_runs':
    import pandas  # noqa: F401  (its import is not counted either)
reading = Reading()
uri = f'sqlite:///{path}' if kind == 'database' else path
reading.report((count_frame if how == 'search_runs' else count_runs)(uri))
