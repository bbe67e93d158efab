"""SQLite's files are private, and its writers take turns.

SQLite lets one write at a time. A writer that finds another at it sleeps and looks
again, each time longer, so who came last is often first. In one process the threads
stand in a queue instead; between processes (a command beside the server) SQLite's own
way stays.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PRIVATE = 0o600
BEGIN = "BEGIN IMMEDIATE"
# Seconds; then SQLite itself says that the database is locked, or not.
PATIENCE = 20.0


class PrivateConnection(sqlite3.Connection):
    """Opens a database that other users of the machine cannot read. SQLite gives its
    companion files (-wal, -shm) the mode of the database."""

    turns: Turns | None = None
    _has_turn = False

    def __init__(self, database: Any, *args: Any, **kwargs: Any) -> None:
        name = os.fspath(database)
        if not name.startswith("file:") and name != ":memory:":
            # If that fails, SQLite reports what is wrong.
            with suppress(OSError):
                make_private(Path(name))
            self.turns = _turns[os.path.abspath(name)]
        super().__init__(database, *args, **kwargs)

    def take_turn(self) -> None:
        if self.turns and not self._has_turn:
            self._has_turn = self.turns.take(PATIENCE)

    def give_turn(self) -> None:
        """To the next one, unless a transaction is still open."""
        if self.turns and self._has_turn and not self.in_transaction:
            self._has_turn = False
            self.turns.give()

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.give_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.give_turn()

    def close(self) -> None:
        super().close()
        if self.turns and self._has_turn:
            self._has_turn = False
            self.turns.give()


class Turns:
    """A lock that goes to who has waited longest, which Python's own do not promise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def take(self, patience: float) -> bool:
        """False when it was not free in so many seconds."""
        mine = threading.Lock()
        with self._lock:
            if not self.is_taken:
                self.is_taken = True
                return True
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # given at the last moment

    def give(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self.is_taken = False


# By the paths of databases.
_turns: defaultdict[str, Turns] = defaultdict(Turns)


def in_turn(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    """Around each statement of a connection (Django's `execute_wrappers`): one that
    begins to write waits for its turn, which ends with the transaction."""
    if sql != BEGIN:
        return execute(sql, params, many, context)
    connection = context["connection"].connection
    connection.take_turn()
    try:
        return execute(sql, params, many, context)
    finally:
        connection.give_turn()  # only where it did not begin


def join_turns(connection: Any, **of_signal: Any) -> None:
    """For Django's signal of a new connection."""
    wrappers = connection.execute_wrappers
    if isinstance(connection.connection, PrivateConnection) and in_turn not in wrappers:
        wrappers.append(in_turn)


def make_private(path: Path) -> None:
    """Create the file if it is missing, and take a world-readable mode from it: older
    releases left that. A mode that admits a group was chosen, and stays."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    if path.stat().st_mode & stat.S_IROTH:
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + end).chmod(PRIVATE)
