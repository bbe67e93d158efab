"""Clients that send slowly, read slowly, or send without end: others are served
meanwhile, and nobody can fill the memory."""

import http.client
import os
import socket
import statistics
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from planner import urls
from plans.page import item_html
from tests.make import make_plan
from tests.processes import headers_of

pytestmark = [pytest.mark.once, pytest.mark.slow]
SIGN_IN = "/accounts/login/"
# Any visitor has such a cookie. Without it Django refuses a form before it reads it.
FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": f"csrftoken={32 * 'a'}",
}
RELEASE = threading.Event()


def wait_for_release(request):
    RELEASE.wait(timeout=20)
    return HttpResponse("released")


def echo(request):
    return HttpResponse(str(len(request.POST.get("text", ""))))


urlpatterns = [
    path("wait/", wait_for_release),
    path("echo/", echo),
    path("", include(urls)),
]
handler400 = urls.handler400


@pytest.fixture(autouse=True)
def clear_release():
    RELEASE.clear()
    yield
    RELEASE.set()


def connect(server):
    host, port = urlsplit(server.url).netloc.split(":")
    return closing(socket.create_connection((host, int(port)), timeout=20))


def head(method, address, headers):
    lines = [f"{method} {address} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def slow_post(address=SIGN_IN):
    """The head of a form, and two bytes of its body."""
    return head("POST", address, {"Content-Length": 1000, **FORM}) + b"a="


def ask(server, address, method="GET", body=None, headers=None):
    """The status, the body, and the seconds until both were there."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    with closing(connection):
        began = time.perf_counter()
        connection.request(method, address, body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, text, time.perf_counter() - began


def answer_on(connection, seconds=5):
    """The status, the headers and the body of what comes within a time."""
    connection.settimeout(seconds)
    with closing(http.client.HTTPResponse(connection)) as answer:
        answer.begin()
        return answer.status, answer.headers, answer.read().decode()


def session_headers(user):
    client = Client()
    client.force_login(user)
    return headers_of(client.session.session_key)


def seconds_to_sign_in_page(server, times):
    answers = [ask(server, SIGN_IN) for _ in range(times)]
    assert {status for status, _, _ in answers} == {200}
    return statistics.median(seconds for _, _, seconds in answers)


def test_200_slow_posts_slow_nobody_down(served):
    server = served()
    seconds_to_sign_in_page(server, 3)
    unloaded = seconds_to_sign_in_page(server, 10)
    with ExitStack() as stack:
        for _ in range(200):
            slow = stack.enter_context(connect(server))
            slow.sendall(slow_post())
        for address in ("/livez", "/readyz", "/static/css/base.css"):
            assert ask(server, address)[0] == 200
        loaded = seconds_to_sign_in_page(server, 10)
    print(
        f"sign-in page: {unloaded * 1000:.1f} ms alone, {loaded * 1000:.1f} ms beside"
    )
    # 100 ms on a quiet machine; tests share theirs.
    assert loaded < max(0.1, 3 * unloaded)


def test_a_body_that_does_not_arrive_in_time_ends_with_408(asgi_server, monkeypatch):
    monkeypatch.setattr("planner.server.bridge.BODY_SECONDS", 0.2, raising=False)
    with connect(asgi_server) as slow:
        slow.sendall(slow_post())
        status, headers, page = answer_on(slow)
    assert status == 408
    assert headers["Connection"] == "close"
    assert "didn’t arrive in time" in page


@pytest.mark.parametrize("is_chunked", [False, True])
def test_64_kb_are_taken_before_sign_in(asgi_server, is_chunked):
    """However much there is to come, the answer is there after that."""
    size = {"Transfer-Encoding": "chunked"} if is_chunked else {"Content-Length": 10**9}
    size |= FORM
    chunk = b"a" * 1000
    if is_chunked:
        chunk = b"3e8\r\n" + chunk + b"\r\n"
    with connect(asgi_server) as endless:
        endless.sendall(head("POST", SIGN_IN, size) + 66 * chunk)
        status, _, page = answer_on(endless)
    assert status == 413
    assert "Too large" in page
    assert "64 kB" in page


def test_as_much_as_that_is_taken(asgi_server):
    body = urlencode({"login": "x" * 60_000})
    status, _, _ = ask(asgi_server, SIGN_IN, "POST", body, FORM)
    assert status == 403  # there is no token in it, but it was read


@pytest.mark.urls(__name__)
def test_a_chunked_form_is_read(asgi_server, alice):
    headers = session_headers(alice)
    body = urlencode({"text": "x" * 1000}).encode()
    connection = http.client.HTTPConnection(urlsplit(asgi_server.url).netloc)
    with closing(connection):
        chunks = (body[at : at + 300] for at in range(0, len(body), 300))
        connection.request("POST", "/echo/", chunks, headers, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"1000")


@pytest.mark.urls(__name__)
def test_who_is_signed_in_may_send_the_longest_value(asgi_server, alice):
    headers = session_headers(alice)
    body = urlencode({"text": "世" * 100_000})
    assert ask(asgi_server, "/echo/", "POST", body, headers)[:2] == (200, "100000")


@pytest.mark.urls(__name__)
def test_only_an_import_may_be_larger(asgi_server, alice):
    headers = session_headers(alice)
    body = urlencode({"text": "# A\n" * 400_000})
    assert len(body) > 2_000_000
    assert ask(asgi_server, "/echo/", "POST", body, headers)[0] == 413
    status, page, _ = ask(asgi_server, "/import/", "POST", body, headers)
    assert status == 422
    assert "longer than 1 MB" in page
    nobody = {**headers, "Cookie": "sessionid=nobody"}
    del nobody["HX-Request"]
    assert ask(asgi_server, "/import/", "POST", body, nobody)[0] == 413


def test_an_upload_ends_at_its_limit_while_it_arrives(asgi_server, alice):
    headers = session_headers(alice)
    headers["Content-Type"] = "multipart/form-data; boundary=b"
    headers["Transfer-Encoding"] = "chunked"
    chunk = b"2710\r\n" + b"a" * 10_000 + b"\r\n"
    with connect(asgi_server) as endless:
        endless.sendall(head("POST", "/import/", headers) + 310 * chunk)
        status, _, page = answer_on(endless)
    assert status == 413
    assert "A plan can have up to 1 MB of text" in page


def test_a_long_save_after_the_sign_in_ended_says_so(asgi_server, plan):
    """It is not too large: its text is kept, and sent again after the next sign-in."""
    headers = headers_of("no-session-any-more")
    body = urlencode({"value": "x" * 90_000})
    address = f"/plans/{plan.slug}/items/1/"
    with connect(asgi_server) as connection:
        size = {"Content-Length": len(body)}
        # The answer comes before the body is read.
        connection.sendall(head("POST", address, {**headers, **size}) + b"a" * 66_000)
        status, _, page = answer_on(connection)
    assert status == 401
    assert "Your session has ended" in page


@pytest.mark.urls(__name__)
def test_probes_and_files_are_answered_while_all_threads_are_busy(
    asgi_server, settings
):
    with ExitStack() as stack:
        for _ in range(2 * settings.THREADS):
            busy = stack.enter_context(connect(asgi_server))
            busy.sendall(head("GET", "/wait/", {}))
        time.sleep(0.3)
        for address in ("/livez", "/readyz", "/static/css/base.css"):
            with connect(asgi_server) as connection:
                connection.settimeout(5)
                connection.sendall(head("GET", address, {}))
                assert connection.recv(12) == b"HTTP/1.1 200", address
        RELEASE.set()


def test_who_reads_a_file_slowly_holds_no_thread(asgi_server, settings):
    """A file that no buffer on the way takes in as a whole."""
    large = Path(settings.STATICFILES_DIRS[0]) / f"large-{os.getpid()}.txt"
    large.write_bytes(b"a" * 20_000_000)
    try:
        with ExitStack() as stack:
            for _ in range(2 * settings.THREADS):
                slow = stack.enter_context(connect(asgi_server))
                slow.sendall(head("GET", f"/static/{large.name}", {}))
                assert slow.recv(12) == b"HTTP/1.1 200"
            with connect(asgi_server) as connection:
                connection.settimeout(5)
                connection.sendall(head("GET", SIGN_IN, {}))
                assert connection.recv(12) == b"HTTP/1.1 200"
            first = ask(asgi_server, f"/static/{large.name}")
            assert len(first[1]) == 20_000_000
    finally:
        large.unlink()


def test_a_slow_word_to_the_live_feed_ends_with_408(asgi_server, monkeypatch):
    monkeypatch.setattr("planner.server.bridge.BODY_SECONDS", 0.2)
    with connect(asgi_server) as slow:
        slow.sendall(slow_post("/live/here/"))
        status, headers, _ = answer_on(slow)
    assert (status, headers["Connection"]) == (408, "close")


ITEMS = 200


@pytest.fixture
def slow_items(monkeypatch):
    """The items of a page that were rendered so far, of which each takes a while."""
    rendered = []

    def slowly(item):
        rendered.append(item)
        time.sleep(0.01)
        return ""

    monkeypatch.setattr(item_html, "_kept_html", slowly)
    return rendered


@pytest.fixture
def statuses(monkeypatch):
    """What the log says of each request."""
    noted = []

    def note(method, view, status, *rest):
        noted.append(status)

    monkeypatch.setattr("planner.ops.middleware.log_access", note)
    return noted


def wait_until(condition):
    ends = time.monotonic() + 20
    while not condition() and time.monotonic() < ends:
        time.sleep(0.01)
    assert condition()


def test_a_page_is_given_up_when_its_reader_leaves(
    asgi_server, alice, slow_items, statuses
):
    plan = make_plan(actor=alice, text="# Long\n\n" + "- an entry\n" * ITEMS)
    with connect(asgi_server) as reader:
        reader.sendall(head("GET", plan.get_absolute_url(), session_headers(alice)))
        wait_until(lambda: len(slow_items) > 3)
    wait_until(lambda: statuses)
    assert statuses == [499]
    assert len(slow_items) < ITEMS / 2
