"""Dumps what the Optuna of this environment reads of a storage, a line a trial: read_studies.py STORAGE DUMP."""

import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def instant(time):
    # Without a zone a time is one of the clock here, as for the Optuna that wrote it.
    return None if time is None else round(time.timestamp() * 1e6) // 1000


def open_storage(path):
    if path.endswith(".db"):
        return f"sqlite:///{path}"
    if hasattr(optuna.storages, "journal"):
        return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    return optuna.storages.JournalStorage(optuna.storages.JournalFileStorage(path))


path, dump = sys.argv[1:]
storage = open_storage(path)
with open(dump, "w", encoding="utf-8") as out:
    for summary in optuna.get_all_study_summaries(storage):
        study = optuna.load_study(study_name=summary.study_name, storage=storage)
        # In a database the names are an attribute; the property came later.
        names = study.metric_names if hasattr(study, "metric_names") else None
        for trial in study.trials:
            out.write(
                json.dumps(
                    {
                        "optuna": optuna.__version__,
                        "study": summary.study_name,
                        "directions": [direction.name for direction in study.directions],
                        "names": names,
                        "number": trial.number,
                        "state": trial.state.name,
                        "start": instant(trial.datetime_start),
                        "end": instant(trial.datetime_complete),
                        "params": plain(trial.params),
                        "values": plain(trial.values),
                        "steps": [[step, plain(value)] for step, value in sorted(trial.intermediate_values.items())],
                        "attributes": plain(trial.user_attrs),
                    },
                    allow_nan=False,
                )
                + "\n"
            )
