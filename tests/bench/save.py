"""One person's saves through a real server, alone and beside what others do there.

Saves of one field, one after the other, on a plan of ordinary size; the time is that to
the answer. `beside` says what else the same process does meanwhile, as fast as it can:

- `nothing`;
- `heavy_page`: somebody loads the page of a plan of 5,000 items, again and again;
- `long_save`: somebody saves a text of 98,000 characters in another plan.

`engine=floor` is a program that does nothing but store and send (`_floor.py`).
`cpu_ms` is the server's processor time for each save, where nothing is beside: it says
more than the clock on a machine where other things run. `BENCH_SAVES` (300) and
`BENCH_ENGINES` (`sqlite,postgresql`) make a shorter run; one process on both engines.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from time import perf_counter, sleep
from typing import Any
from urllib.request import Request, urlopen

from tests.bench import _cast
from tests.bench._server import ENGINES, Engine
from tests.bench.live import cpu, load, times
from tests.processes import Browser, Processes, headers_of

NEEDS_DATABASE = False
SAVES = int(os.environ.get("BENCH_SAVES", "300"))
CHOSEN = os.environ.get("BENCH_ENGINES", "sqlite,postgresql").split(",")
HEAVY = "5000"
# 98,000 characters, in lines of some 370.
LONG_TEXT = ("These are words of a very long text. " * 10).strip()
LONG_TEXT = "\n".join([LONG_TEXT] * 265)
WARM_UP = 30
# As people do: a save begins at any moment of what is beside it.
PAUSE = 0.01


def run() -> Iterator[dict[str, Any]]:
    for name in CHOSEN:
        with ENGINES[name]() as engine:
            yield from _measure(replace(engine, workers=1))


def _measure(engine: Engine) -> Iterator[dict[str, Any]]:
    cast = _cast.ask(engine.environment, "plans", "demo", HEAVY)
    plan, heavy = cast["plans"]
    if engine.name == "sqlite":
        with engine.floor().serving() as server:
            yield {
                "engine": "floor",
                **_alone(server, Saver(server, "", plan)),
                **load(),
            }
    with engine.serving() as server:
        saver = Saver(server, cast["session"], plan)
        arguments = (server.url, cast["session"], heavy)
        yield {"engine": engine.name, **_alone(server, saver), **load()}
        for beside, work in (
            ("heavy_page", running(load_pages, *arguments)),
            ("long_save", running(save_long_texts, *arguments)),
        ):
            with work:
                figures = times(saver.save(SAVES))
            yield {"engine": engine.name, "beside": beside, **figures, **load()}


def _alone(server: Processes, saver: Saver) -> dict[str, Any]:
    saver.save(WARM_UP)
    busy = cpu(server)
    figures = times(saver.save(SAVES))
    return {
        "beside": "nothing",
        **figures,
        "cpu_ms": 1000 * (cpu(server) - busy) / SAVES,
    }


class Saver:
    def __init__(self, server: Processes, session: str, plan: Any) -> None:
        self.browser = Browser(server.url, session, timeout=120)
        self.address = f"{plan['address']}items/{plan['field']}/"
        self.count = 0

    def save(self, times: int) -> list[float]:
        """How long each took."""
        seconds = []
        for _ in range(times):
            self.count += 1
            began = perf_counter()
            status, _ = self.browser.post(
                self.address, {"value": f"Value {self.count} that a person has typed"}
            )
            seconds.append(perf_counter() - began)
            assert status == 200, status
            sleep(PAUSE * (1 + self.count % 5) / 3)
        return seconds


@contextmanager
def running(work: Any, *arguments: Any) -> Iterator[None]:
    """In a process of its own, so that it takes no time from the saver."""
    process = get_context("spawn").Process(target=work, args=arguments)
    process.start()
    try:
        sleep(3)  # its first ones load what is kept
        yield
    finally:
        process.kill()
        process.join()


def load_pages(url: str, session: str, plan: Any) -> None:
    while True:
        request = Request(url + plan["address"], headers=headers_of(session))  # noqa: S310
        with urlopen(request) as answer:  # noqa: S310
            answer.read()


def save_long_texts(url: str, session: str, plan: Any) -> None:
    browser, count = Browser(url, session, timeout=120), 0
    while True:
        count += 1
        path = f"{plan['address']}items/{plan['passage']}/"
        status, _ = browser.post(path, {"text": f"Text {count}. {LONG_TEXT}"})
        assert status == 200, status
