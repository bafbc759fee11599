"""Reads a .wandb log with wandb's own `DataStore` and protobuf, and prints as JSON what it saw, how long it took and the most memory.

    python read_wandb.py LOG

It takes of every row its numbers, which is what any use of a history needs. The import is not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import wandb
from wandb.proto import wandb_internal_pb2 as messages

wandb._assert_is_internal_process = True
from wandb.sdk.internal.datastore import DataStore  # noqa: E402

OWN = {'_step', '_runtime', '_timestamp'}
began = time.perf_counter()
store = DataStore()
store.open_for_scan(sys.argv[1])
points, checksum, last = 0, 0.0, {}
while (data := store.scan_data()) is not None:
    record = messages.Record()
    record.ParseFromString(data)
    if record.WhichOneof('record_type') != 'history':
        continue
    for item in record.history.item:
        name = item.key or '.'.join(item.nested_key)
        if name in OWN:
            continue
        value = json.loads(item.value_json)
        if isinstance(value, float | int):
            points += 1
            last[name] = value
checksum = sum(last.values())
seconds = time.perf_counter() - began
print(json.dumps({'points': points, 'checksum': round(checksum, 3), 'seconds': seconds, 'megabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
