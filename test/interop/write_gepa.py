"""Optimises small made-up programs with GEPA, tracked in every way it knows, and writes down what its own objects say.

Usage: write_gepa.py FOLDER DUMP. Below FOLDER: `runs/` (run directories), `mlflow.db` with `artifacts/`, `wandb/` (offline), `results/`
(`GEPAResult.to_dict()` as JSON). The language model is a function of the call's number: there is no network.
"""

import inspect
import json
import logging
import os
import sys
from pathlib import Path

folder = Path(sys.argv[1]).resolve()
folder.mkdir(parents=True)
os.environ["WANDB_MODE"] = "offline"
os.environ["WANDB_SILENT"] = "true"
os.environ["WANDB_DIR"] = str(folder)
os.environ["WANDB_API_KEY"] = "0" * 40

import gepa
from gepa import EvaluationBatch, GEPAAdapter
from gepa.core.result import GEPAResult
from gepa.core.state import GEPAState
from gepa.logging.experiment_tracker import ExperimentTracker

logging.disable(logging.CRITICAL)

# What the model answers, one after another; the score of a text is how many of an example's words it holds.
ANSWERS = {
    "plain": [
        "Answer with alpha.",
        "Answer with nothing at all.",
        "Answer with alpha and beta.\n\nIteration of thoughts is fine: {0: 1}\n```not a fence",
        "Answer with alpha {{template}} <b>[[r1]]</b> \u001b[31mred\u001b[0m “déjà vu” 🎉",
        "Answer with alpha, beta and gamma.",
        "Answer with delta.",
        "Answer with alpha, beta, gamma and delta.",
        "Answer with omega.",
    ],
    "two": ["Take alpha.", "Say beta.", "Take nothing.", "Say beta and gamma.", "Take alpha and delta.", "Say no."] * 2,
    "long": ["Answer with alpha. " + "word " * 9000, "Answer with omega. " + "more " * 9000] * 3,
    "never": ["Answer with omega.", "Say nothing."] * 4,
}
TRACED = ["i", "selected_program_candidate", "subsample_scores", "new_subsample_scores", "new_program_idx"]
WORDS = ["alpha", "beta", "gamma", "delta", "epsilon"]
EXAMPLES = [{"words": WORDS[: 1 + (i % 5)], "id": i} for i in range(7)]


# Before 0.1 there were no prefixes, and no tables.
HAS_PREFIX = "key_prefix" in inspect.signature(ExperimentTracker.__init__).parameters


class Adapter(GEPAAdapter):
    propose_new_texts = None

    def evaluate(self, batch, candidate, capture_traces=False):
        text = " ".join(candidate.values())
        scores = [sum(w in text for w in each["words"]) / len(each["words"]) for each in batch]
        trajectories = [{"score": s} for s in scores] if capture_traces else None
        return EvaluationBatch(outputs=list(scores), scores=scores, trajectories=trajectories)

    def make_reflective_dataset(self, candidate, eval_batch, components_to_update):
        rows = [{"Inputs": "i", "Generated Outputs": "o", "Feedback": f"score {s}"} for s in eval_batch.scores]
        return {name: rows for name in components_to_update}


def answering(name):
    answers = iter(ANSWERS[name])
    return lambda prompt: "```\n" + next(answers, "Answer with omega.") + "\n```"


def optimise(name, seed, tracker, run_dir, **options):
    from gepa.api import optimize

    made = gepa.api.create_experiment_tracker
    # The tracker is handed in, with what `optimize` has no word for.
    gepa.api.create_experiment_tracker = lambda **_: tracker
    try:
        return optimize(
            seed_candidate=seed,
            trainset=EXAMPLES,
            valset=EXAMPLES[:5],
            adapter=Adapter(),
            reflection_lm=answering(name),
            reflection_minibatch_size=3,
            perfect_score=2.0,
            skip_perfect_score=False,
            max_metric_calls=options.pop("calls", 70),
            run_dir=None if run_dir is None else str(run_dir),
            seed=7,
            raise_on_exception=True,
            display_progress_bar=False,
            **options,
        )
    finally:
        gepa.api.create_experiment_tracker = made


def told(result, run_dir):
    """What GEPA's own objects say: candidates from the result, proposals from the traces of its state."""
    traces = []
    if (run_dir / "gepa_state.bin").exists():
        traces = [
            {name: value for name, value in trace.items() if name in TRACED}
            for trace in GEPAState.load(str(run_dir)).full_program_trace
        ]
    return {
        "candidates": result.candidates,
        "parents": [list(each) for each in result.parents],
        "scores": result.val_aggregate_scores,
        "subscores": [{str(k): v for k, v in dict(enumerate(s) if isinstance(s, list) else s).items()} for s in result.val_subscores],
        "best": result.best_idx,
        "traces": traces,
        "calls": result.total_metric_calls,
    }


def main():
    import mlflow
    import wandb

    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    mlflow.create_experiment("optimised", artifact_location=(folder / "artifacts").as_uri())
    dump = {}
    cases = [
        ("plain", {"instructions": "Answer."}, "", {}),
        ("two", {"system": "Take it.", "preds[0]": "Say it."}, "opt/", {"use_merge": True, "max_merge_invocations": 3, "calls": 110}),
        ("long", {"instructions": "Answer."}, "", {}),
        ("never", {"instructions": "Answer."}, "a b/", {"calls": 40}),
    ]
    for name, seed, prefix, options in cases:
        run_dir = folder / "runs" / name
        if not HAS_PREFIX:
            prefix = ""
        tracker = ExperimentTracker(
            use_mlflow=True, mlflow_tracking_uri=mlflow.get_tracking_uri(), mlflow_experiment_name="optimised",
            use_wandb=True, wandb_init_kwargs={"project": "optimised", "name": name, "dir": str(folder), "id": f"opt-{name}"},
            **({"key_prefix": prefix} if HAS_PREFIX else {}),
        )
        # A run directory and both trackers tell this one.
        mlflow.set_experiment("optimised")
        with mlflow.start_run(run_name=name) as active:
            result = optimise(name, seed, tracker, run_dir, **options)
        (folder / "results").mkdir(exist_ok=True)
        (folder / "results" / f"{name}.json").write_text(json.dumps(result.to_dict(), default=list))
        dump[name] = {**told(result, run_dir), "prefix": prefix, "run": active.info.run_id, "seed": seed,
                      "read_back": GEPAResult.from_dict(json.loads(json.dumps(result.to_dict(), default=list))).best_idx}
        dump[name]["answers"] = ANSWERS[name]
        dump[name]["hasTables"] = HAS_PREFIX
    Path(sys.argv[2]).write_text(json.dumps(dump))


main()
