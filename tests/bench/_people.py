"""People who work: each has a page of a team's plan open, some write, all look around.

    python -m tests.bench._people

reads one JSON value from standard input (Day) and prints lines of JSON:
`{"at": "open"}` when every stream is open, `{"at": "begin"}` and `{"at": "end"}` of
what is measured, and the outcome.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import uvloop

from tests.bench._clients import OPENING_AT_ONCE, Poster, Reading, Scenario, head, say
from tests.processes import headers_of


@dataclass
class Day:
    # A stream and the pages of a person go to any of them.
    ports: list[int]
    # As `_cast teams` makes them.
    plans: list[dict[str, Any]]
    writers: int
    save_every: float
    page_every: float
    # Among the pages, so many are the list of plans.
    lists: float
    warm_up: float
    seconds: float
    patience: float = 10.0


@dataclass
class Person:
    day: Day
    plan: dict[str, Any]
    place: int
    session: str
    port: int
    chance: random.Random
    reading: Reading | None = None
    saves: list[tuple[float, float, int]] = field(default_factory=list)
    pages: dict[str, list[float]] = field(
        default_factory=lambda: {"plan": [], "list": []}
    )
    errors: int = 0

    def __post_init__(self) -> None:
        self.poster = Poster(self._scenario(), self.session)

    def _scenario(self) -> Scenario:
        plan = self.plan
        return Scenario(
            port=self.port,
            slug=plan["slug"],
            address=plan["address"],
            number=plan["number"],
            streams=[],
            editors=[],
            fields=plan["fields"],
        )

    @property
    def writes(self) -> bool:
        return self.place < self.day.writers

    async def open(self) -> None:
        slug, token = self.plan["slug"], f"a-token-of-{self.session}"
        query = urlencode({"plan": f"{slug}:{self.plan['number']}", "stream": token})
        headers = headers_of(self.session)
        request = head("GET", f"/live/?{query}", headers, self.port)
        reading = self.reading = Reading(self.session, request)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: reading, "127.0.0.1", self.port)
        await asyncio.wait_for(reading.is_open.wait(), 60)
        here = {"stream": token, "tab": "1", "plan": slug, "item": None}
        await self.poster.post("/live/here/", json.dumps(here).encode())

    async def write(self, begin: float, end: float) -> None:
        """At moments of their own, whatever the answers take."""
        path = f"{self.plan['address']}items/{self.plan['fields'][self.place]}/"
        number = 0
        first = self.chance.uniform(0, self.day.save_every)
        await self.rest(first, end, self.poster)
        while (sent := perf_counter()) < end:
            value = f"Value {number} that person {self.place} has typed here"
            body = urlencode({"value": value}).encode()
            status, change = await self.poster.post(path, body)
            answered = perf_counter()
            if status != 200:
                self.errors += 1
            elif sent >= begin:
                self.saves.append((sent, answered, change))
            number += 1
            pause = self.day.save_every * self.chance.uniform(0.5, 1.5)
            await self.rest(sent + pause - perf_counter(), end, self.poster)

    async def look(self, begin: float, end: float) -> None:
        poster = Poster(self._scenario(), self.session)
        poster.headers.pop("HX-Request")
        await self.rest(self.chance.uniform(0, self.day.page_every), end)
        while (sent := perf_counter()) < end:
            kind = "list" if self.chance.random() < self.day.lists else "plan"
            path = "/" if kind == "list" else self.plan["address"]
            status, _ = await poster.ask("GET", path)
            if status != 200:
                self.errors += 1
            elif sent >= begin:
                self.pages[kind].append(perf_counter() - sent)
            pause = self.day.page_every * self.chance.uniform(0.5, 1.5)
            await self.rest(sent + pause - perf_counter(), end, poster)
        poster.close()

    async def rest(self, seconds: float, end: float, *posters: Poster) -> None:
        """The server closes a connection that is idle for five seconds."""
        for poster in posters if seconds > 2 else ():
            poster.close()
        await asyncio.sleep(max(0.0, min(seconds, end - perf_counter())))

    async def work(self, begin: float, end: float) -> None:
        writing = [self.write(begin, end)] if self.writes else []
        await asyncio.gather(self.look(begin, end), *writing)
        self.poster.close()


async def run(day: Day) -> None:
    chance = random.Random(7)  # noqa: S311
    people = [
        Person(
            day,
            plan,
            place,
            session,
            day.ports[place % len(day.ports)],
            random.Random(chance.random()),  # noqa: S311
        )
        for plan in day.plans
        for place, session in enumerate(plan["sessions"])
    ]
    turn = asyncio.Semaphore(OPENING_AT_ONCE)

    async def opened(person: Person) -> None:
        async with turn:
            await person.open()

    await asyncio.gather(*map(opened, people))
    say(at="open")
    begin = perf_counter() + day.warm_up
    end = begin + day.seconds
    await asyncio.gather(tell(begin, end), *(one.work(begin, end) for one in people))
    say(at="outcome", **await outcome(day, people))


async def tell(begin: float, end: float) -> None:
    await asyncio.sleep(begin - perf_counter())
    say(at="begin")
    await asyncio.sleep(end - perf_counter())
    say(at="end")


async def outcome(day: Day, people: list[Person]) -> dict[str, Any]:
    """`seen`: from a save to its arrival with each other person of the plan;
    `elsewhere`: the same, where that person's stream is in another process."""
    limit = perf_counter() + day.patience
    delays: dict[str, list[float]] = {"seen": [], "elsewhere": []}
    missing = 0
    size = len(people) // len(day.plans)
    for start in range(0, len(people), size):
        team = people[start : start + size]
        for writer in team:
            for sent, _, number in writer.saves:
                for reader in team:
                    if reader is writer:
                        continue
                    while (arrival := reader.reading.arrival(number)) is None:
                        if perf_counter() > limit:
                            break
                        await asyncio.sleep(0.05)
                    if arrival is None:
                        missing += 1
                        continue
                    delays["seen"].append(arrival - sent)
                    if reader.port != writer.port:
                        delays["elsewhere"].append(arrival - sent)
    return {
        **delays,
        "missing": missing,
        "saves": [answered - sent for one in people for sent, answered, _ in one.saves],
        "plan": [time for one in people for time in one.pages["plan"]],
        "list": [time for one in people for time in one.pages["list"]],
        "errors": sum(one.errors for one in people)
        + sum(one.reading.has_ended.is_set() for one in people),
    }


if __name__ == "__main__":
    uvloop.run(run(Day(**json.load(sys.stdin))))
