"""What a reader here says of itself: what it saw, how long it took, and its memory."""

from __future__ import annotations

import json
import re
import resource
import time
from pathlib import Path


class Reading:
    """One reading of a log, from the moment this is made; what was imported before is not counted."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.used = time.process_time()

    def report(self, seen: dict, **others: float) -> None:
        """Prints it as JSON; what another process took that read for this one is given."""
        seconds = time.perf_counter() - self.began
        own = time.process_time() - self.used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        result = {'seen': seen, 'seconds': seconds, 'cpu': own, 'megabytes': peak, 'private': private_megabytes(), **others}
        print(json.dumps(result))


def private_megabytes() -> float | None:
    """Resident memory that is no file's: neither the interpreter's code nor a library's. Linux tells it, others do not."""
    status = Path('/proc/self/status')
    found = re.search(r'RssAnon:\s+(\d+)', status.read_text()) if status.exists() else None
    return None if found is None else int(found[1]) / 1024
