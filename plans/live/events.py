"""What streams say, and what waits to be said on each of them."""

from __future__ import annotations

import asyncio
import json
import random
from time import monotonic
from typing import Any

from plans.live.subscribers import Subscriber

# A stream that takes its events too slowly starts over instead of filling the memory.
MAX_QUEUED_BYTES = 4_000_000

# A comment, so that a dead connection is noticed on either side.
HEARTBEAT = b":\n\n"


def encode_event(kind: str, **told: Any) -> bytes:
    """One event of a stream: one line of JSON, ended by LF."""
    line = json.dumps({"kind": kind, **told}, separators=(",", ":"), ensure_ascii=False)
    return b"data: " + line.encode() + b"\n\n"


def goodbye_event(wait: float = 0.0) -> bytes:
    """Connect again after `wait` seconds, give or take: not all at the same moment."""
    return encode_event("bye", wait=round(1000 * wait * random.uniform(0.5, 1.5)))  # noqa: S311


class Stream:
    """What one browser has still to be sent."""

    def __init__(self, token: str, subscriber: Subscriber) -> None:
        self.token = token
        self.subscriber = subscriber
        self.opened_at = monotonic()
        self.is_ending = False
        self._waiting: list[bytes] = []
        self._size = 0
        self._woken = asyncio.Event()

    def push(self, data: bytes) -> None:
        if self.is_ending:
            return
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MAX_QUEUED_BYTES:
            self._waiting.clear()
            self.end(goodbye_event(1.0))
        self._woken.set()

    def end(self, last: bytes = b"") -> None:
        if last:
            self._waiting.append(last)
        self.is_ending = True
        self._woken.set()

    async def take(self) -> bytes:
        """All that waits, once something does; empty at the end."""
        await self._woken.wait()
        self._woken.clear()
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        if self.is_ending:
            self._woken.set()
        return data
