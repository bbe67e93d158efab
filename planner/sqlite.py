"""SQLite's file: plans, sessions and seeds, for its owner's eyes alone."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

PRIVATE = 0o600


class PrivateConnection(sqlite3.Connection):
    """Opens a database that others on the machine cannot read. SQLite gives its
    companions (-wal, -shm) the mode that the database has."""

    def __init__(self, database: Any, *args: Any, **kwargs: Any) -> None:
        name = os.fspath(database)
        if not name.startswith("file:") and name != ":memory:":
            # Where that is impossible SQLite says what is wrong.
            with suppress(OSError):
                make_private(Path(name))
        super().__init__(database, *args, **kwargs)


def make_private(path: Path) -> None:
    """Make the file if it is missing. A mode that lets everybody read is what an older
    release left; one that lets in a group alone was chosen, and stays."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    if path.stat().st_mode & stat.S_IROTH:
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + end).chmod(PRIVATE)
