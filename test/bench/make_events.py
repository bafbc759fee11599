"""Makes logs of event files to read: many values in one file, many small runs, and few values among large pictures.

    python make_events.py FOLDER
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
from tensorboardX import SummaryWriter


def main(folder: Path) -> None:
    generator = random.Random(1)
    with SummaryWriter(str(folder / 'values' / 'run'), max_queue=1000, flush_secs=600) as writer:
        for step in range(60_000):
            for tag in ['train/loss', 'train/accuracy', 'lr', 'grad_norm', 'val/loss']:
                writer.add_scalar(tag, generator.random(), step)
    for number in range(500):
        with SummaryWriter(str(folder / 'runs' / f'run-{number:03}'), max_queue=1000) as writer:
            for step in range(100):
                for tag in ['train/loss', 'val/loss']:
                    writer.add_scalar(tag, generator.random(), step)
    noise = np.random.default_rng(1)
    with SummaryWriter(str(folder / 'pictures' / 'run'), max_queue=10) as writer:
        for step in range(40):
            writer.add_image('sample', noise.integers(0, 255, size=(3, 512, 512), dtype=np.uint8), step)
            writer.add_scalar('loss', generator.random(), step)


main(Path(sys.argv[1]))
