"""Saves programs of DSPy, optimises one under MLflow's autologging, and writes down what DSPy's own objects say of each.

Usage: write_dspy.py FOLDER DUMP. Below FOLDER: `saved/` and `mlflow.db` with `artifacts/`. The language model is scripted: there is no network.
"""

import json
import os
import sys
from pathlib import Path

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
folder = Path(sys.argv[1]).resolve()
(folder / "saved").mkdir(parents=True)

import dspy
import mlflow
import mlflow.dspy
from dspy.utils import DummyLM

mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
mlflow.create_experiment("dspy", artifact_location=(folder / "artifacts").as_uri())
mlflow.set_experiment("dspy")
mlflow.dspy.autolog(log_compiles=True, log_evals=True, log_traces=False)
dspy.configure(lm=DummyLM([{"reasoning": "It is {{known}}.", "answer": "Paris"}] * 1000))


class Listed(dspy.Module):
    """Its predictors lie in a list: MLflow keeps no parameters of such a program."""

    def __init__(self):
        super().__init__()
        self.cot = dspy.ChainOfThought("question -> answer")
        self.preds = [dspy.Predict(dspy.Signature("question -> answer", "Ask “politely”.\n\nTwice.\u0007"))]

    def forward(self, question):
        return self.cot(question=question)


def predictors(program):
    return {
        name: {
            "instructions": predictor.signature.instructions,
            "fields": list(predictor.signature.fields),
            "demos": [dict(demo) for demo in predictor.demos],
        }
        for name, predictor in program.named_predictors()
    }


def metric(example, prediction, trace=None):
    return float(example.answer == prediction.answer)


trainset = [
    dspy.Example(question=f"q{i}", answer="Paris" if i % 2 else "Rome").with_inputs("question") for i in range(6)
]
dump = {"saved": {}, "runs": {}}
compiled = dspy.BootstrapFewShotWithRandomSearch(
    metric=metric, num_candidate_programs=2, max_bootstrapped_demos=1, max_labeled_demos=2, num_threads=1
).compile(Listed(), trainset=trainset, valset=trainset)
labelled = dspy.LabeledFewShot(k=3).compile(dspy.Predict("question -> answer"), trainset=trainset)
for name, program in {"listed": Listed(), "compiled": compiled, "bare": labelled}.items():
    program.save(str(folder / "saved" / f"{name}.json"))
    read = dspy.Predict("question -> answer") if name == "bare" else Listed()
    read.load(str(folder / "saved" / f"{name}.json"))
    dump["saved"][f"{name}.json"] = predictors(read)
for run in mlflow.search_runs(output_format="list"):
    for name in ("best_model.json", "model.json"):
        try:
            path = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=name, dst_path=str(folder / "read" / run.info.run_id))
        except Exception:
            continue
        for read in (Listed(), dspy.Predict("question -> answer")):
            try:
                read.load(path)
            except Exception:
                continue
            dump["runs"][run.info.run_id] = predictors(read)
            break
Path(sys.argv[2]).write_text(json.dumps(dump))
