"""Reads every .wandb log below a folder with wandb's own `DataStore` and protobuf and writes what it holds as JSON lines.

    python read_wandb.py FOLDER OUT

One line a log: the fields of its runs, its config and summary as they stand at the end, its history with names of nested values joined by dots, how it
ended, what was printed. Values are written as `repr` would round-trip them; NaN and infinities as Python's JSON does.
"""

from __future__ import annotations

import json
import os
import sys

import wandb
from wandb.proto import wandb_internal_pb2 as messages

wandb._assert_is_internal_process = True
from wandb.sdk.internal.datastore import DataStore  # noqa: E402


def records(path: str):
    store = DataStore()
    store.open_for_scan(path)
    while True:
        try:
            data = store.scan_data()
        except AssertionError as error:
            print(f'{path}: {error}', file=sys.stderr)
            return
        if data is None:
            return
        record = messages.Record()
        record.ParseFromString(data)
        yield record


def path_of(item) -> list[str]:
    return list(item.nested_key) or [item.key]


def put(tree: dict, path: list[str], value) -> None:
    for name in path[:-1]:
        inner = tree.get(name)
        if not isinstance(inner, dict):
            inner = tree[name] = {}
        tree = inner
    tree[path[-1]] = value


def drop(tree: dict, path: list[str]) -> None:
    for name in path[:-1]:
        tree = tree.get(name)
        if not isinstance(tree, dict):
            return
    tree.pop(path[-1], None)


def apply(tree: dict, changes) -> None:
    for item in changes.update:
        put(tree, path_of(item), json.loads(item.value_json))
    for item in changes.remove:
        drop(tree, path_of(item))


def leaves(value, name: str, keep_media: bool):
    if not isinstance(value, dict) or (not value and name):
        yield name, value
    elif keep_media or '_type' not in value:
        for key, inner in value.items():
            yield from leaves(inner, f'{name}.{key}' if name else key, keep_media)


def numbers(tree: dict) -> list:
    return [
        [name, value]
        for name, value in leaves(tree, '', False)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not name.startswith(('_step', '_runtime', '_timestamp', '_wandb'))
    ]


def dump(path: str) -> dict:
    told = {'path': path, 'run': None, 'exit': None, 'history': [], 'printed': '', 'alerts': [], 'username': '', 'commit': '', 'program': '', 'args': [], 'records': 0}
    config: dict = {}
    summary: dict = {}
    for record in records(path):
        told['records'] += 1
        kind = record.WhichOneof('record_type')
        if kind == 'run':
            run = record.run
            apply(config, run.config)
            apply(summary, run.summary)
            start = run.start_time.seconds * 1000 + run.start_time.nanos // 1_000_000
            told['run'] = {
                'id': run.run_id, 'project': run.project, 'group': run.run_group, 'job_type': run.job_type, 'name': run.display_name, 'notes': run.notes,
                'tags': list(run.tags), 'sweep': run.sweep_id, 'host': run.host, 'start': told['run']['start'] if told['run'] else start,
            }
        elif kind == 'config':
            apply(config, record.config)
        elif kind == 'summary':
            apply(summary, record.summary)
        elif kind == 'history':
            row: dict = {}
            for item in record.history.item:
                put(row, path_of(item), json.loads(item.value_json))
            told['history'].append([row.get('_step', record.history.step.num), row.get('_timestamp'), numbers(row)])
        elif kind == 'exit':
            told['exit'] = record.exit.exit_code
        elif kind == 'output_raw':
            told['printed'] += record.output_raw.line
        elif kind == 'alert':
            told['alerts'].append(f'{record.alert.title}: {record.alert.text}')
        elif kind == 'environment':
            environment = record.environment
            told['username'] = environment.username or told['username']
            told['program'] = environment.code_path or environment.program or told['program']
            told['commit'] = environment.git.commit or told['commit']
            told['args'] = list(environment.args) or told['args']
    config.pop('_wandb', None)
    told['config'] = list(leaves(config, '', True)) if config else []
    told['summary'] = numbers(summary)
    return told


folder, out = os.path.abspath(sys.argv[1]), sys.argv[2]
with open(out, 'w', encoding='utf8') as lines:
    for where, _, names in sorted(os.walk(folder, followlinks=False)):
        for name in sorted(names):
            if name.endswith('.wandb') and 'latest-run' not in where:
                lines.write(json.dumps(dump(os.path.join(where, name))) + '\n')
