"""Two processes behind PgBouncer in transaction mode, with one direct address.

By hand, where Debian's `pgbouncer` is installed:

    python -m tests.postgres pytest tests/operations/test_pgbouncer.py
"""

import time
from contextlib import ExitStack, closing
from statistics import median

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from plans.models import Field
from plans.reviews.verify import verify_evidence
from tests import make
from tests.conftest import address_of_database
from tests.live.reading import Reader, ask, session_of
from tests.operations.conftest import Installation
from tests.pgbouncer import PROGRAM, SERVER_CONNECTIONS, pgbouncer
from tests.processes import Browser, serving
from tests.views.asking import url_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="PgBouncer is for PostgreSQL"
    ),
    pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed"),
]
SERVE = ["-m", "planner.serve"]
# Seconds between two looks at the log, which would cover a message that got lost.
POLL_EVERY = 3.0
WARNING = "listens through a pooler"


@pytest.fixture
def pooled(transactional_db):
    with pgbouncer(address_of_database()) as address:
        yield address


@pytest.fixture
def start(pooled, tmp_path):
    """`start(name, DATABASE_LISTEN_URL=...)` serves behind PgBouncer, by real settings,
    on a port of its own."""
    with ExitStack() as stack:

        def started(name, **more):
            environment = {
                "DJANGO_SETTINGS_MODULE": "planner.settings",
                "PLANNER_THREADS": "4",
                "DATABASE_URL": pooled,
                **more,
            }
            log = tmp_path / name
            return stack.enter_context(serving(environment, log, command=SERVE))

        yield started


@pytest.fixture
def browser_of():
    """`browser_of(user, process)` posts as somebody; each is closed."""
    with ExitStack() as stack:

        def opened(user, process):
            browser = Browser(process.url, session_of(user)["value"])
            return stack.enter_context(closing(browser))

        yield opened


def test_two_processes_behind_pgbouncer(start, browser_of, team, alice, bob, dana):
    # The processes know no quick hashes of tests.
    dana.password = PBKDF2PasswordHasher().encode("dana", "salt", iterations=10)
    dana.save()
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    item = make.find(plan, label="Storage")
    direct = {"DATABASE_LISTEN_URL": address_of_database()}
    first, second = start("first", **direct), start("second", **direct)
    editor = browser_of(alice, first)

    # An edit in one is seen in the other, by a message.
    delays = []
    positions = [f"{plan.slug}:{plan.change_number}"]
    with closing(Reader(second, session_of(bob), positions, timeout=9)) as stream:
        stream.next("hello")
        for number in range(8):
            began = time.monotonic()
            path = url_of("item", plan, item.pk)
            status, saved = editor.post(path, {"value": f"Database {number}"})
            assert status == 200
            event = stream.next("changes", number=saved)
            assert f"Database {number}" in event["html"]
            delays.append(time.monotonic() - began)
    assert median(delays) < POLL_EVERY / 2
    assert Field.objects.get(pk=item.pk).value == "Database 7"

    # What was edited is submitted again in one process, and signed in the other.
    submitter = browser_of(bob, second)
    assert submitter.post(url_of("review_request", plan), {})[0] == 302
    plan.refresh_from_db()
    newest = plan.versions.first()
    decision = {"version": newest.number, "seen": 0, "decision": "approved"}
    path = url_of("review_sign", plan, make.slot_of(plan).pk)
    approver = browser_of(dana, first)
    assert approver.post(path, decision | {"password": "dana"})[0] == 302
    assert plan.records.decisions().get().version == newest
    assert verify_evidence(plan).problem == ""

    # Transactions shared sessions; a stop is in order.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        (sessions,) = cursor.fetchone()
    assert sessions <= SERVER_CONNECTIONS + 2  # and two that listen
    for process in (first, second):
        took, code = process.stop()
        assert (code, took < 10) == (0, True)
        assert "Traceback" not in process.log_text()
        assert WARNING not in process.log_text()


def test_who_forgets_the_direct_address_is_told(start, alice):
    process = start("log")
    assert WARNING in process.log_text()
    assert "DATABASE_LISTEN_URL" in process.log_text()
    assert ask(process, "GET", "/", alice)[0] == 200


def test_commands_that_need_a_session_take_the_direct_address(
    pooled, plan, tmp_path, postgres_programs
):
    behind = Installation(pooled)
    behind.manage(
        "backup",
        tmp_path / "dump",
        PATH=str(postgres_programs),
        DATABASE_LISTEN_URL=address_of_database(),
    )
    assert (tmp_path / "dump").stat().st_size > 10_000
