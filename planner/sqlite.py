"""Keeps SQLite's files private: they hold plans, sessions and seeds."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

PRIVATE = 0o600


class PrivateConnection(sqlite3.Connection):
    """Opens a database that other users of the machine cannot read. SQLite gives its
    companion files (-wal, -shm) the mode of the database."""

    def __init__(self, database: Any, *args: Any, **kwargs: Any) -> None:
        name = os.fspath(database)
        if not name.startswith("file:") and name != ":memory:":
            # If that fails, SQLite reports what is wrong.
            with suppress(OSError):
                make_private(Path(name))
        super().__init__(database, *args, **kwargs)


def make_private(path: Path) -> None:
    """Create the file if it is missing, and take a world-readable mode from it: older
    releases left that. A mode that admits a group was chosen, and stays."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    if path.stat().st_mode & stat.S_IROTH:
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + end).chmod(PRIVATE)
