"""Writes studies with the Optuna of this environment, of every kind of parameter, value, state and attribute: write_studies.py FOLDER."""

import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
STORAGE = f"sqlite:///{sys.argv[1]}/studies.db"
# Before 3.0 a storage has no NaN.
OLD = int(optuna.__version__.split(".")[0]) < 3


def suggest(trial):
    trial.suggest_float("lr", 1e-6, 1e-1, log=True)
    trial.suggest_float("dropout", 0.0, 0.5, step=0.1)
    trial.suggest_float("plain", -1.0, 1.0)
    trial.suggest_int("depth", 1, 12)
    trial.suggest_int("width", 16, 1024, log=True)
    trial.suggest_int("batch", 32, 256, step=32)
    trial.suggest_categorical("optimiser", ["adam", "sgd", "1", "naïve ünïcode"])
    trial.suggest_categorical("mixed", [None, True, False, 3, 0.25, 1e-7, "text", float("inf")])


def one(trial):
    suggest(trial)
    trial.set_user_attr("who", "ann")
    trial.set_user_attr("nested", {"folds": [0.8, 0.25], "ok": True, "none": None})
    trial.set_user_attr("number", 17)
    if trial.number % 5 == 4:
        raise ValueError("it broke")
    for step in range(trial.number % 7):
        value = math.sin(trial.number + step)
        trial.report([float("nan"), float("inf"), -float("inf")][step] if trial.number == 10 and not OLD else value, step * 3)
        if trial.number % 3 == 1 and step == 3:
            raise optuna.TrialPruned()
    if trial.number == 6:
        return float("inf")
    if trial.number == 7:
        return float("nan")
    return trial.params["plain"] * 1e-3 + 1 / 3


def study(name, seed, **arguments):
    sampler = optuna.samplers.RandomSampler(seed=seed)
    return optuna.create_study(storage=STORAGE, study_name=name, sampler=sampler, **arguments)


single = study("churn/rate", 1, direction="maximize")
single.set_user_attr("note", "Which rate?")
single.optimize(one, n_trials=40, catch=(ValueError,))
single.enqueue_trial({"lr": 1e-3})
single.ask() if not OLD else None
single.enqueue_trial({"depth": 3})

several = study("naïve 🎉", 2, directions=["minimize", "maximize", "minimize"])
if hasattr(several, "set_metric_names"):
    several.set_metric_names(["bytes", "rows per second", "value"])
several.optimize(lambda trial: (trial.suggest_float("x", 0, 1), float("inf"), -1e300), n_trials=15)
unnamed = study(None, 3)
unnamed.optimize(lambda trial: trial.suggest_int("n", 0, 10**6) ** 2, n_trials=10)
study("empty", 4)
