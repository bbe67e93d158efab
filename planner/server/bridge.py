"""Django's WSGI handler, served from the event loop.

A request is gathered on the loop, up to a limit and within a time, before a thread
sees it. Its answer is sent from the loop. So a client that sends or reads slowly costs
memory up to a limit, and never a thread.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from planner.server.disconnects import client_disconnected

# Dictionaries, whose types every ASGI library spells in its own way.
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]

# What anybody may send.
DEFAULT_BODY_LIMIT = 64_000
# A body has this many seconds, and one more for each so many bytes that have arrived.
BODY_SECONDS = 20.0
MIN_BYTES_PER_SECOND = 16_000
# Seconds for which the rest of a refused body is thrown away: a client that still sends
# when the connection closes may never read the answer.
DRAIN_SECONDS = 2.0
# How much of an answer is taken from the application at a time.
BATCH_BYTES = 256_000
# In the environ: the status that planner.ops.middleware answers, for want of a body.
BODY_REFUSAL = "planner.refused_body"


class BodyRefused(Exception):
    """The body is too large (413), or does not arrive in time (408)."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Disconnected(Exception):
    """The client went away before the request was complete."""


class Bridge:
    """`limit_of`: how large a body may be that is larger than what anybody may send."""

    def __init__(self, app: Any, limit_of: Callable[[Environ], Awaitable[int]]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, threads: Executor
    ) -> None:
        """Answer a request in `threads`, which it is given to in one piece."""
        environ = build_environ(scope)

        async def limit() -> int:
            return await self.limit_of(environ)

        try:
            body = await read_body(scope, receive, DEFAULT_BODY_LIMIT, limit)
        except Disconnected:
            return
        except BodyRefused as refusal:
            environ["CONTENT_LENGTH"] = ""
            environ[BODY_REFUSAL] = refusal.status
            closing = _closing(receive, send)
            await self._answer(environ, receive, closing, threads)
            return
        environ["wsgi.input"] = io.BytesIO(body)
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        await self._answer(environ, receive, send, threads)

    async def _answer(
        self, environ: Environ, receive: Receive, send: Send, threads: Executor
    ) -> None:
        response = WsgiResponse(self.app, environ)
        # A page whose reader left before its turn came is not made. One that is being
        # made is given up at its next `check_client`. A post is done.
        is_page = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        context, left = contextvars.copy_context(), threading.Event()
        if is_page:
            context.run(client_disconnected.set, left)
        queued = threads.submit(context.run, response.begin)
        gone = asyncio.ensure_future(_until_gone(receive))
        if is_page:
            gone.add_done_callback(lambda _: left.set())
            gone.add_done_callback(lambda _: queued.cancel())
        try:
            data = await asyncio.wrap_future(queued)
            await send(response.start)
            while not response.is_complete and not gone.done():
                part = {"type": "http.response.body", "body": data, "more_body": True}
                await send(part)
                loop = asyncio.get_running_loop()
                more = partial(context.run, response.next_batch)
                data = await loop.run_in_executor(threads, more)
            await send({"type": "http.response.body", "body": data})
        except asyncio.CancelledError:
            if not queued.cancelled():
                raise
        finally:
            gone.cancel()
            if response.start and not response.is_complete:
                await asyncio.wrap_future(threads.submit(response.close))


class WsgiResponse:
    """What the application answers, taken from it in batches, in a thread."""

    def __init__(self, app: Any, environ: Environ) -> None:
        self.app = app
        self.environ = environ
        self.start: Message = None
        self.is_complete = False
        self._chunks: Any = None
        self._iterator: Iterator[bytes] = iter(())

    def begin(self) -> bytes:
        """Call the application; the first batch, mostly all of it."""
        self._chunks = self.app(self.environ, self._start_response)
        self._iterator = iter(self._chunks)
        return self.next_batch()

    def next_batch(self) -> bytes:
        batch, size = [], 0
        try:
            for chunk in self._iterator:
                batch.append(chunk)
                size += len(chunk)
                if size >= BATCH_BYTES:
                    return b"".join(batch)
        except BaseException:
            self.close()
            raise
        self.close()
        return b"".join(batch)

    def close(self) -> None:
        if not self.is_complete:
            self.is_complete = True
            getattr(self._chunks, "close", lambda: None)()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> None:
        self.start = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [
                (name.lower().encode("latin-1"), value.strip().encode("latin-1"))
                for name, value in headers
            ],
        }


async def read_body(
    scope: Scope,
    receive: Receive,
    limit: int,
    limit_of: Callable[[], Awaitable[int]] | None = None,
) -> bytes:
    """The whole body. About one that is larger than `limit`, `limit_of` is asked once.

    Raises BodyRefused or Disconnected.
    """
    length = _length(scope)
    if length == 0:
        return b""
    loop = asyncio.get_running_loop()
    began = loop.time()
    body, is_whole = bytearray(), False
    try:
        async with asyncio.timeout_at(began + BODY_SECONDS) as time:
            while True:
                # A declared length is refused before any of the body is read.
                size = max(len(body), length or 0)
                if size > limit and limit_of:
                    limit, limit_of = await limit_of(), None
                if size > limit:
                    raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                if is_whole:
                    return bytes(body)
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                body += message.get("body", b"")
                is_whole = not message.get("more_body")
                time.reschedule(began + BODY_SECONDS + len(body) / MIN_BYTES_PER_SECOND)
    except TimeoutError:
        raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT) from None


def _length(scope: Scope) -> int | None:
    """How long the body is, or None where the client does not say."""
    length: int | None = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            # The server has refused what is no number.
            with suppress(ValueError):
                length = int(value)
    return length


def _closing(receive: Receive, send: Send) -> Send:
    """A `send` that ends the connection with the answer, and before it does throws away
    what the client still sends."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], (b"connection", b"close")]
            await send({**message, "headers": headers})
        elif message.get("more_body"):
            await send(message)
        else:
            await send({**message, "more_body": True})
            with suppress(TimeoutError):
                await asyncio.wait_for(_until_all_is_sent(receive), DRAIN_SECONDS)
            await send({"type": "http.response.body", "body": b""})

    return closing


async def _until_all_is_sent(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def build_environ(scope: Scope) -> Environ:
    """A request's WSGI environ (PEP 3333), but for its body."""
    root = scope.get("root_path", "")
    server, port = scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "asgi.scope": scope,
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": scope["path"].removeprefix(root).encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if client := scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_LENGTH", "CONTENT_TYPE"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
