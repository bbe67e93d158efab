import asyncio
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from planner.server.asgi import Application, remove_ambiguous_headers


def get(server, address, **headers):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body.decode()


def test_pages_are_served_from_the_tests_database(asgi_server):
    assert get(asgi_server, "/readyz") == (200, "ready\n")
    status, body = get(asgi_server, "/accounts/login/")
    assert status == 200
    assert "csrfmiddlewaretoken" in body


def test_a_server_can_be_started_again_in_one_process(asgi_server):
    """The first test's server has ended with its threads; this one has its own."""
    assert get(asgi_server, "/livez") == (200, "alive\n")


def who_is_there(request):
    return HttpResponse(
        f"{request.META['REMOTE_ADDR']} {request.headers.get('X-Forwarded-For')}"
    )


def meet(request):
    """Answers only while as many requests as there are threads are being answered."""
    MEETING.wait(timeout=5)
    return HttpResponse(threading.current_thread().name)


MEETING = threading.Barrier(4)
urlpatterns = [path("who/", who_is_there), path("meet/", meet)]


@pytest.mark.urls(__name__)
def test_each_thread_answers_at_the_same_time(settings, asgi_server):
    assert MEETING.parties == settings.THREADS
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: get(asgi_server, "/meet/"), range(8)))
    assert [status for status, _ in answers] == [200] * 8
    assert len({thread for _, thread in answers}) == settings.THREADS


@pytest.mark.urls(__name__)
def test_a_header_with_underscores_does_not_pass_for_the_proxys(asgi_server):
    assert get(asgi_server, "/who/", X_Forwarded_For="6.6.6.6")[1] == "127.0.0.1 None"


@pytest.fixture
def any_proxy(settings):
    settings.PROXIES = ["*"]


@pytest.mark.urls(__name__)
def test_of_any_proxy_the_address_that_it_added_is_believed(any_proxy, asgi_server):
    """It adds the visitor's address to what the visitor has sent."""
    answer = get(asgi_server, "/who/", **{"X-Forwarded-For": "6.6.6.6, 10.1.1.1"})
    assert answer[1].split()[0] == "10.1.1.1"
    assert get(asgi_server, "/who/")[1].split()[0] == "127.0.0.1"


@pytest.fixture
def no_proxy(settings):
    settings.PROXIES = ["10.0.0.1"]


def id_in(server, address, sent):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", address, headers={"X-Request-ID": sent})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.getheader("X-Request-ID")


@pytest.mark.parametrize("address", ["/accounts/login/", "/live/"])
def test_the_proxys_id_is_kept(asgi_server, address):
    assert id_in(asgi_server, address, "of-the-proxy-1") == "of-the-proxy-1"
    assert id_in(asgi_server, address, "a b") not in ("a b", None)


@pytest.mark.parametrize("address", ["/accounts/login/", "/live/"])
def test_nobody_else_names_a_request(no_proxy, asgi_server, address):
    assert id_in(asgi_server, address, "of-a-visitor-1") not in ("of-a-visitor-1", None)


def test_a_stopping_server_is_not_ready(asgi_server):
    asgi_server.application.broker.is_closing = True
    assert get(asgi_server, "/readyz") == (503, "the server is stopping\n")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite needs no listener")
def test_a_server_that_does_not_hear_the_others_is_not_ready(asgi_server):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query = 'LISTEN planner' AND datname = current_database()"
        )
        assert cursor.fetchall() == [(True,)]
    assert (
        wait_for_answer(asgi_server, 503)
        == "the live feed is not connected to the database\n"
    )
    # It connects again by itself.
    assert wait_for_answer(asgi_server, 200) == "ready\n"


def wait_for_answer(server, status):
    deadline = time.monotonic() + 10
    while (answer := get(server, "/readyz"))[0] != status:
        assert time.monotonic() < deadline, answer
        time.sleep(0.02)
    return answer[1]


def test_headers_are_left_alone_otherwise():
    headers = [(b"x-a", b"1"), (b"x_a", b"2"), (b"cookie", b"a_b=c")]
    scope = {"type": "http", "headers": headers}
    kept = remove_ambiguous_headers(scope)
    assert kept["headers"] == [(b"x-a", b"1"), (b"cookie", b"a_b=c")]
    assert scope["headers"] is headers


def test_a_websocket_is_closed():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Application()({"type": "websocket"}, None, send))
    assert sent == [{"type": "websocket.close"}]


def test_misconfiguration_stops_the_start(settings, tmp_path, transactional_db):
    settings.PRODUCTION = True
    settings.STATIC_ROOT = tmp_path
    sent = []

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        sent.append(message)

    asyncio.run(Application()({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
    assert "planner.E001" in sent[0]["message"]


def test_the_server_ends_when_asked(tmp_path, monkeypatch):
    """As `make run` starts it, with a connection of each kind still open."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/planner.sqlite3")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["-m", "uvicorn", "planner.server.asgi:application", f"--port={port}"]
    server = subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=10)
        assert time.monotonic() - started < 3
        assert b"Traceback" not in log, log
    finally:
        server.kill()
