"""Reads all scalars below a folder with TensorBoard's fast reader, and reports.

    python read_events_fast.py FOLDER POINTS

That is a server of its own (`tensorboard_data_server`), asked over gRPC as TensorBoard asks it: started for this folder, with no sampling, to load it once.
It checks no checksums unless a record fails to parse. Time is from its start until it has given every value (it does not say when it has loaded all, so
that it is asked whenever it rests, until the values are as many as there are); memory and processor are its own, not those of this program.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grpc
import tensorboard_data_server
from measured import Reading
from tensorboard.data import provider
from tensorboard.data.grpc_provider import GrpcDataProvider, make_stub
from tensorboard.context import RequestContext

ALL = 10**9
LONGEST = 120


def main(root: str, points: int) -> None:
    reading = Reading()
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / 'port'
        server = subprocess.Popen(
            [tensorboard_data_server.server_binary(), '--logdir', root, '--port', '0', '--port-file', str(port_file), '--reload', 'once',
             '--samples-per-plugin', 'scalars=all', '--die-after-stdin'],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            while not port_file.exists() or not port_file.read_text().endswith('\n'):
                time.sleep(0.002)
            options = [('grpc.max_receive_message_length', -1)]
            channel = grpc.insecure_channel(f'localhost:{port_file.read_text().strip()}', options=options)
            source = GrpcDataProvider('', make_stub(channel))
            seen: dict = {}
            while seen.get('points') != points:
                if time.perf_counter() - reading.began > LONGEST:
                    sys.exit(f'it gave {seen}, and there are {points} points')
                if rests(server.pid):
                    seen = seen_of(source)
            reading.report(seen, megabytes=memory_of(server.pid, 'VmHWM'), private=memory_of(server.pid, 'RssAnon'), cpu=cpu_of(server.pid))
        finally:
            server.kill()
            server.wait()


def seen_of(source: GrpcDataProvider) -> dict:
    seen = {'runs': 0, 'points': 0, 'checksum': 0.0}
    context = RequestContext()
    found = source.read_scalars(context, experiment_id='', plugin_name='scalars', downsample=ALL, run_tag_filter=provider.RunTagFilter())
    for tags in found.values():
        seen['runs'] += 1
        for points in tags.values():
            seen['points'] += len(points)
            seen['checksum'] += points[-1].value
    return seen


def rests(pid: int) -> bool:
    """Whether it has not worked for two ticks of the clock."""
    before = cpu_of(pid)
    time.sleep(0.02)
    return cpu_of(pid) == before


def cpu_of(pid: int) -> float:
    fields = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def memory_of(pid: int, name: str) -> float:
    return int(re.search(rf'{name}:\s+(\d+)', Path(f'/proc/{pid}/status').read_text())[1]) / 1024


main(sys.argv[1], int(sys.argv[2]))
