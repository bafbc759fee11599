"""Reads all scalars below a folder with TensorBoard's EventAccumulator, and reports.

    python read_events.py FOLDER
"""

from __future__ import annotations

import os
import sys

from measured import Reading
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EVERY_SCALAR = {'scalars': 0, 'tensors': 0, 'images': 1, 'audio': 1, 'histograms': 1, 'compressedHistograms': 1}


def main(root: str) -> None:
    reading = Reading()
    seen = {'runs': 0, 'points': 0, 'checksum': 0.0}
    for folder, _, files in os.walk(root):
        if not any('tfevents' in name for name in files):
            continue
        events = EventAccumulator(folder, size_guidance=EVERY_SCALAR).Reload()
        seen['runs'] += 1
        for tag in events.Tags()['scalars']:
            values = events.Scalars(tag)
            seen['points'] += len(values)
            seen['checksum'] += values[-1].value
    reading.report(seen)


main(sys.argv[1])
