"""Fixtures for every test: requests, a real server, a browser, and the cast."""

import asyncio
import functools
import gc
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from planner import staticfiles
from planner.server.asgi import Application

# Their assertions explain themselves as those of tests do.
pytest.register_assert_rewrite(
    "tests.client", "tests.make", "tests.pages", "tests.registers_walk"
)

from tests import databases, effort, make  # noqa: E402
from tests.chromium import CHROMIUM, CHROMIUM_FLAGS  # noqa: E402
from tests.client import CheckingClient  # noqa: E402
from tests.notifications.mailbox import mailbox_running, use  # noqa: E402
from tests.processes import Processes, serving  # noqa: E402

effort.set_profile()

# Milliseconds. A page that is busy beside others takes seconds for what usually takes
# a moment; only a test that fails waits so long.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


@pytest.hookimpl
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return effort.is_left_out(collection_path, config.option.markexpr) or None


@pytest.hookimpl
def pytest_collection_finish() -> None:
    """Pages make many objects and few cycles: to look for those less often saves a
    tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


# --- The database ---


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """pytest-django's own fixture migrates in each process, and empties slowly."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(TransactionTestCase, "_fixture_teardown", databases.empty)
        with databases.test_database(), django_db_blocker.block():
            yield


# --- The order ---

# Files of long tests: begun last, one of them would run when all else is done.
LONG = (
    "tests/browser/",
    "tests/live/",
    "tests/operations/",
    "tests/accounts/",
    "tests/reviews/test_law",
    "tests/reviews/test_verify",
    "tests/actions/test_sequences",
    "tests/test_every_address",
    "tests/test_growth",
    "tests/views/test_ladder",
    "tests/views/test_reviews",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        items.sort(key=lambda item: not item.nodeid.startswith(LONG))


# --- The cast: alice leads, bob edits, dana approves, victor only reads, charlie is a
# --- stranger


@pytest.fixture
def team(db: None) -> Any:
    """A file may have one of its own, with people in it already (tests/kept.py)."""
    return make.make_team()


@pytest.fixture
def alice(team: Any) -> Any:
    return make.cast("alice", team=team, role="owner")


@pytest.fixture
def bob(team: Any) -> Any:
    return make.cast("bob", team=team, role="editor")


@pytest.fixture
def dana(team: Any) -> Any:
    return make.cast("dana", team=team, role="reviewer")


@pytest.fixture
def victor(team: Any) -> Any:
    return make.cast("victor", team=team, role="viewer")


@pytest.fixture
def charlie(db: None) -> Any:
    """Has a team of his own, and none of the others'."""
    return make.make_user("charlie", team=make.make_team("Elsewhere"), role="owner")


@pytest.fixture
def plan(team: Any, alice: Any, bob: Any, dana: Any) -> Any:
    """Alice's small plan; dana is named in one of its approvals."""
    return make.make_plan(team=team, actor=alice)


# --- Requests ---


@pytest.fixture
def mailbox(settings):
    """A mail server, to which this process sends."""
    with mailbox_running() as mailbox:
        use(mailbox, settings)
        yield mailbox


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    """Tries to sign in are counted, and all tests have one address."""
    cache.clear()


@pytest.fixture
def client() -> CheckingClient:
    return CheckingClient()


@dataclass
class Server:
    """A real uvicorn in a thread, for Django's live_server cannot stream."""

    url: str
    uvicorn: uvicorn.Server
    application: Application

    def stop(self) -> None:
        """What a signal does, which only a main thread gets."""
        broker = self.application.broker
        broker.loop.call_soon_threadsafe(broker.end_streams)
        self.uvicorn.should_exit = True


# No source changes during a run: to look at all of them at each request for a file, as
# a server in development does, takes longer than to send it.
digest_of_sources = functools.cache(staticfiles._digest_of_sources)


@pytest.fixture
def asgi_server(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """Serves `planner.server.asgi` on a free port from the test's own database."""
    monkeypatch.setattr(staticfiles, "_digest_of_sources", digest_of_sources)
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    application = Application()
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(address, uvicorn.Server(config), application)
    thread = threading.Thread(target=server.uvicorn.run, args=([listening],))
    thread.start()
    try:
        while not server.uvicorn.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield server
    finally:
        # Its end closes the connections of all its threads, so that the database can
        # be emptied for the next test.
        server.stop()
        thread.join(timeout=20)
        listening.close()
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def served(transactional_db: None, tmp_path: Path) -> Iterator[Any]:
    """`served(workers=2)` serves the test's own database from other processes."""
    running: list[Any] = []

    def start(workers: int = 1) -> Processes:
        environment = {
            "DJANGO_SETTINGS_MODULE": "planner.settings",
            "PLANNER_THREADS": "4",
            "DATABASE_URL": address_of_database(),
        }
        context = serving(environment, tmp_path / "log", workers=workers)
        running.append((context, context.__enter__()))
        return running[-1][1]

    yield start
    for context, processes in running:
        context.__exit__(None, None, None)
        assert "Traceback" not in processes.log_text()


def address_of_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


# --- A browser ---


@dataclass
class Chromium:
    """A running browser, and the event loop by which Playwright speaks with it.

    Playwright leaves its loop set as the running one of the thread, though it rests
    while a test runs. Between the tests that have a browser it is put away: others run
    loops of their own.
    """

    browser: Browser
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def in_use(self) -> Iterator[Browser]:
        asyncio._set_running_loop(self.loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One for all tests of a process: a start takes as long as a short test."""
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=CHROMIUM_FLAGS,
    )
    started = Chromium(browser, asyncio.get_running_loop())
    asyncio._set_running_loop(None)
    yield started
    with started.in_use():
        browser.close()
        playwright.stop()


@pytest.fixture
def browser(chromium: Chromium, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # A test may ask the database while the loop rests; Django cannot know that it does.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
    with chromium.in_use() as browser:
        yield browser


class Visit:
    """Opens pages as somebody, each person in a browser profile of their own."""

    def __init__(self, browser: Browser, server: Server | Processes) -> None:
        self.browser = browser
        self.server = server
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, user: Any = None, **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.server.url, **options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        if user is not None:
            context.add_cookies([self.session_of(user)])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.note)
        return page

    def session_of(self, user: Any) -> Any:
        signed_in = CheckingClient()
        signed_in.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        value = signed_in.cookies[name].value
        return {"name": name, "value": value, "url": self.server.url}

    def note(self, message: Any) -> None:
        # A refusal by the Content-Security-Policy is told here and nowhere else.
        # Statuses such as 409 are told too; tests expect those.
        if message.type == "error" and "the server responded" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser: Browser, asgi_server: Server) -> Iterator[Visit]:
    """`page = visit(alice)`; a script error or a CSP refusal fails the test."""
    visits = Visit(browser, asgi_server)
    yield visits
    for context in visits.contexts:
        context.close()
    assert not visits.complaints, visits.complaints
