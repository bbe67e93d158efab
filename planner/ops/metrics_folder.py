"""The folder in which the processes of a port keep their counts (planner.ops.metrics).

Each process holds a lock in it, so that the next server can tell a folder in use from
one that a killed server left behind.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import IO

FOLDER_PREFIX = "planner-metrics-"
LOCK = "lock"
# Seconds in which a server that starts has taken its lock.
STARTUP_SECONDS = 60


@contextmanager
def metrics_folder() -> Iterator[str]:
    """A new one for this server. Removes those that killed servers left."""
    for path in Path(gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):
            if _is_abandoned(path):
                shutil.rmtree(path)
    with TemporaryDirectory(prefix=FOLDER_PREFIX) as folder, lock_folder(folder):
        yield folder


def lock_folder(folder: str) -> IO[bytes]:
    """Says that this process counts there, until it ends or closes the file."""
    lock = (Path(folder) / LOCK).open("ab")
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def is_process_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _is_abandoned(path: Path) -> bool:
    """Whether it is ours, and no process that lives counts there."""
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        return False
    if time.time() - status.st_mtime < STARTUP_SECONDS:
        return False
    try:
        lock = (path / LOCK).open("rb")
    except FileNotFoundError:  # it is of a release that had no lock
        names = [re.fullmatch(r"\w+_(\d+)\.db", file.name) for file in path.iterdir()]
        return not any(is_process_alive(int(name[1])) for name in names if name)
    with lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
