"""Reads all scalars below a folder with TensorBoard's EventAccumulator and prints, as JSON, what it saw, how long it took and the most memory.

    python read_events.py FOLDER
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EVERY_SCALAR = {'scalars': 0, 'tensors': 0, 'images': 1, 'audio': 1, 'histograms': 1, 'compressedHistograms': 1}


def main(root: str) -> None:
    began = time.perf_counter()
    seen = {'runs': 0, 'points': 0}
    checksum = 0.0
    for folder, _, files in os.walk(root):
        if not any('tfevents' in name for name in files):
            continue
        events = EventAccumulator(folder, size_guidance=EVERY_SCALAR).Reload()
        seen['runs'] += 1
        for tag in events.Tags()['scalars']:
            values = events.Scalars(tag)
            seen['points'] += len(values)
            checksum += values[-1].value
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**seen, 'checksum': round(checksum, 3), 'seconds': seconds, 'megabytes': megabytes}))


main(sys.argv[1])
