"""Serves Django's WSGI handler from the event loop.

The loop reads a request's body, up to a size and within a time, before a thread gets
the request, and the loop sends the response. So a client that sends or reads slowly
costs a bounded amount of memory, and never a thread.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from planner.server.disconnects import ClientDisconnected, client_disconnected

# Dictionaries; each ASGI library types them in its own way.
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]

# Bytes that anyone may send, signed in or not.
DEFAULT_BODY_LIMIT = 64_000
# A body has this many seconds, and one more for each MIN_BYTES_PER_SECOND received.
BODY_SECONDS = 20.0
MIN_BYTES_PER_SECOND = 16_000
# Seconds for which the rest of a refused body is read and dropped: a client that is
# still sending when the connection closes may never read the response.
DRAIN_SECONDS = 2.0
# Bytes of a response that a thread takes from the application at a time.
BATCH_BYTES = 256_000
# The key in the environ that tells Django the status to answer instead of the view.
BODY_REFUSAL = "planner.refused_body"


class BodyRefused(Exception):
    """The body is too large (413) or too slow (408)."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Bridge:
    """`find_limit`: returns the limit for a body that exceeds DEFAULT_BODY_LIMIT."""

    def __init__(
        self, app: Any, find_limit: Callable[[Environ], Awaitable[int]]
    ) -> None:
        self.app = app
        self.find_limit = find_limit

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, threads: Executor
    ) -> float:
        """Read the whole request, then answer it in `threads`; the seconds for which
        these computed."""
        environ = build_environ(scope)

        async def limit() -> int:
            return await self.find_limit(environ)

        try:
            body = await read_body(scope, receive, DEFAULT_BODY_LIMIT, limit)
        except ClientDisconnected:
            return 0.0
        except BodyRefused as refusal:
            environ["CONTENT_LENGTH"] = ""
            environ[BODY_REFUSAL] = refusal.status
            send_and_close = _closing(receive, send)
            return await self._answer(environ, receive, send_and_close, threads)
        environ["wsgi.input"] = io.BytesIO(body)
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        return await self._answer(environ, receive, send, threads)

    async def _answer(
        self, environ: Environ, receive: Receive, send: Send, threads: Executor
    ) -> float:
        response = WsgiResponse(self.app, environ)
        # When the client disconnects, a page that is still queued is dropped, and one
        # that is being rendered stops at its next `check_client`. A post always ends.
        is_page = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        context, has_left = contextvars.copy_context(), threading.Event()
        if is_page:
            context.run(client_disconnected.set, has_left)
        first_batch = threads.submit(context.run, response.begin)
        disconnect = asyncio.ensure_future(_wait_for_disconnect(receive))
        if is_page:
            disconnect.add_done_callback(lambda _: has_left.set())
            disconnect.add_done_callback(lambda _: first_batch.cancel())
        try:
            data = await asyncio.wrap_future(first_batch)
            await send(response.start)
            while not response.is_complete and not disconnect.done():
                part = {"type": "http.response.body", "body": data, "more_body": True}
                await send(part)
                loop = asyncio.get_running_loop()
                more = partial(context.run, response.next_batch)
                data = await loop.run_in_executor(threads, more)
            await send({"type": "http.response.body", "body": data})
        except asyncio.CancelledError:
            if not first_batch.cancelled():
                raise
        finally:
            disconnect.cancel()
            if response.start and not response.is_complete:
                await asyncio.wrap_future(threads.submit(response.close))
        return response.seconds


class WsgiResponse:
    """The application's response, taken from it in batches by a thread."""

    def __init__(self, app: Any, environ: Environ) -> None:
        self.app = app
        self.environ = environ
        self.start: Message = None
        self.is_complete = False
        # Of the processor, so that it does not depend on what others do meanwhile.
        self.seconds = 0.0
        self._chunks: Any = None
        self._iterator: Iterator[bytes] = iter(())

    def begin(self) -> bytes:
        """Call the application and return the first batch, which is usually all."""
        began = time.thread_time()
        self._chunks = self.app(self.environ, self._start_response)
        self.seconds += time.thread_time() - began
        self._iterator = iter(self._chunks)
        return self.next_batch()

    def next_batch(self) -> bytes:
        began = time.thread_time()
        try:
            return self._take_batch()
        finally:
            self.seconds += time.thread_time() - began

    def _take_batch(self) -> bytes:
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
    find_limit: Callable[[], Awaitable[int]] | None = None,
) -> bytes:
    """The whole body. One that exceeds `limit` may be as large as `find_limit` returns.

    Raises BodyRefused or ClientDisconnected.
    """
    length = _declared_length(scope)
    if length == 0:
        return b""
    loop = asyncio.get_running_loop()
    start = loop.time()
    body, is_whole = bytearray(), False
    try:
        async with asyncio.timeout_at(start + BODY_SECONDS) as deadline:
            while True:
                # Refuse by the declared length, before reading any of the body.
                size = max(len(body), length or 0)
                if size > limit and find_limit:
                    limit, find_limit = await find_limit(), None
                if size > limit:
                    raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                if is_whole:
                    return bytes(body)
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnected
                body += message.get("body", b"")
                is_whole = not message.get("more_body")
                deadline.reschedule(
                    start + BODY_SECONDS + len(body) / MIN_BYTES_PER_SECOND
                )
    except TimeoutError:
        raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT) from None


def _declared_length(scope: Scope) -> int | None:
    """The Content-Length, 0 without a body, or None for a body of unknown length."""
    length: int | None = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            # The server has already refused anything but a number.
            with suppress(ValueError):
                length = int(value)
    return length


def _closing(receive: Receive, send: Send) -> Send:
    """A `send` that closes the connection after the response, and drops what the client
    still sends before that."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], (b"connection", b"close")]
            await send({**message, "headers": headers})
        elif message.get("more_body"):
            await send(message)
        else:
            await send({**message, "more_body": True})
            with suppress(TimeoutError):
                await asyncio.wait_for(_drain(receive), DRAIN_SECONDS)
            await send({"type": "http.response.body", "body": b""})

    return closing


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def build_environ(scope: Scope) -> Environ:
    """The WSGI environ of a request (PEP 3333), without its body."""
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
