"""Two processes behind one port, replaced one after the other while people save.

By hand:

    python -m tests.postgres pytest tests/operations/test_rolling_restart.py
"""

import http.client
import signal
import threading
import time
from contextlib import ExitStack, closing

import psutil
import pytest
from django.db import connection

from plans.models import Change, Field
from tests import make
from tests.conftest import address_of_database
from tests.live.reading import session_of
from tests.processes import READY, Browser, serving

SERVE = ["-m", "planner.serve"]
SAVERS = 6
needs_two_processes = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite is served by one process"
)


class Saver(threading.Thread):
    """Saves one field again and again, never twice the same; `failures` are answers
    that were no 200, and connections that broke. It tries nothing a second time."""

    def __init__(self, server, session, plan, item, *, keeps_connection):
        super().__init__(daemon=True)
        self.browser = Browser(server.url, session)
        self.path = f"{plan.get_absolute_url()}items/{item.pk}/"
        self.item = item
        self.keeps_connection = keeps_connection
        self.acknowledged = []
        self.failures = []
        self.is_stopped = threading.Event()

    def run(self):
        number = 0
        while not self.is_stopped.is_set():
            number += 1
            value = f"{self.name} saved {number}"
            try:
                status, _ = self.browser.post(self.path, {"value": value})
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                continue
            if status == 200:
                self.acknowledged.append(value)
            else:
                self.failures.append(status)
            if not self.keeps_connection:
                self.browser.close()
        self.browser.close()


@pytest.fixture
def server(transactional_db, tmp_path):
    environment = {
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "PLANNER_THREADS": "4",
        "DATABASE_URL": address_of_database(),
    }
    log = tmp_path / "log"
    with serving(environment, log, workers=2, command=SERVE) as running:
        yield running
        assert "Traceback" not in running.log_text()


def workers_of(server):
    """The processes that serve: uvicorn's own helper of multiprocessing is none."""
    return {child.pid for child in server.all()[1:] if is_worker(child)}


def is_worker(process):
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:  # it has ended
        return False


def wait_for(condition, server, patience=60):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, server.log_text()[-3000:]
        time.sleep(0.05)


def replaced_by_hand(server):
    """SIGTERM to each, when the one before it has been replaced."""
    for pid in workers_of(server):
        ready = server.log_text().count(READY.decode())
        psutil.Process(pid).send_signal(signal.SIGTERM)
        wait_for(lambda: server.log_text().count(READY.decode()) > ready, server)  # noqa: B023
        wait_for(lambda: pid not in workers_of(server), server)  # noqa: B023


def replaced_by_reload(server):
    """What `systemctl reload` does."""
    old = workers_of(server)
    server.all()[0].send_signal(signal.SIGHUP)
    wait_for(lambda: not old & workers_of(server), server)


@needs_two_processes
@pytest.mark.parametrize("replace", [replaced_by_hand, replaced_by_reload])
def test_no_request_and_no_save_is_lost(server, replace, team, alice):
    labels = [f"Field {number}" for number in range(SAVERS)]
    text = "# Plan\n\n" + "".join(f"- **{label}**: Empty\n" for label in labels)
    plan = make.make_plan(team=team, actor=alice, text=text)
    session = session_of(alice)["value"]
    savers = [
        Saver(server, session, plan, make.find(plan, label=label), keeps_connection=one)
        for label, one in zip(labels, [True, False] * SAVERS, strict=False)
    ]
    before = workers_of(server)
    assert len(before) == 2
    for saver in savers:
        saver.start()
    wait_for(lambda: all(len(saver.acknowledged) > 2 for saver in savers), server)

    replace(server)
    counts = [len(saver.acknowledged) for saver in savers]
    wait_for(
        lambda: all(
            len(saver.acknowledged) > count + 2
            for saver, count in zip(savers, counts, strict=True)
        ),
        server,
    )
    for saver in savers:
        saver.is_stopped.set()
    for saver in savers:
        saver.join(timeout=30)

    assert not before & workers_of(server)
    assert [saver.failures for saver in savers] == [[]] * SAVERS
    saved = {
        edit["after"].get("value")
        for edits in Change.objects.filter(plan=plan).values_list("edits", flat=True)
        for edit in edits
    }
    for saver in savers:
        assert set(saver.acknowledged) <= saved
        assert Field.objects.get(pk=saver.item.pk).value == saver.acknowledged[-1]


@needs_two_processes
def test_a_request_on_a_kept_connection_is_answered_while_a_process_stops(server):
    """It is on its way when the server decides to stop, and must not meet a closed
    door; the answer tells the client to knock elsewhere next time."""
    with ExitStack() as stack:
        kept = [a_connection(server, stack) for _ in range(8)]
        for one in kept:
            assert request(one, "/accounts/login/")[0] == 200
        server.all()[0].send_signal(signal.SIGTERM)
        wait_for(
            lambda: server.log_text().count("Terminated child process") == 2, server
        )
        time.sleep(0.3)
        answers = [request(one, "/accounts/login/") for one in kept]
    assert answers == [(200, "close")] * len(kept)


def a_connection(server, stack):
    address = ("127.0.0.1", server.port)
    return stack.enter_context(
        closing(http.client.HTTPConnection(*address, timeout=10))
    )


def request(connection, path):
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("Connection")


@needs_two_processes
def test_an_orderly_stop_ends_with_0(server):
    took, code = server.stop()
    assert code == 0
    assert took < 10
