"""Requests that took long take turns, and leave the threads to all others."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from planner.server import heavy
from planner.server.heavy import HeavyAddresses

LONG, SHORT = 0.06, 0.0
LIMIT = 0.05
counting = threading.Lock()
at_once = most_at_once = 0


def compute(request):
    global at_once, most_at_once
    with counting:
        at_once += 1
        most_at_once = max(most_at_once, at_once)
    seconds = float(request.GET["seconds"])
    began = time.thread_time()
    while time.thread_time() - began < seconds:
        pass
    with counting:
        at_once -= 1
    return HttpResponse(threading.current_thread().name)


def stream(request):
    return StreamingHttpResponse(compute(request).content for _ in range(1))


urlpatterns = [
    path("compute/", compute),
    path("stream/", stream),
    path("other/", compute),
]


@pytest.fixture
def ask(asgi_server, monkeypatch):
    """`ask(address, seconds)` is answered with the name of the thread that computed so
    long."""
    monkeypatch.setattr(heavy, "LONG_SECONDS", LIMIT)

    def asked(address, seconds):
        netloc = urlsplit(asgi_server.url).netloc
        with closing(http.client.HTTPConnection(netloc, timeout=20)) as connection:
            connection.request("GET", f"{address}?seconds={seconds}")
            answer = connection.getresponse()
            assert answer.status == 200
            return answer.read().decode()

    return asked


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/compute/", "/stream/"])
def test_what_took_long_takes_turns_until_it_is_short_again(ask, address):
    global most_at_once
    assert ask(address, LONG).startswith("pages")
    most_at_once = 0
    with ThreadPoolExecutor(6) as people:
        heavy_ones = [people.submit(ask, address, LONG) for _ in range(5)]
        # Others are answered meanwhile, and before them.
        assert ask("/other/", SHORT).startswith("pages")
        assert not heavy_ones[-1].done()
        assert {one.result() for one in heavy_ones} == {"heavy_0"}
    assert most_at_once <= 2  # one of them, and the other request
    assert ask(address, SHORT) == "heavy_0"
    assert ask(address, SHORT).startswith("pages")


def test_it_remembers_the_newest_of_many_addresses(monkeypatch):
    monkeypatch.setattr(heavy, "MAX_ADDRESSES", 2)
    addresses = HeavyAddresses()
    for name in ("a", "b", "a", "c"):
        addresses.note(("GET", f"/{name}/"), heavy.LONG_SECONDS)
    kept = [name for name in "abc" if ("GET", f"/{name}/") in addresses]
    assert kept == ["a", "c"]
    assert ("POST", "/a/") not in addresses
