"""Makes one .wandb log of many rows with the wandb that is installed: as a training of a week leaves it.

    python make_wandb.py FOLDER ROWS
"""

from __future__ import annotations

import os
import sys

folder, rows = sys.argv[1], int(sys.argv[2])
os.makedirs(folder, exist_ok=True)
os.environ.update(WANDB_MODE='offline', WANDB_SILENT='true', WANDB_DIR=folder)

import wandb  # noqa: E402

run = wandb.init(project='bench', id='bench001', config={f'p{index}': index / 3 for index in range(40)})
for row in range(rows):
    run.log({f'metric {index}': (row + index) / 7 for index in range(10)})
run.finish()
