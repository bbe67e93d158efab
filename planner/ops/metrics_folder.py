"""The folder where processes that share a port keep their counts (planner.ops.metrics).

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
# A server has taken its lock this many seconds after it created the folder.
STARTUP_SECONDS = 60


@contextmanager
def metrics_folder() -> Iterator[str]:
    """A new folder for this server. Removes those that killed servers left behind."""
    for path in Path(gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):
            if _is_abandoned(path):
                shutil.rmtree(path)
    with TemporaryDirectory(prefix=FOLDER_PREFIX) as folder, lock_folder(folder):
        yield folder


def lock_folder(folder: str) -> IO[bytes]:
    """Mark the folder as in use until this process ends or closes the file."""
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
    """Whether the folder is this user's, and no running process uses it."""
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        return False
    if time.time() - status.st_mtime < STARTUP_SECONDS:
        return False
    try:
        lock = (path / LOCK).open("rb")
    except FileNotFoundError:  # from a release without locks
        names = [re.fullmatch(r"\w+_(\d+)\.db", file.name) for file in path.iterdir()]
        return not any(is_process_alive(int(name[1])) for name in names if name)
    with lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
