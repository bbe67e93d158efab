"""The indexer of a server process: a thread that looks every few seconds for plans that
changed, so that a search has little to catch up with. After an upgrade it also fills
the index, which takes it some minutes with many plans."""

from __future__ import annotations

from random import uniform

from planner.server.worker_thread import WorkerThread
from plans.search import indexing

# Of work at a time, and then of leaving the processor and SQLite to others (seconds).
WORK = 0.5
PAUSE = 0.5


def _about(seconds: float) -> float:
    """Several processes do not look at the same moment."""
    return uniform(seconds / 2, seconds)  # noqa: S311


class IndexerThread(WorkerThread):
    unavailable = "The search index cannot be written"

    def __init__(self) -> None:
        super().__init__("indexer")
        self.first_wait = _about(self.interval)

    def work(self) -> float:
        is_done = indexing.catch_up_with_all(WORK)
        return _about(self.interval if is_done else PAUSE)
