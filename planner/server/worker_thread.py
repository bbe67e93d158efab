"""A thread of a server process that works, and then waits until it is woken or its
time has come, from the start of the process to its end."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connections

# For which a stop waits for work that has begun. Whatever it is, it must be safe to
# break off: the process may end at any moment.
STOP_SECONDS = 5.0


class WorkerThread(threading.Thread):
    """`interval`: seconds from one look to the next. `first_wait`: to the first one.
    `unavailable`: what cannot be done while the database is away."""

    interval = 10.0
    first_wait = 0.0
    unavailable = "The database cannot be read"

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.log = logging.getLogger(type(self).__module__)
        # Not `_is_stopped`, which is Python's own.
        self._is_ending = False
        self._wake = threading.Event()

    def work(self) -> float:
        """Do what there is to do; returns the seconds to wait before the next look."""
        raise NotImplementedError

    def wake(self) -> None:
        """Look at once, or as soon as the present work is done."""
        self._wake.set()

    def stop(self) -> None:
        self._is_ending = True
        self._wake.set()
        self.join(STOP_SECONDS)

    def run(self) -> None:
        wait = self.first_wait
        while True:
            self._wake.wait(wait)
            # Before the work, so that a call during it is not lost.
            self._wake.clear()
            if self._is_ending:
                return
            wait = self._attempt()

    def _attempt(self) -> float:
        try:
            return self.work()
        except DatabaseError as error:
            # It is away, or not migrated: /readyz says so. The next look tries again.
            self.log.warning("%s: %s.", self.unavailable, type(error).__name__)
        except Exception:
            self.log.exception("The thread %r failed.", self.name)
        finally:
            # PostgreSQL's pool has it back until the next look.
            connections.close_all()
        return self.interval
