"""Reads all trials of a study with Optuna, and reports.

    python read_studies.py STORAGE

The import is not counted.
"""

from __future__ import annotations

import sys

import optuna
from measured import Reading

optuna.logging.set_verbosity(optuna.logging.ERROR)


def main(path: str) -> None:
    reading = Reading()
    storage = f'sqlite:///{path}' if path.endswith('.db') else optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    trials = optuna.load_study(study_name='bench', storage=storage).trials
    seen = {'trials': len(trials), 'params': 0, 'attributes': 0, 'steps': 0, 'checksum': 0.0}
    for trial in trials:
        seen['params'] += len(trial.params)
        seen['attributes'] += len(trial.user_attrs)
        seen['steps'] += len(trial.intermediate_values)
        seen['checksum'] += sum(trial.values or ())
        seen['checksum'] += sum(value for value in trial.params.values() if isinstance(value, float | int))
    reading.report(seen)


main(sys.argv[1])
