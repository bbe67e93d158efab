"""The indexer of a server process: a thread that looks every few seconds for plans that
changed, so that a search has little to catch up with. After an upgrade it also fills
the index, which takes it some minutes with many plans."""

from __future__ import annotations

import logging
import threading
from random import uniform

from django.db import DatabaseError, connections

from plans.search import indexing

log = logging.getLogger(__name__)

# Seconds between two looks. Several processes do not look at the same moment.
INTERVAL = 10.0
# Of work at a time, and then of leaving the processor and SQLite to others.
WORK = 0.5
PAUSE = 0.5
STOP_SECONDS = 5.0


class IndexerThread(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="indexer", daemon=True)
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.join(STOP_SECONDS)

    def run(self) -> None:
        wait = INTERVAL
        while not self._stopped.wait(uniform(wait / 2, wait)):  # noqa: S311
            wait = INTERVAL if self._work() else PAUSE

    def _work(self) -> bool:
        """False if something is left to do."""
        try:
            return indexing.catch_up_with_all(WORK)
        except DatabaseError as error:
            # It is away, or not migrated: /readyz says so. The next look tries again.
            log.warning("The search index cannot be written: %s.", type(error).__name__)
        except Exception:
            log.exception("The indexer of the search failed.")
        finally:
            # PostgreSQL's pool has it back until the next look.
            connections.close_all()
        return True
