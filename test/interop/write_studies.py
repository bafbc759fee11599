"""Writes studies with the Optuna of this environment, of every kind of parameter, value, state and attribute: write_studies.py FOLDER.

They are written into a database, and since 3.1, which has them, into a journal.
"""

import math
import multiprocessing
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
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


def study(storage, name, seed, **arguments):
    sampler = optuna.samplers.RandomSampler(seed=seed)
    return optuna.create_study(storage=storage, study_name=name, sampler=sampler, **arguments)


def write(storage):
    single = study(storage, "churn/rate", 1, direction="maximize")
    single.set_user_attr("note", "Which rate?")
    single.optimize(one, n_trials=40, catch=(ValueError,))
    single.enqueue_trial({"lr": 1e-3})
    single.ask() if not OLD else None
    single.enqueue_trial({"depth": 3})

    several = study(storage, "naïve 🎉", 2, directions=["minimize", "maximize", "minimize"])
    if hasattr(several, "set_metric_names"):
        several.set_metric_names(["bytes", "rows per second", "value"])
    several.optimize(lambda trial: (trial.suggest_float("x", 0, 1), float("inf"), -1e300), n_trials=15)
    unnamed = study(storage, None, 3)
    unnamed.optimize(lambda trial: trial.suggest_int("n", 0, 10**6) ** 2, n_trials=10)
    study(storage, "empty", 4)


def journal_of(path):
    if hasattr(optuna.storages, "journal"):
        return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    return optuna.storages.JournalStorage(optuna.storages.JournalFileStorage(path))


def work(path, seed):
    """One of several processes that share a study: it takes what waits, and reports on the way."""

    def objective(trial):
        x = trial.suggest_float("x", -1, 1)
        for step in range(3):
            trial.report(x * step, step)
        return x

    sampler = optuna.samplers.RandomSampler(seed=seed)
    optuna.load_study(study_name="shared", storage=journal_of(path), sampler=sampler).optimize(objective, n_trials=12)


def write_journal_only(path):
    """What a journal keeps of what was refused, deleted or done by several at once."""
    storage = journal_of(path)
    gone = study(storage, "gone", 5)
    gone.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=4)
    optuna.delete_study(study_name="gone", storage=storage)
    again = study(storage, "gone", 6)
    again.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)

    def changing(trial):
        trial.suggest_float("lr", 0, 1)
        if trial.number == 1:
            trial.suggest_categorical("kind", ["a"])
        if trial.number == 2:
            trial.suggest_categorical("kind", ["a", "b"])
        return 1.0

    study(storage, "changing", 7).optimize(changing, n_trials=4, catch=(ValueError,))
    added = study(storage, "added", 8)
    distribution = optuna.distributions.IntDistribution(1, 9)
    added.add_trial(
        optuna.trial.create_trial(
            params={"n": 4}, distributions={"n": distribution}, value=0.25, user_attrs={"from": "a paper"}, intermediate_values={0: 0.5, 7: 0.25}
        )
    )
    added.add_trial(optuna.trial.create_trial(state=optuna.trial.TrialState.FAIL, system_attrs={"fail_reason": "none"}))
    shared = study(storage, "shared", 9)
    for number in range(5):
        shared.enqueue_trial({"x": number / 10})
    workers = [multiprocessing.Process(target=work, args=(path, seed)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    write(f"sqlite:///{sys.argv[1]}/studies.db")
    if hasattr(optuna.storages, "JournalStorage"):
        write(journal_of(f"{sys.argv[1]}/studies.log"))
        write_journal_only(f"{sys.argv[1]}/studies.log")
