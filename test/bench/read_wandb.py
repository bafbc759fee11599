"""Reads a .wandb log with wandb's own `DataStore` and protobuf, and reports.

    python read_wandb.py LOG

It takes of every row its numbers, which is what any use of a history needs. The import is not counted.
"""

from __future__ import annotations

import json
import sys

import wandb
from measured import Reading
from wandb.proto import wandb_internal_pb2 as messages

wandb._assert_is_internal_process = True
from wandb.sdk.internal.datastore import DataStore  # noqa: E402

OWN = {'_step', '_runtime', '_timestamp'}
reading = Reading()
store = DataStore()
store.open_for_scan(sys.argv[1])
points, last = 0, {}
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
reading.report({'points': points, 'checksum': sum(last.values())})
