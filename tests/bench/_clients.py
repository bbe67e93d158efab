"""Many browsers in one process: streams that are read with as little work as can be,
and editors who save.

    python -m tests.bench._clients

reads one JSON value from standard input (Scenario) and prints lines of JSON:
`{"at": "open"}` when every stream is open, `{"at": "begin"}` and `{"at": "end"}` of
what is measured, the outcome, and, where streams are read to their end, that end.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
from bisect import bisect_left
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import uvloop

from tests.processes import headers_of

# Of an event's change; a quote inside of its markup has a backslash before it.
NUMBER = re.compile(rb'"number":(\d+)[,}]')
LONGEST_MARK = 30
OPENING_AT_ONCE = 20


@dataclass
class Scenario:
    port: int
    slug: str
    address: str
    number: int
    # Session keys. The first editors save; a stream of theirs is among the streams.
    streams: list[str]
    editors: list[str]
    fields: list[int]
    warm_up: float = 0.0
    seconds: float = 10.0
    # Between two saves of an editor; 0: as fast as they can.
    pace: float = 1.0
    # What an event may take before it counts as lost.
    patience: float = 10.0
    reads_to_end: bool = False


@dataclass
class Save:
    editor: int
    sent: float
    answered: float
    status: int
    number: int


def say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def head(method: str, path: str, headers: dict[str, str], port: int) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Reading(asyncio.Protocol):
    """One open stream: when which number arrived."""

    def __init__(self, session: str, request: bytes) -> None:
        self.session = session
        self.request = request
        self.rest = b""
        self.numbers: list[int] = []
        self.times: list[float] = []
        self.reloads = 0
        self.is_open = asyncio.Event()
        self.has_ended = asyncio.Event()
        self.has_bye = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = perf_counter()
        data = self.rest + data
        end = 0
        for match in NUMBER.finditer(data):
            end = match.end()
            self.numbers.append(int(match[1]))
            self.times.append(now)
        if end and b'"kind":"reload"' in data:
            self.reloads += 1
        if not self.is_open.is_set() and b'"kind":"hello"' in data:
            self.is_open.set()
        self.rest = data[max(end, len(data) - LONGEST_MARK) :]
        if b'"bye"' in self.rest:
            self.has_bye = True

    def connection_lost(self, error: Exception | None) -> None:
        self.has_ended.set()

    def arrival(self, number: int) -> float | None:
        """When the change with that number was here, alone or with later ones."""
        place = bisect_left(self.numbers, number)
        return self.times[place] if place < len(self.numbers) else None


class Poster:
    """A kept connection that posts."""

    def __init__(self, scenario: Scenario, session: str) -> None:
        self.scenario = scenario
        self.headers = headers_of(session)
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, int]:
        """Its status (0: the connection broke) and the number of its change (or 0)."""
        return await self.ask("POST", path, body)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, int]:
        try:
            return await self._ask(method, path, body)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0, 0

    async def _ask(self, method: str, path: str, body: bytes) -> tuple[int, int]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.scenario.port
            )
        headers = {**self.headers, "Content-Length": str(len(body))}
        self.writer.write(head(method, path, headers, self.scenario.port) + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        lines = [line.partition(b":") for line in answer.lower().split(b"\r\n")]
        fields = {name: value.strip() for name, _, value in lines}
        await self.reader.readexactly(int(fields.get(b"content-length", 0)))
        if fields.get(b"connection") == b"close":
            self.close()
        return int(answer.split(None, 2)[1]), int(fields.get(b"x-plan-change", 0))

    def close(self) -> None:
        if self.writer:
            self.writer.close()
            self.writer = None


@dataclass
class Clients:
    scenario: Scenario
    streams: list[Reading] = field(default_factory=list)
    saves: list[Save] = field(default_factory=list)

    async def run(self) -> None:
        await self.open_streams()
        say(at="open")
        now = perf_counter()
        begin = now + self.scenario.warm_up
        end = begin + self.scenario.seconds
        editors = [self.edit(n, begin, end) for n in range(len(self.scenario.editors))]
        await asyncio.gather(self.tell(begin, end), *editors)
        await self.until_arrived()
        say(at="outcome", **self.outcome())
        if self.scenario.reads_to_end:
            await asyncio.gather(*(one.has_ended.wait() for one in self.streams))
            say(at="ended", byes=sum(one.has_bye for one in self.streams))

    async def tell(self, begin: float, end: float) -> None:
        await asyncio.sleep(begin - perf_counter())
        say(at="begin")
        await asyncio.sleep(end - perf_counter())
        say(at="end")

    # --- streams ---

    async def open_streams(self) -> None:
        """Not all at once, as people come; each says that its tab is here."""
        turn = asyncio.Semaphore(OPENING_AT_ONCE)

        async def opened(index: int, session: str) -> None:
            async with turn:
                await asyncio.wait_for(self.open_stream(index, session), timeout=60)

        sessions = enumerate(self.scenario.streams)
        await asyncio.gather(*(opened(index, session) for index, session in sessions))

    async def open_stream(self, index: int, session: str) -> None:
        scenario = self.scenario
        token = f"a-token-of-stream-{index:05}"
        query = urlencode(
            {"plan": f"{scenario.slug}:{scenario.number}", "stream": token}
        )
        request = head("GET", f"/live/?{query}", headers_of(session), scenario.port)
        reading = Reading(session, request)
        await asyncio.get_running_loop().create_connection(
            lambda: reading, "127.0.0.1", scenario.port
        )
        self.streams.append(reading)
        await reading.is_open.wait()
        poster = Poster(scenario, session)
        here = {"stream": token, "tab": "1", "plan": scenario.slug, "item": None}
        status, _ = await poster.post("/live/here/", json.dumps(here).encode())
        assert status == 204, status
        poster.close()

    # --- editors ---

    async def edit(self, index: int, begin: float, end: float) -> None:
        scenario = self.scenario
        poster = Poster(scenario, scenario.editors[index])
        path = f"{scenario.address}items/{scenario.fields[index]}/"
        chance = random.Random(index)  # noqa: S311
        await asyncio.sleep(chance.uniform(0, scenario.pace))
        number = 0
        while (sent := perf_counter()) < end:
            value = f"Value {number} that editor {index} has typed into this field"
            body = urlencode({"value": value}).encode()
            status, change = await poster.post(path, body)
            answered = perf_counter()
            if sent >= begin:
                self.saves.append(Save(index, sent, answered, status, change))
            number += 1
            # At random moments: in step, the same two would always be at one time.
            pause = scenario.pace * chance.uniform(0.5, 1.5)
            await asyncio.sleep(max(0.0, sent + pause - answered))
        poster.close()

    # --- what came of it ---

    async def until_arrived(self) -> None:
        newest = max((save.number for save in self.saves), default=0)
        limit = perf_counter() + self.scenario.patience
        while perf_counter() < limit:
            if all(one.arrival(newest) for one in self.streams):
                break
            await asyncio.sleep(0.1)

    def outcome(self) -> dict[str, Any]:
        done = [save for save in self.saves if save.status == 200 and save.number]
        delays = []
        missing = 0
        for save in done:
            for one in self.streams:
                if one.session == self.scenario.editors[save.editor]:
                    continue  # who saves has the answer
                arrival = one.arrival(save.number)
                if arrival is None:
                    missing += 1
                else:
                    delays.append(arrival - save.sent)
        return {
            "saves": [asdict(save) for save in self.saves],
            "delays": delays,
            "missing": missing,
            "reloads": sum(one.reloads for one in self.streams),
            "ended_early": sum(one.has_ended.is_set() for one in self.streams),
        }


if __name__ == "__main__":
    uvloop.run(Clients(Scenario(**json.load(sys.stdin))).run())
