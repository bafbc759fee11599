"""Writes offline experiments with the comet_ml of this environment, and what it logged, a line an experiment: write_comet.py FOLDER DUMP."""

import json
import math
import os
import sys

import comet_ml

folder, dump = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)
logged = []


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


class Logging:
    """An experiment, with all that it was given."""

    def __init__(self, name, **options):
        self.experiment = comet_ml.OfflineExperiment(
            workspace="lab",
            offline_directory=folder,
            display_summary_level=0,
            log_code=False,
            auto_output_logging=False,
            **options,
        )
        self.told = {"key": self.experiment.get_key(), "name": name, "params": {}, "metrics": {}, "tags": [], "others": {}, "files": {}}
        self.told["project"] = options["project_name"]
        self.told["comet"] = comet_ml.__version__
        self.experiment.set_name(name)

    def params(self, **params):
        self.experiment.log_parameters(params)
        self.told["params"].update({name: plain(value) for name, value in params.items()})

    def metric(self, name, value, step, context=None):
        if context is None:
            self.experiment.log_metric(name, value, step=step)
        else:
            with self.experiment.context_manager(context):
                self.experiment.log_metric(name, value, step=step)
        shown = name if context is None else f"{context}_{name}"
        self.told["metrics"].setdefault(shown, []).append([step, plain(value)])

    def other(self, name, value):
        self.experiment.log_other(name, value)
        self.told["others"][name] = value

    def tag(self, *tags):
        self.experiment.add_tags(list(tags))
        self.told["tags"] += tags

    def file(self, name, text):
        self.experiment.log_asset_data(text, name=name)
        self.told["files"][name] = len(text.encode())

    def end(self):
        self.experiment.end()
        logged.append(self.told)


first = Logging("baseline ünï", project_name="churn")
first.params(lr=0.001, opt="adam", flag=True, big=123456789012345678, depth=7, tiny=1e-7, text="a, b")
first.params(lr=0.01)
first.tag("first", "x y")
first.other("Notes", "It went well.\nSecond line")
first.other("Stage", "draft")
for step in range(200):
    first.metric("loss", 1 / (step + 1), step)
    first.metric("acc", step * 0.005, step, "train")
first.metric("bad", math.nan, 0)
first.metric("bad", math.inf, 1)
first.metric("bad", -math.inf, 2)
first.file("models/model.txt", "weights")
first.file("notes.md", "naïve 🎉")
first.end()

second = Logging("sparse", project_name="other")
second.params(seed=7)
for step in (0, 1000, 10**9):
    second.metric("val/auc", 0.5 + step / 10**10, step)
second.end()

with open(dump, "w", encoding="utf-8") as out:
    for each in logged:
        out.write(json.dumps(each, allow_nan=False) + "\n")
