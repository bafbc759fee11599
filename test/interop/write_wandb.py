"""Writes runs with the wandb that is installed, offline and in every way its API logs values.

    python write_wandb.py FOLDER

Runs of different ends: finished, failed, killed (the process is ended from outside), resumed, and one whose process still runs while it is read is
left out, since no two readings of it agree.
"""

from __future__ import annotations

import os
import subprocess
import sys

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
os.environ.update(WANDB_MODE='offline', WANDB_SILENT='true', WANDB_DIR=FOLDER, WANDB_CACHE_DIR=f'{FOLDER}/.cache', WANDB_DATA_DIR=f'{FOLDER}/.data', WANDB_ERROR_REPORTING='false')

import wandb  # noqa: E402


def rich() -> None:
    run = wandb.init(
        project='demo', entity='team', id='rich0001', name='first try', notes='two\nlines with "quotes" and é', tags=['a', 'naïve b'],
        group='group 1', job_type='train',
        config={
            'lr': 1e-05, 'nested': {'x': 1, 'y': {'z': [1, 2], 'deep': 'text'}}, 'dot.key': 3, 'big': 2**62, 'id': '123456789012345678',
            'nan': float('nan'), 'pair': (1, 2), 'none': None, 'flag': True, 'words': 'a: b # c', 'unicode': 'é🎉', 'empty': {}, 'slash/key': 0.5,
        },
    )
    run.define_metric('val/*', step_metric='epoch')
    run.define_metric('val/acc', summary='max')
    run.define_metric('hidden', hidden=True)
    for i in range(50):
        run.log({'loss': 1 / (i + 1), 'val/acc': i / 10, 'epoch': i, 'nested': {'y': {'z': i}}, 'dotted.name': -i, 'text': f'step {i}', 'flag': i % 2 == 0, 'tiny': 1e-300 * i, 'whole': 2**40 + i})
    run.log({'loss': float('nan'), 'up': float('inf'), 'down': float('-inf'), 'nothing': None, 'listed': [1, 2, 3]})
    run.log({'merged': 1}, step=100)
    run.log({'merged too': 2}, step=100)
    run.log({'table': wandb.Table(columns=['a', 'b'], data=[[1, 2], [3, 4]])})
    run.log({'page': wandb.Html('<p>x</p>')})
    run.log({'counts': wandb.Histogram([1, 2, 3])})
    run.config.update({'added': 5, 'nested2': {'a': 1}})
    run.config.update({'lr': 0.2}, allow_val_change=True)
    run.summary['best'] = 0.9
    run.summary['loss'] = 0.001
    run.summary['deep'] = {'a': {'b': 1}}
    run.name = 'renamed'
    run.notes = 'new note'
    run.tags = (*run.tags, 'late')
    run.alert('Watch', 'it broke')
    print('printed ünïcode')
    run.finish()


def long() -> None:
    run = wandb.init(project='demo', id='long0001', config={'text': 'x' * 200_000})
    for i in range(3000):
        run.log({f'series {j}': i * (j + 0.1) for j in range(8)})
    run.log({'wide': {f'k{j}': j for j in range(2000)}})
    run.finish()


def failed() -> None:
    run = wandb.init(project='other', id='failed01', config={'a': 1})
    run.log({'l': 1})
    run.finish(exit_code=3)


def nothing() -> None:
    wandb.init(project='other', id='nothing1').finish()


def killed() -> None:
    """The process dies without a word while it logs."""
    run = wandb.init(project='demo', id='killed01', config={'a': 1})
    for i in range(500):
        run.log({'l': i})
    import signal
    import time
    time.sleep(3)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def resumed() -> None:
    """Two processes of one id, the second with the steps that follow."""
    for part in range(2):
        code = (
            'import sys, wandb\n'
            "run = wandb.init(project='demo', id='resumed1', resume='allow', config={'part': 1})\n"
            f'for i in range({part * 10}, {part * 10 + 10}):\n'
            "    run.log({'loss': i / 3}, step=i)\n"
            'run.finish()\n'
        )
        subprocess.run([sys.executable, '-c', code], check=True, cwd=FOLDER)
        import time
        time.sleep(1.1)


if len(sys.argv) > 2:
    killed()
rich()
long()
failed()
nothing()
resumed()
subprocess.run([sys.executable, __file__, FOLDER, 'killed'], start_new_session=True)
