"""Writes journals with AIDE's own classes and dumps what AIDE reads of them, a line a node: write_journals.py FOLDER DUMP."""

import hashlib
import importlib.util
import json
import math
import random
import sys
import types
from pathlib import Path

# The package's own __init__ wants the models' clients; its journal does not.
package = types.ModuleType("aide")
package.__path__ = list(importlib.util.find_spec("aide").submodule_search_locations)
sys.modules["aide"] = package

from aide.interpreter import ExecutionResult
from aide.journal import Journal, Node
from aide.utils.metric import MetricValue, WorstMetricValue
from aide.utils.serialize import dump_json, load_json

folder, dump = Path(sys.argv[1]), sys.argv[2]


def write(name, seed, count, maximize, awkward):
    chance = random.Random(seed)
    journal = Journal()
    for index in range(count):
        parent = chance.choice(journal.nodes) if index > 2 else None
        node = Node(
            plan=f"Try {index}: ünïcode, \"quotes\"\nand a second line." if awkward else f"Try {index}.",
            code=f"# {name}\nprint({index})\n" + "x = 1\n" * chance.randrange(200),
            parent=parent,
        )
        node.ctime += index * 37.5
        breaks = chance.random() < 0.3
        node.absorb_exec_result(
            ExecutionResult(
                [f"line {line}\n" for line in range(chance.randrange(5))],
                chance.choice([0.0, 0.25, 17.123456789, 3600.0]),
                "KeyError" if breaks else None,
                {"args": ["'target'"], "name": "x"} if breaks else {},
                [("run.py", 3, "<module>", "raise")] if breaks else [],
            )
        )
        node.analysis = "It broke." if breaks else f"It scored well in round {index}."
        node.is_buggy = breaks or chance.random() < 0.1
        values = [chance.random(), -1.5e-12, 123456789.125]
        if awkward:
            values += [math.inf, -math.inf, math.nan]
        node.metric = WorstMetricValue() if node.is_buggy else MetricValue(chance.choice(values), maximize=maximize)
        journal.append(node)
    path = folder / "logs" / name
    path.mkdir(parents=True)
    dump_json(journal, path / "journal.json")
    good = [node for node in journal.nodes if not node.is_buggy]
    if good and not awkward:
        (path / "best_solution.py").write_text(journal.get_best_node(only_good=False).code)
    (path / "config.yaml").write_text(f"goal: Do {name}.\neval: null\nagent:\n  steps: {count}\n  code:\n    model: some-model\n    temp: 0.5\n")


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


write("0-plain-owl", 1, 25, True, False)
write("1-lower-is-better", 2, 40, False, False)
write("2-awkward-values", 3, 60, True, True)
write("3-nothing-yet", 4, 0, True, True)

with open(dump, "w", encoding="utf-8") as out:
    for path in sorted((folder / "logs").iterdir()):
        journal = load_json(path / "journal.json", Journal)
        best = journal.get_best_node(only_good=False) if (path / "best_solution.py").exists() else None
        for node in journal.nodes:
            row = {
                "journal": path.name,
                "id": node.id,
                "step": node.step,
                "stage": node.stage_name,
                "parent": node.parent.id if node.parent else None,
                "plan": node.plan,
                "analysis": node.analysis,
                "value": plain(node.metric.value),
                "maximize": node.metric.maximize,
                "buggy": node.is_buggy,
                "made": round(node.ctime * 1000),
                "ended": round((node.ctime + node.exec_time) * 1000),
                "error": f"{node.exc_type}: {node.exc_info['args'][0]}" if node.exc_type else None,
                "code": hashlib.sha256(node.code.encode()).hexdigest(),
                "best": best is not None and node.id == best.id,
            }
            out.write(json.dumps(row, allow_nan=False) + "\n")
