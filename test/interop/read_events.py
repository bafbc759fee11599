"""Reads every folder with event files at or below a folder with TensorBoard's EventAccumulator, and writes what it saw as JSON lines.

    python read_events.py FOLDER DUMP

A number is written as Python writes it, so that none is rounded.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.util import tensor_util

EVERYTHING = {name: 0 for name in ['scalars', 'tensors', 'images', 'audio', 'histograms', 'compressedHistograms']}


def main(root: Path, dump: Path) -> None:
    with dump.open('w') as out:
        for folder, _, files in os.walk(root):
            if any('tfevents' in name and not name.endswith('.profile-empty') for name in files):
                path = Path(folder).relative_to(root).as_posix()
                print(json.dumps({'path': '' if path == '.' else path, **read(folder)}), file=out)


def read(folder: str) -> dict:
    events = EventAccumulator(folder, size_guidance=EVERYTHING).Reload()
    tags = events.Tags()
    points = {tag: [[str(e.step), repr(e.wall_time), repr(float(e.value))] for e in events.Scalars(tag)] for tag in tags['scalars']}
    texts = {}
    for tag in tags['tensors']:
        plugin = events.summary_metadata[tag].plugin_data.plugin_name
        if plugin == 'scalars':
            points[tag] = [[str(e.step), repr(e.wall_time), repr(float(number(e)))] for e in events.Tensors(tag)]
        elif plugin == 'text':
            last = max(events.Tensors(tag), key=lambda event: event.step)
            texts[tag] = [text.decode() for text in tensor_util.make_ndarray(last.tensor_proto).flatten()]
    try:
        content = events.PluginTagToContent('hparams')
    except KeyError:
        content = {}
    start = content.get(hparams_metadata.SESSION_START_INFO_TAG)
    params = {}
    if start is not None:
        for name, value in hparams_metadata.parse_session_start_info_plugin_data(start).hparams.items():
            kind = value.WhichOneof('kind')
            params[name] = [kind, repr(value.number_value) if kind == 'number_value' else str(getattr(value, kind))]
    media = sum(len(events.Images(tag)) for tag in tags['images']) + sum(len(events.Histograms(tag)) for tag in tags['histograms'])
    return {'points': points, 'texts': texts, 'params': params, 'media': media}


def number(event):
    tensor = event.tensor_proto
    # TensorBoard itself reads these types from their content only.
    for values in [tensor.uint32_val, tensor.uint64_val]:
        if values:
            return values[0]
    return tensor_util.make_ndarray(tensor).item()


main(Path(sys.argv[1]), Path(sys.argv[2]))
