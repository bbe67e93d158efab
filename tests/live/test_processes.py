"""The live feed of whole processes: killed, stopped, and two of them side by side."""

import json
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median

import pytest
from django.db import connection

from tests import make
from tests.live.reading import Reader, ask, session_of
from tests.processes import Browser

pytestmark = pytest.mark.slow

# Seconds; less than between two beats, which would keep a stream from timing out.
PATIENCE = 9


# Seconds between two looks at the log, which would cover a message that got lost.
POLL_EVERY = 3.0
needs_two_processes = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite is served by one process"
)


@pytest.fixture
def open_stream():
    """`open_stream(server, session, plan)` has said hello; each is closed."""
    readers = []

    def opened(server, session, plan, number=None, **options):
        number = plan.change_number if number is None else number
        plans = [f"{plan.slug}:{number}"]
        reader = Reader(server, session, plans, timeout=PATIENCE, **options)
        readers.append(reader)
        reader.next("hello")
        return reader

    yield opened
    for reader in readers:
        reader.close()


class Editor:
    """Saves, each time on a new connection, which goes to any of the processes."""

    def __init__(self, server, user, plan):
        self.server = server
        self.session = session_of(user)["value"]
        self.plan = plan

    def save(self, value, label="Storage"):
        """The number of the change."""
        item = make.find(self.plan, label=label)
        path = f"{self.plan.get_absolute_url()}items/{item.pk}/"
        browser = Browser(self.server.url, self.session)
        status, number = browser.post(path, {"value": value})
        browser.close()
        assert status == 200
        return number


def events_up_to(stream, number):
    """The changes that a stream brings, up to one."""
    events = []
    while not events or events[-1]["number"] < number:
        events.append(stream.next("changes"))
    return events


# --- Killed ---


def test_after_a_kill_a_page_goes_on(served, open_stream, plan, alice, bob):
    server = served()
    editor = Editor(server, alice, plan)
    stream = open_stream(server, session_of(bob), plan)
    seen = editor.save("MariaDB")
    assert events_up_to(stream, seen)[-1]["number"] == seen
    server.kill()

    server.start()
    # Nobody has a page open: these two are told by the log alone.
    editor.save("SQLite")
    newest = editor.save("PostgreSQL")
    again = open_stream(server, session_of(bob), plan, number=seen)
    event = again.next("changes")
    assert event["number"] == newest == seen + 2
    shown = set(re.findall("MariaDB|SQLite|PostgreSQL", event["html"]))
    assert shown == {"PostgreSQL"}
    # What it was told it is not told again.
    following = editor.save("Files")
    assert [one["number"] for one in events_up_to(again, following)] == [following]


# --- Stopped ---


def test_a_stop_is_quick_and_says_good_bye(served, open_stream, plan, bob):
    server = served()
    streams = many_streams(100, open_stream, server, bob, plan)
    took, code = server.stop()
    lasts = [stream.rest()[-1] for stream in streams]
    assert took < 2
    assert [last["kind"] for last in lasts] == ["bye"] * 100
    assert len({last["wait"] for last in lasts}) > 10, "all would come back at once"
    # Everything has ended in order; uvicorn then ends by the signal that it was sent.
    assert "Application shutdown complete." in server.log_text()
    assert code == -signal.SIGTERM


def many_streams(number, open_stream, server, user, plan):
    """Each is of a browser of its own."""
    with ThreadPoolExecutor(8) as pool:
        tokens = [f"a-token-of-stream-{index}" for index in range(number)]
        opened = partial(open_stream, server, session_of(user), plan)
        return list(pool.map(lambda token: opened(token=token), tokens))


# --- Many ---


def test_two_hundred_streams_receive_all(served, open_stream, team, alice, bob):
    labels = [f"Field {number}" for number in range(10)]
    text = "# Plan\n\n" + "".join(f"- **{label}**: Empty\n" for label in labels)
    plan = make.make_plan(team=team, actor=alice, text=text)
    server = served()
    streams = many_streams(200, open_stream, server, bob, plan)
    editor = Editor(server, alice, plan)
    saved = [editor.save(f"Value of {label}", label) for label in labels]
    for stream in streams:
        # Changes that come close together may be told in one event.
        events = events_up_to(stream, saved[-1])
        numbers = [event["number"] for event in events]
        assert numbers == sorted(set(numbers)), "one came twice, or too late"
        html = "".join(event["html"] for event in events)
        assert set(re.findall(r"Value of (Field \d)", html)) == set(labels)


# --- Two of them ---


@needs_two_processes
def test_an_edit_reaches_both_processes(served, open_stream, plan, alice, bob):
    server = served(workers=2)
    streams = on_both_processes(open_stream, server, bob, plan)
    editor = Editor(server, alice, plan)
    delays = []
    for number in range(6):
        began = time.monotonic()
        saved = editor.save(f"Database {number}")
        for stream in streams:
            events = events_up_to(stream, saved)
            assert f"Database {number}" in events[-1]["html"]
        delays.append(time.monotonic() - began)
    # By a message; were it for the looks at the log, each would wait for the next one.
    assert median(delays) < POLL_EVERY / 2


@needs_two_processes
def test_people_are_seen_from_both_processes(served, open_stream, plan, alice, bob):
    server = served(workers=2)
    streams = on_both_processes(open_stream, server, alice, plan)
    of_bob = open_stream(server, session_of(bob), plan, token="a-token-of-bobs-stream")
    # Each request may come to the process that has the stream, or to the other one.
    for item in range(1, 5):
        message = {"stream": "a-token-of-bobs-stream", "tab": "1", "item": item}
        body = json.dumps(message | {"plan": plan.slug})
        assert ask(server, "POST", "/live/here/", bob, body=body)[0] == 204
        for stream in streams:
            (person,) = stream.next("here")["people"]
            assert (person["name"], person["item"]) == ("Bob", item)
    of_bob.close()
    for stream in streams:
        assert stream.next("here")["gone"] == [person["key"]]


def on_both_processes(open_stream, server, user, plan):
    """The system hands a connection to either process: open some more until both have
    enough."""
    streams, session = [], session_of(user)
    for index in range(100):
        token = f"a-token-of-stream-{index}"
        streams.append(open_stream(server, session, plan, token=token))
        counts = server.connections()
        if len(counts) == 2 and min(counts) >= 2:
            return streams
    raise AssertionError(f"one process has nearly everything: {counts}")
