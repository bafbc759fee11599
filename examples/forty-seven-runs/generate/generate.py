"""Trains the forty-seven runs and writes `mlflow.db` and `mlruns/` beside this folder. See README.md here.

    python generate.py              values from training, times from measured.csv: the committed stores again
    python generate.py --measure    takes the times anew as well, and writes measured.csv
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

for variable in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
    os.environ.setdefault(variable, '1')
os.environ['MLFLOW_ALLOW_FILE_STORE'] = 'true'
warnings.filterwarnings('ignore')
if os.environ.get('PYTHONHASHSEED') != '0':
    # MLflow's migrations write constraints and indexes in the order of sets.
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, 'PYTHONHASHSEED': '0'})

from recording import run_id, scrub_database, scrub_tree, summarise_folds, write_store  # noqa: E402
from story import RUNS  # noqa: E402
from training import Outcome, train  # noqa: E402

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
MEASURED = HERE / 'measured.csv'


def main() -> None:
    outcomes = {}
    for planned in RUNS:
        outcomes[planned.number] = outcome = train(planned)
        auc = next((f'{value:.4f}' for metric, value, *_ in outcome.points if metric == 'val_auc'), '-')
        f1 = next((f'{value:.4f}' for metric, value, *_ in outcome.points if metric == 'val_f1'), '-')
        print(f'{planned.number:2d} {run_id(planned.number)[:8]} {planned.name:26s} val_auc {auc} val_f1 {f1} {outcome.error or ""}', flush=True)
    fold_times = [outcomes[planned.number].wall_seconds for planned in RUNS if planned.parent is not None]
    outcomes[14].wall_seconds += sum(fold_times)
    if '--measure' in sys.argv:
        write_measured(outcomes)
    take_measured(outcomes)
    summarise_folds(outcomes)

    for name in ('mlflow.db', 'mlruns'):
        if (PROJECT / name).is_dir():
            shutil.rmtree(PROJECT / name)
        (PROJECT / name).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        os.chdir(folder)
        write_store(str(folder / 'mlruns'), outcomes)
        scrub_tree(folder / 'mlruns', folder)
        write_store(f'sqlite:///{folder}/mlflow.db', outcomes)
        scrub_database(folder / 'mlflow.db', folder)
        shutil.move(folder / 'mlruns', PROJECT / 'mlruns')
        shutil.move(folder / 'mlflow.db', PROJECT / 'mlflow.db')
        os.chdir(PROJECT)


def write_measured(outcomes: dict[int, Outcome]) -> None:
    with MEASURED.open('w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['run', 'fit_seconds', 'wall_seconds'])
        for number, outcome in outcomes.items():
            writer.writerow([number, '' if outcome.fit_seconds is None else f'{outcome.fit_seconds:.4f}', f'{outcome.wall_seconds:.3f}'])


def take_measured(outcomes: dict[int, Outcome]) -> None:
    """Times differ from one training to the next; the committed ones are those of one real one."""
    with MEASURED.open(newline='') as file:
        for row in csv.DictReader(file):
            outcome = outcomes[int(row['run'])]
            outcome.wall_seconds = float(row['wall_seconds'])
            outcome.points = [(metric, float(row['fit_seconds']) if metric == 'fit_seconds' else value, step, share) for metric, value, step, share in outcome.points]


main()
