"""Makes a study of many trials in a database and in a journal: 4 parameters, 1 value, 10 values on the way and 2 attributes each.

    python make_studies.py TRIALS FOLDER

Optuna makes both storages and their first trial; the others are written as it writes that one. Much faster than optimising.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution, distribution_to_json

optuna.logging.set_verbosity(optuna.logging.ERROR)
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
CHOICES = ['adam', 'sgd', 'rmsprop']
SPACE = {
    'lr': FloatDistribution(1e-6, 1e-1, log=True),
    'dropout': FloatDistribution(0.0, 0.5),
    'depth': IntDistribution(1, 12),
    'optimiser': CategoricalDistribution(CHOICES),
}
STEPS = 10


def first(trial: optuna.Trial) -> float:
    for name, distribution in SPACE.items():
        trial._suggest(name, distribution)
    for step in range(STEPS):
        trial.report(0.5, step)
    trial.set_user_attr('who', 'ann')
    trial.set_user_attr('folds', [0.8, 0.25])
    return 0.5


def trial_of(generator: random.Random, number: int) -> dict:
    return {
        'params': {'lr': generator.uniform(1e-6, 1e-1), 'dropout': generator.uniform(0, 0.5), 'depth': float(generator.randint(1, 12)), 'optimiser': generator.randrange(3)},
        'steps': [generator.random() for _ in range(STEPS)],
        'user': {'who': 'ann', 'folds': [generator.random(), generator.random()]},
        'value': generator.random(),
        'start': START + timedelta(seconds=30 * number),
        'end': START + timedelta(seconds=30 * number + 20),
    }


def into_database(path: Path, trials: list[dict]) -> None:
    optuna.create_study(storage=f'sqlite:///{path}', study_name='bench').optimize(first, n_trials=1)
    connection = sqlite3.connect(path)
    connection.execute('pragma synchronous = off')
    for number, trial in enumerate(trials, 1):
        times = [trial[name].replace(tzinfo=None).isoformat(' ', 'microseconds') for name in ('start', 'end')]
        identifier = connection.execute(
            "insert into trials (number, study_id, state, datetime_start, datetime_complete) values (?, 1, 'COMPLETE', ?, ?)", (number, *times)
        ).lastrowid
        connection.executemany(
            'insert into trial_params (trial_id, param_name, param_value, distribution_json) values (?, ?, ?, ?)',
            [(identifier, name, value, distribution_to_json(SPACE[name])) for name, value in trial['params'].items()],
        )
        connection.execute("insert into trial_values (trial_id, objective, value, value_type) values (?, 0, ?, 'FINITE')", (identifier, trial['value']))
        connection.executemany(
            "insert into trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) values (?, ?, ?, 'FINITE')",
            [(identifier, step, value) for step, value in enumerate(trial['steps'])],
        )
        connection.executemany(
            'insert into trial_user_attributes (trial_id, key, value_json) values (?, ?, ?)',
            [(identifier, key, json.dumps(value)) for key, value in trial['user'].items()],
        )
    connection.commit()
    connection.close()


def into_journal(path: Path, trials: list[dict]) -> None:
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))
    optuna.create_study(storage=storage, study_name='bench').optimize(first, n_trials=1)
    worker = json.loads(path.read_text().splitlines()[-1])['worker_id']
    with path.open('a') as out:

        def write(code: int, **fields) -> None:
            out.write(json.dumps({'op_code': code, 'worker_id': worker, **fields}, separators=(',', ':')) + '\n')

        for number, trial in enumerate(trials, 1):
            write(4, study_id=0, datetime_start=trial['start'].isoformat(timespec='microseconds'))
            for name, value in trial['params'].items():
                write(5, trial_id=number, param_name=name, param_value_internal=value, distribution=distribution_to_json(SPACE[name]))
            for step, value in enumerate(trial['steps']):
                write(7, trial_id=number, step=step, intermediate_value=value)
            for key, value in trial['user'].items():
                write(8, trial_id=number, user_attr={key: value})
            write(6, trial_id=number, state=1, values=[trial['value']], datetime_complete=trial['end'].isoformat(timespec='microseconds'))


def main(count: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    generator = random.Random(count)
    trials = [trial_of(generator, number) for number in range(1, count)]
    into_database(folder / 'study.db', trials)
    into_journal(folder / 'study.log', trials)


main(int(sys.argv[1]), Path(sys.argv[2]))
