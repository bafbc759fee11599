"""Writes logs with the real writers: tensorboardX (which writes as PyTorch does), and TensorBoard's own, as TF1 and TF2 write.

    python write_events.py FOLDER
"""

from __future__ import annotations

import math
import random
import sys
import time
from pathlib import Path

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import api_pb2, metadata as hparams_metadata, plugin_data_pb2, summary_v2 as hparams_v2
from tensorboard.plugins.scalar import summary as scalars, summary_v2 as scalars_v2
from tensorboard.plugins.text import summary_v2 as texts_v2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util
from tensorboardX import SummaryWriter

DTYPES = [np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.bool_]


def main(folder: Path) -> None:
    generator = random.Random(20261121)
    write_torch(folder / 'torch', generator)
    write_second(folder / 'tensorflow-2', generator)
    write_first(folder / 'tensorflow-1', generator)
    write_restarts(folder / 'restarts', generator)


def write_torch(folder: Path, generator: random.Random) -> None:
    for number in range(4):
        with SummaryWriter(str(folder / f'run-{number}')) as writer:
            for step in range(300):
                writer.add_scalar('train/loss', 1 / (step + 1) + generator.random(), step)
                if step % 10 == 0:
                    writer.add_scalar('val/loss', generator.choice([math.nan, math.inf, -math.inf, 0.0, generator.gauss(0, 1)]), step)
                    writer.add_scalars('both', {'left': generator.random(), 'right': generator.random()}, step)
            writer.add_text('note', 'as **hoped**', 3)
            writer.add_histogram('weights', np.random.default_rng(number).normal(size=100), 1)
            writer.add_image('picture', np.zeros((3, 4, 4), dtype=np.uint8), 1)
            writer.add_scalar('ünïcode tag with spaces', 0.1, -5)
            if number < 3:
                writer.add_hparams({'lr': 0.1 / (number + 1), 'layers': number, 'optimiser': 'adam', 'bias': number == 1}, {'hparam/score': generator.random()})
    with SummaryWriter(str(folder / 'without-steps')) as writer:
        for _ in range(20):
            writer.add_scalar('loss', generator.random())


class Writer:
    """Writes summaries into one event file, as `tf.summary.FileWriter` does."""

    def __init__(self, folder: Path, suffix: str = '') -> None:
        self.writer = EventFileWriter(str(folder), filename_suffix=suffix)

    def add(self, summary, step: int, when: float | None = None) -> None:
        if isinstance(summary, bytes):
            summary = summary_pb2.Summary.FromString(summary)
        self.event(summary=summary, step=step, when=when)

    def event(self, when: float | None = None, **fields) -> None:
        self.writer.add_event(event_pb2.Event(wall_time=time.time() if when is None else when, **fields))

    def close(self) -> None:
        self.writer.close()


def write_second(folder: Path, generator: random.Random) -> None:
    for number in range(3):
        session = folder / f'run-{number}'
        root = Writer(session, '.v2')
        root.add(hparams_v2.hparams_pb({'units': 16.0 * number, 'activation': 'relu', 'dropout': 0.5, 'bias': True}, start_time_secs=1_790_000_000.25), 0)
        for part in ['train', 'validation']:
            writer = Writer(session / part, '.v2')
            for epoch in range(30):
                writer.add(scalars_v2.scalar_pb('epoch_loss', generator.random()), epoch)
            writer.add(texts_v2.text_pb('words', np.array([['a', 'b'], ['c', 'd']], dtype=object)), 1)
            writer.close()
        root.add(session_end(api_pb2.STATUS_FAILURE if number == 2 else api_pb2.STATUS_SUCCESS, 1_790_000_500.5), 0)
        root.close()
    every = Writer(folder / 'every-type', '.v2')
    for index, dtype in enumerate(DTYPES):
        for step in range(5):
            value = np.array(generator.randrange(0, 100) if np.dtype(dtype).kind in 'iub' else generator.gauss(0, 10)).astype(dtype)
            # Written as a list, and as content: a list of the one number, and an array that is reshaped to none.
            listed = tensor_util.make_tensor_proto(value)
            tensor = listed if step % 2 else with_content(listed, value)
            summary = summary_pb2.Summary()
            summary.value.add(tag=f'type-{index}-{np.dtype(dtype).name}', tensor=tensor, metadata=scalars.metadata.create_summary_metadata('', ''))
            every.add(summary, step)
    every.close()


def session_end(status, when: float):
    # TensorBoard's own function for it wants TensorFlow.
    said = plugin_data_pb2.HParamsPluginData(session_end_info=plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=when))
    summary = summary_pb2.Summary()
    summary.value.add(tag=hparams_metadata.SESSION_END_INFO_TAG, metadata=hparams_metadata.create_summary_metadata(said), tensor=hparams_metadata.NULL_TENSOR)
    return summary


def with_content(listed, value):
    tensor = type(listed)(dtype=listed.dtype, tensor_shape=listed.tensor_shape)
    tensor.tensor_content = value.astype(value.dtype.newbyteorder('<')).tobytes()
    return tensor


def write_first(folder: Path, generator: random.Random) -> None:
    for part in ['train', 'test']:
        writer = Writer(folder / 'run' / part)
        writer.event(graph_def=bytes(3_000_000))
        writer.event(session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START), step=0)
        for step in range(200):
            summary = summary_pb2.Summary()
            for tag in ['loss', 'accuracy', 'layer1/weights/summaries/mean', 'loss_1']:
                summary.value.add(tag=tag, simple_value=generator.random())
            summary.value.add(tag='activations', histo=summary_pb2.HistogramProto(min=0, max=1, num=2))
            summary.value.add(tag='input/image/0', image=summary_pb2.Summary.Image(height=1, width=1, encoded_image_string=bytes(2000)))
            writer.add(summary, step)
        writer.close()


def write_restarts(folder: Path, generator: random.Random) -> None:
    def simple(value: float):
        summary = summary_pb2.Summary()
        summary.value.add(tag='loss', simple_value=value)
        return summary

    # A restart that says so, in the same file and in the next one.
    for first, second in [('.a', '.a'), ('.a', '.b')]:
        place = folder / f'purged{first}{second}'
        writer = Writer(place, first)
        for step in range(50):
            writer.add(simple(generator.random()), step)
        if second != first:
            writer.close()
            time.sleep(1.1)
            writer = Writer(place, second)
        writer.event(session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START), step=30)
        for step in range(30, 60):
            writer.add(simple(generator.random()), step)
        writer.close()
    # One that does not: its steps overlap.
    for part in range(2):
        writer = Writer(folder / 'resumed', f'.{part}')
        for step in range(part * 40, part * 40 + 50):
            writer.add(simple(generator.random()), step)
        writer.close()
        time.sleep(1.1)
    # Three trainings in one folder.
    for part in range(3):
        with SummaryWriter(str(folder / 'shared'), filename_suffix=f'.{part}') as writer:
            for step in range(40 - part):
                writer.add_scalar('loss', generator.random(), step)
        time.sleep(1.1)


main(Path(sys.argv[1]))
