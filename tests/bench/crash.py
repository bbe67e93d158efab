"""Kills the server again and again while people save, and looks for what they lost.

Four writers save one after the other into three fields each. A save that was answered
with 200 is *acknowledged*: it must be in the history, and what a field holds in the end
is its last acknowledged value or one that was sent after it. The server (two processes
of it on PostgreSQL) is killed with SIGKILL at random moments, always the same ones, and
started again. Fails when anything is lost.

`BENCH_KILLS` (20) is how often.
"""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.bench._server import ENGINES, Engine, Failed
from tests.processes import Browser, Processes

NEEDS_DATABASE = False
KILLS = int(os.environ.get("BENCH_KILLS", "20"))
SEED = 7
WRITERS = 4
FIELDS = 3
# How long the server may live before it is killed (seconds).
LIFE = (0.05, 1.2)


class Writer(threading.Thread):
    """Saves into its own fields until it is told to stop."""

    def __init__(self, url: str, address: str, session: str, fields: list[int]) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(url, session)
        self.address = address
        self.fields = fields
        self.sent: dict[int, list[str]] = {field: [] for field in fields}
        self.acknowledged: set[str] = set()
        self.refused: list[int] = []
        self.is_stopped = threading.Event()

    def run(self) -> None:
        for number in count():
            if self.is_stopped.is_set():
                break
            field = self.fields[number % len(self.fields)]
            self.save(field, f"Value {number} of {self.name}")
        self.browser.close()

    def save(self, field: int, value: str) -> None:
        self.sent[field].append(value)
        try:
            status, _ = self.browser.post(
                f"{self.address}items/{field}/", {"value": value}
            )
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)  # it is being started again
            return
        if status == 200:
            self.acknowledged.add(value)
        else:
            self.refused.append(status)

    def lost(self, history: dict[str, dict[str, Any]]) -> list[str]:
        """The acknowledged values that are not where they must be."""
        missing = []
        for field, sent in self.sent.items():
            here = history.get(str(field), {"values": [], "stored": ""})
            kept = [value for value in sent if value in self.acknowledged]
            missing += [value for value in kept if value not in here["values"]]
            at_last = sent[sent.index(kept[-1]) :] if kept else []
            if kept and here["stored"] not in at_last:
                missing.append(kept[-1])
        return missing


def run() -> Iterator[dict[str, Any]]:
    for name, engine_of in ENGINES.items():
        with engine_of() as engine:
            writers, history = killed(engine)
        lost = [value for writer in writers for value in writer.lost(history)]
        refused = [status for writer in writers for status in writer.refused]
        acknowledged = sum(len(writer.acknowledged) for writer in writers)
        stored = sum(len(of_field["values"]) for of_field in history.values())
        yield {
            "engine": name,
            "processes": engine.workers,
            "kills": KILLS,
            "acknowledged": acknowledged,
            # Stored, but killed before the answer: the page sends those again.
            "stored_unanswered": stored - acknowledged + len(lost),
            "refused": len(refused),
            "lost": len(lost),
        }
        if lost or refused:
            raise Failed(f"Lost: {lost[:5]}. Refused with: {refused[:5]}.")


def killed(engine: Engine) -> tuple[list[Writer], dict[str, dict[str, Any]]]:
    cast = engine.make(people=5)
    chance = random.Random(SEED)  # noqa: S311
    with engine.serving() as server:
        writers = [
            Writer(
                server.url,
                cast["address"],
                session,
                cast["fields"][FIELDS * number :][:FIELDS],
            )
            for number, session in enumerate(cast["editors"][:WRITERS])
        ]
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            until_all_saved(writers, server)
            time.sleep(chance.uniform(*LIFE))
            server.kill()
            server.start()
        until_all_saved(writers, server)
        for writer in writers:
            writer.is_stopped.set()
        for writer in writers:
            writer.join()
    return writers, engine.history(cast["slug"])


def until_all_saved(writers: list[Writer], server: Processes) -> None:
    """A life in which nothing was saved would prove nothing."""
    before = [len(writer.acknowledged) for writer in writers]
    deadline = time.monotonic() + 30
    while any(
        len(writer.acknowledged) == many
        for writer, many in zip(writers, before, strict=True)
    ):
        if time.monotonic() > deadline:
            raise Failed(f"Somebody cannot save:\n{server.log_text()[-3000:]}")
        time.sleep(0.01)
