"""A thread that works until it is stopped (the sender and the indexer)."""

import logging
import threading

import pytest
from django.db import OperationalError

from planner.server.worker_thread import WorkerThread

PATIENCE = 10.0


class Worker(WorkerThread):
    interval = 3600.0
    unavailable = "Nothing can be counted"

    def __init__(self, *outcomes: object) -> None:
        super().__init__("counter")
        self.outcomes = list(outcomes)
        self.looked = threading.Semaphore(0)

    def work(self) -> float:
        self.looked.release()
        outcome = self.outcomes.pop(0) if self.outcomes else self.interval
        if isinstance(outcome, Exception):
            raise outcome
        if callable(outcome):
            outcome()
            return self.interval
        return outcome

    def has_looked(self) -> bool:
        return self.looked.acquire(timeout=PATIENCE)


@pytest.fixture
def started(request):
    worker = Worker(*getattr(request, "param", []))
    worker.start()
    yield worker
    worker.stop()
    assert not worker.is_alive()


def test_it_looks_at_once_and_when_it_is_woken(started):
    assert started.has_looked()
    assert not started.looked.acquire(blocking=False)
    started.wake()
    assert started.has_looked()


def test_a_call_during_the_work_is_not_lost():
    worker = Worker()
    worker.outcomes = [worker.wake]
    worker.start()
    assert worker.has_looked()
    assert worker.has_looked()
    worker.stop()


@pytest.mark.parametrize("started", [[0.0, 0.01]], indirect=True)
def test_the_work_says_when_to_look_again(started):
    assert all(started.has_looked() for _ in range(3))


def test_stopped_before_its_time_it_does_not_work():
    worker = Worker()
    worker.first_wait = 3600.0
    worker.start()
    worker.stop()
    assert not worker.is_alive()
    assert not worker.looked.acquire(blocking=False)


@pytest.mark.parametrize(
    ("error", "level", "message"),
    [
        (OperationalError("secret"), logging.WARNING, "Nothing can be counted: Oper"),
        (ValueError("a fault"), logging.ERROR, "The thread 'counter' failed."),
    ],
)
def test_it_reports_what_failed_and_goes_on(caplog, error, level, message):
    worker = Worker(error)
    worker.start()
    assert worker.has_looked()
    worker.wake()
    assert worker.has_looked()
    worker.stop()
    (record,) = caplog.records
    assert (record.levelno, record.name) == (level, Worker.__module__)
    assert record.getMessage().startswith(message)
    assert "secret" not in caplog.text
