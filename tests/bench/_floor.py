"""The floor under the figures of `live` and `save`: a stream and a durable commit.

    FLOOR_DATABASE=/tmp/floor.sqlite3 python -m uvicorn tests.bench._floor:application

Each post becomes a row of SQLite, which is committed (synchronous=FULL, as the planner
does), answered, and sent to every open stream. There is no sign-in, access, merge,
check, history or markup: what the planner takes beyond this is the price of those.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from typing import Any
from urllib.parse import parse_qs

_database = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None)
_database.execute("PRAGMA journal_mode = WAL")
_database.execute("PRAGMA synchronous = FULL")
_database.execute(
    "CREATE TABLE IF NOT EXISTS saves (number INTEGER PRIMARY KEY, value TEXT)"
)
_streams: set[asyncio.Queue[bytes]] = set()


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"] == "/readyz":
        await _answer(send, 200, b"ready\n")
    elif scope["path"] == "/live/here/":
        await _answer(send, 204)
    elif scope["path"] == "/live/":
        await _stream(receive, send)
    else:
        number = _save(await _body(receive))
        event = b'data: {"kind":"changes","number":%d}\n\n' % number
        for stream in _streams:
            stream.put_nowait(event)
        await _answer(send, 200, b"", (b"x-plan-change", b"%d" % number))


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _body(receive: Any) -> bytes:
    body, is_whole = b"", False
    while not is_whole:
        message = await receive()
        body += message.get("body", b"")
        is_whole = not message.get("more_body")
    return body


def _save(body: bytes) -> int:
    value = parse_qs(body.decode())["value"][0]
    return _database.execute("INSERT INTO saves (value) VALUES (?)", [value]).lastrowid


async def _answer(
    send: Any, status: int, body: bytes = b"", *headers: tuple[bytes, bytes]
) -> None:
    length = (b"content-length", b"%d" % len(body))
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def _stream(receive: Any, send: Any) -> None:
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    queue.put_nowait(b'data: {"kind":"hello"}\n\n')
    _streams.add(queue)
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    left = asyncio.ensure_future(_until_left(receive, queue))
    try:
        while data := await queue.get():
            part = {"type": "http.response.body", "body": data, "more_body": True}
            await send(part)
    finally:
        _streams.discard(queue)
        left.cancel()


async def _until_left(receive: Any, queue: asyncio.Queue[bytes]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    queue.put_nowait(b"")
