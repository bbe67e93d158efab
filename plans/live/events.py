"""The events of a stream, and the queue of those that a stream has yet to send."""

from __future__ import annotations

import asyncio
import json
import random
from time import monotonic
from typing import Any

from plans.live.subscribers import Subscriber

# A browser that reads more slowly has to reconnect, so that its queue stays small.
MAX_QUEUED_BYTES = 4_000_000

# A comment: it lets both sides notice a dead connection.
HEARTBEAT = b":\n\n"


def encode_event(kind: str, **fields: Any) -> bytes:
    """One server-sent event: one line of JSON."""
    line = json.dumps(
        {"kind": kind, **fields}, separators=(",", ":"), ensure_ascii=False
    )
    return b"data: " + line.encode() + b"\n\n"


def goodbye_event(wait: float = 0.0) -> bytes:
    """Ask the browser to reconnect after about `wait` seconds; the jitter keeps all of
    them from doing so at once."""
    return encode_event("bye", wait=round(1000 * wait * random.uniform(0.5, 1.5)))  # noqa: S311


class Stream:
    """One browser's connection: its subscriber, and the events waiting to be sent."""

    def __init__(self, token: str, subscriber: Subscriber) -> None:
        self.token = token
        self.subscriber = subscriber
        self.opened_at = monotonic()
        self.is_ending = False
        self._queue: list[bytes] = []
        self._size = 0
        self._wake = asyncio.Event()

    def push(self, data: bytes) -> None:
        if self.is_ending:
            return
        self._queue.append(data)
        self._size += len(data)
        if self._size > MAX_QUEUED_BYTES:
            self._queue.clear()
            self.end(goodbye_event(1.0))
        self._wake.set()

    def end(self, last: bytes = b"") -> None:
        if last:
            self._queue.append(last)
        self.is_ending = True
        self._wake.set()

    async def take(self) -> bytes:
        """Wait for events, then return all that are queued; empty after the end."""
        await self._wake.wait()
        self._wake.clear()
        data = b"".join(self._queue)
        self._queue.clear()
        self._size = 0
        if self.is_ending:
            self._wake.set()
        return data
