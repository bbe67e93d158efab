import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from planner.server import bridge as server_bridge
from planner.server.bridge import BODY_REFUSAL, Bridge, build_environ
from planner.server.disconnects import ClientDisconnected, check_client

pytestmark = pytest.mark.once
SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "https",
    "root_path": "/planner",
    "path": "/planner/plans/é/",
    "query_string": b"q=\xe9",
    "server": ("10.0.0.1", 8000),
    "client": ("10.0.0.2", 41000),
    "headers": [
        (b"host", b"plans.example.org"),
        (b"content-type", b"text/plain"),
        (b"content-length", b"3"),
        (b"x-many", b"a"),
        (b"x-many", b"b"),
    ],
}


class Client:
    """Sends a request in pieces, and gathers what is answered."""

    def __init__(self, *pieces, is_gone=False):
        self.pieces = list(pieces)
        self.is_gone = is_gone
        self.sent = []

    async def receive(self):
        if self.pieces:
            body = self.pieces.pop(0)
            more = bool(self.pieces) or self.is_gone
            return {"type": "http.request", "body": body, "more_body": more}
        if not self.is_gone:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent)


def serve(app, client, scope=SCOPE, threads=1):
    async def limit_of(environ):
        return 100_000

    async def run():
        with ThreadPoolExecutor(threads) as pool:
            bridge = Bridge(app, limit_of)
            await bridge(scope, client.receive, client.send, pool)

    asyncio.run(run())


def without_length(scope):
    headers = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
    headers.append((b"transfer-encoding", b"chunked"))
    return {**scope, "headers": headers}


def test_the_environ_is_what_wsgi_asks_for():
    environ = build_environ(SCOPE)
    assert environ.pop("wsgi.input").read() == b""
    assert environ == {
        "asgi.scope": SCOPE,
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "/planner",
        "PATH_INFO": "/plans/Ã©/",
        "QUERY_STRING": "q=é",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "10.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "10.0.0.2",
        "REMOTE_PORT": "41000",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "3",
        "HTTP_HOST": "plans.example.org",
        "HTTP_X_MANY": "a,b",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def test_an_application_sees_the_whole_body():
    def app(environ, start_response):
        start_response("201 Created", [("X-Length", environ["CONTENT_LENGTH"])])
        return [environ["wsgi.input"].read(), b"!"]

    client = Client(b"a" * 40_000, b"b" * 50_000)
    serve(app, client, without_length(SCOPE))
    assert client.sent[0]["status"] == 201
    assert client.sent[0]["headers"] == [(b"x-length", b"90000")]
    assert client.body == b"a" * 40_000 + b"b" * 50_000 + b"!"


@pytest.mark.parametrize(
    ("pieces", "status"), [([b"a" * 60_000, b"b" * 60_000, b"c"], 413), ([b"a"], 408)]
)
def test_an_application_is_told_of_a_refused_body(monkeypatch, pieces, status):
    monkeypatch.setattr(server_bridge, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(server_bridge, "MIN_BYTES_PER_SECOND", 10**9)
    monkeypatch.setattr(server_bridge, "DRAIN_SECONDS", 0.05)

    def app(environ, start_response):
        start_response(f"{environ[BODY_REFUSAL]} No", [])
        return [environ["wsgi.input"].read(), b"no"]

    client = Client(*pieces)
    serve(app, SlowEnd(client) if status == 408 else client, without_length(SCOPE))
    assert client.sent[0]["status"] == status
    assert client.sent[0]["headers"] == [(b"connection", b"close")]
    assert client.body == b"no"
    assert client.sent[-1].get("more_body") is None


class SlowEnd:
    """Announces more than it sends."""

    def __init__(self, client):
        self.client = client
        self.send = client.send

    async def receive(self):
        if not self.client.pieces:
            await asyncio.sleep(60)
        return {**await self.client.receive(), "more_body": True}


def test_nobody_is_asked_for_a_request_that_broke_off():
    calls = []
    client = Client(b"a", is_gone=True)
    serve(lambda *call: calls.append(call), client)
    assert (calls, client.sent) == ([], [])


class Chunks:
    """A long answer, which notes how far it was asked for and whether it was closed."""

    def __init__(self, error=None):
        self.count = 0
        self.closed = 0
        self.error = error

    def __iter__(self):
        for _ in range(20):
            self.count += 1
            yield b"x" * 100_000
        if self.error:
            raise self.error

    def close(self):
        self.closed += 1


def answer_with(chunks):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return chunks

    return app


def test_a_long_answer_comes_in_batches_and_is_closed_once():
    client, chunks = Client(b"abc"), Chunks()
    serve(answer_with(chunks), client)
    assert len(client.body) == 2_000_000
    assert 3 < len(client.sent) < 12
    assert chunks.closed == 1


def test_a_long_answer_ends_when_its_reader_has_gone():
    client, chunks = Client(b"abc"), Chunks()

    async def receive():
        if client.pieces:
            return await Client.receive(client)
        return {"type": "http.disconnect"}

    client.receive = receive
    serve(answer_with(chunks), client)
    assert chunks.count < 20
    assert chunks.closed == 1


@pytest.mark.filterwarnings("error")
def test_an_answer_that_fails_half_way_is_closed():
    client, chunks = Client(b"abc"), Chunks(ValueError("half way"))
    with pytest.raises(ValueError, match="half way"):
        serve(answer_with(chunks), client)
    assert chunks.closed == 1


@pytest.mark.parametrize(("method", "calls"), [("GET", 0), ("HEAD", 0), ("POST", 1)])
def test_a_page_is_not_made_for_who_left_before_its_turn(method, calls):
    """What was sent completely is stored."""
    answers = []

    def app(environ, start_response):
        answers.append(environ["REQUEST_METHOD"])
        start_response("200 OK", [])
        return []

    async def limit_of(environ):
        return 0

    async def run():
        with ThreadPoolExecutor(1) as pool:
            ended = threading.Event()
            pool.submit(ended.wait, 5)

            async def leave():
                return {"type": "http.disconnect"}

            headers = [pair for pair in SCOPE["headers"] if b"length" not in pair[0]]
            scope = {**SCOPE, "method": method, "headers": headers}
            client = Client()
            bridge = Bridge(app, limit_of)
            answering = asyncio.ensure_future(bridge(scope, leave, client.send, pool))
            await asyncio.sleep(0.05)
            ended.set()
            await answering

    asyncio.run(run())
    assert len(answers) == calls


@pytest.mark.parametrize(
    ("method", "is_done"), [("GET", False), ("HEAD", False), ("POST", True)]
)
def test_a_page_is_given_up_when_its_reader_leaves(method, is_done):
    """What was sent completely is stored."""
    begun, left, steps = threading.Event(), threading.Event(), []

    def app(environ, start_response):
        start_response("200 OK", [])
        try:
            check_client()
            begun.set()
            assert left.wait(5)
            steps.append("left")
            check_client()
            steps.append("done")
        except ClientDisconnected:
            pass
        return []

    async def limit_of(environ):
        return 0

    async def run():
        with ThreadPoolExecutor(2) as pool:

            async def leave():
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, begun.wait, 5)
                # Heard once the bridge has seen it, and what it does then is done.
                loop.call_later(0.05, left.set)
                return {"type": "http.disconnect"}

            headers = [pair for pair in SCOPE["headers"] if b"length" not in pair[0]]
            scope = {**SCOPE, "method": method, "headers": headers}
            await Bridge(app, limit_of)(scope, leave, Client().send, pool)

    asyncio.run(run())
    assert ("done" in steps) == is_done
