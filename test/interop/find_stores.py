"""Prints the stores to compare, one a line: name, `files` or `database`, path, and which Python environment's MLflow reads it.

    python find_stores.py PROJECT WORK [REALDATA]
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tarfile
from pathlib import Path

SKIPPED = {'node_modules', '.git', 'artifacts'}


def main(project: Path, work: Path, realdata: Path | None) -> None:
    for environment, others in (('newest', ()), ('second', ('newest',))):
        for kind, path in stores_below(work / f'written-{environment}'):
            show(f'written by {environment}: {path.name}', kind, path, environment)
            if kind == 'files':
                for other in others:
                    show(f'written by {environment}: {path.name}, read by {other}', kind, path, other)
    for folder in ('examples', 'test/fixtures'):
        for kind, path in stores_below(project / folder):
            show(str(path.relative_to(project)), kind, path, 'newest')
    if realdata is None:
        return
    if not realdata.is_dir():
        sys.exit(f'interop: NARRATE_REALDATA is {realdata}, and that is no folder.')
    for kind, path in stores_below(realdata):
        show(f'realdata: {path.relative_to(realdata)}', kind, path, 'newest')
    for archive in sorted(realdata.rglob('*.tar.gz')):
        unpacked = work / 'unpacked' / archive.name
        with tarfile.open(archive) as opened:
            opened.extractall(unpacked, filter='data')
        for kind, path in stores_below(unpacked):
            show(f'realdata: {archive.name}', kind, path, 'newest')


def show(name: str, kind: str, path: Path, environment: str) -> None:
    print(name, kind, path, environment, sep='\t')


def stores_below(root: Path):
    """File stores and databases; nothing is looked for inside a file store."""
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        if is_file_store(here):
            folders.clear()
            yield 'files', here
            continue
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(files):
            if is_database(here / name):
                yield 'database', here / name


def is_file_store(folder: Path) -> bool:
    return any(is_experiment(path) for path in (*folder.glob('*/meta.yaml'), *folder.glob('.trash/*/meta.yaml')))


def is_experiment(meta: Path) -> bool:
    text = meta.read_text(errors='replace')
    return 'artifact_location:' in text and 'experiment_id:' in text and 'run_id:' not in text and 'run_uuid:' not in text


def is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open('rb') as file:
        if file.read(16) != b'SQLite format 3\0':
            return False
    connection = sqlite3.connect(f'file:{path}?mode=ro&immutable=1', uri=True)
    try:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        return {'experiments', 'runs', 'metrics', 'alembic_version'} <= tables
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else None)
