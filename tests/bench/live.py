"""From one person's edit to the pages of the others, through a real server.

Three kinds of lines for each engine (SQLite with one process, PostgreSQL with two):

- `streams=N`: so many people have one plan open (four of five may edit it), and five
  of them save an edit a second, each of another field. The clock starts just before a
  save is written to its connection, and stops when the change, alone or with later
  ones, has arrived at another person's stream. `delivered_percent` is of all pairs of a
  save and another stream; `cpu_percent` is that of the server's processes (100: one
  core), without the database's; `kb_per_stream` is what their memory grew by while the
  streams opened.
- `clients=20`: so many save as fast as they can; the time is that to their own answer.
- `streams=1000`, on one process: every stream must receive every change, and `stop_s`
  is the time from SIGTERM to the end of the process.

Saves are durable, sign-in, access and the rendering of what changed are included. The
clients are a process of their own, but share the machine's cores with the server: the
figures are those of half a machine. Compare them with others of the same machine only,
taken at the same `load` (of the last minute; what else ran there makes every figure but
`cpu_percent` and the counts worse).

`BENCH_STREAMS` (`10,50,200,500`), `BENCH_SECONDS` (15), `BENCH_PARTS`
(`floor,following,saving,many`) and `BENCH_ENGINES`
(`sqlite,postgresql`) make a shorter run; BENCH_SERVER: see `_server.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from time import perf_counter
from typing import Any

from tests.bench._clients import Scenario
from tests.bench._server import ENGINES, SERVER, Engine, Failed
from tests.processes import PROJECT, Processes

NEEDS_DATABASE = False
STREAMS = [int(n) for n in os.environ.get("BENCH_STREAMS", "10,50,200,500").split(",")]
SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
PARTS = os.environ.get("BENCH_PARTS", "floor,following,saving,many").split(",")
CHOSEN = os.environ.get("BENCH_ENGINES", "sqlite,postgresql").split(",")
WARM_UP = 3.0
EDITORS = 5
SAVERS = 20
SAVERS_STREAMS = [0, 50]
MANY = 1000
MANY_EDITS = 20  # about: who waits a second for an answer saves once less


def run() -> Iterator[dict[str, Any]]:
    for name in CHOSEN:
        with ENGINES[name]() as engine:
            cast = engine.make(people=max(*STREAMS, *SAVERS_STREAMS, MANY) + SAVERS)
            about = {"engine": name, "server": SERVER, "processes": engine.workers}
            if name == "sqlite" and "floor" in PARTS:
                yield from under(engine.floor(), cast)
            for streams in STREAMS if "following" in PARTS else []:
                yield about | following(engine, cast, streams) | load()
            for streams in SAVERS_STREAMS if "saving" in PARTS else []:
                yield about | saving(engine, cast, streams) | load()
            if name == "sqlite" and "many" in PARTS:
                yield about | (figures := many(engine, cast)) | load()
                if figures["delivered_percent"] < 100 or figures["byes"] < MANY:
                    raise Failed("Some of the streams did not receive everything.")


def under(floor: Engine, cast: Any) -> Iterator[dict[str, Any]]:
    for streams in STREAMS:
        yield {"engine": floor.name} | following(floor, cast, streams) | load()
    for streams in SAVERS_STREAMS:
        yield {"engine": floor.name} | saving(floor, cast, streams) | load()


# --- the three kinds -----------------------------------------------------------------


def following(engine: Engine, cast: Any, streams: int) -> dict[str, Any]:
    scenario = scenario_of(
        cast,
        streams=audience(cast, streams),
        editors=cast["editors"][:EDITORS],
        warm_up=WARM_UP,
        seconds=SECONDS,
    )
    with engine.serving() as server, Clients(engine, server, scenario) as clients:
        clients.warm_up()
        before = memory(server)
        clients.start()
        clients.until("open")
        after, spread = memory(server), server.connections()
        clients.until("begin")
        busy, since = cpu(server), perf_counter()
        clients.until("end")
        busy, since = cpu(server) - busy, perf_counter() - since
        outcome = clients.until("outcome")
    return {
        "streams": streams,
        "by_process": "/".join(map(str, spread)),
        "edits": len(outcome["saves"]),
        **times(outcome["delays"]),
        **delivery(outcome),
        "saved_p50_ms": times(durations(outcome))["p50_ms"],
        "kb_per_stream": (after - before) / streams / 1000,
        "cpu_percent": 100 * busy / since,
    }


def saving(engine: Engine, cast: Any, streams: int) -> dict[str, Any]:
    scenario = scenario_of(
        cast,
        streams=audience(cast, streams + SAVERS)[SAVERS:],
        editors=cast["editors"][:SAVERS],
        warm_up=1.0,
        seconds=min(10.0, SECONDS),
        pace=0.0,
    )
    with engine.serving() as server, Clients(engine, server, scenario) as clients:
        clients.warm_up()
        clients.start()
        clients.until("begin")
        busy, since = cpu(server), perf_counter()
        clients.until("end")
        busy, since = cpu(server) - busy, perf_counter() - since
        outcome = clients.until("outcome")
    return {
        "clients": SAVERS,
        "with_streams": streams,
        "saves_per_s": len(durations(outcome)) / scenario.seconds,
        **times(durations(outcome)),
        **delivery(outcome),
        "cpu_percent": 100 * busy / since,
    }


def many(engine: Engine, cast: Any) -> dict[str, Any]:
    scenario = scenario_of(
        cast,
        streams=audience(cast, MANY),
        editors=cast["editors"][:EDITORS],
        seconds=MANY_EDITS / EDITORS,
        patience=30.0,
        reads_to_end=True,
    )
    with engine.serving() as server, Clients(engine, server, scenario) as clients:
        clients.start()
        clients.until("open")
        outcome = clients.until("outcome")
        stop, code = server.stop()
        byes = clients.until("ended")["byes"]
    return {
        "streams": MANY,
        "edits": len(outcome["saves"]),
        **times(outcome["delays"]),
        **delivery(outcome),
        "byes": byes,
        "stop_s": stop,
        "exit_code": code,
    }


# --- clients -------------------------------------------------------------------------


def audience(cast: Any, many: int) -> list[str]:
    """Sessions of so many people, one reader after four who may edit; among the first
    are the first editors."""
    groups = [iter(cast["editors"])] * 4 + [iter(cast["readers"])]
    return [next(groups[n % 5]) for n in range(many)]


def scenario_of(cast: Any, **options: Any) -> Scenario:
    return Scenario(
        port=0,
        slug=cast["slug"],
        address=cast["address"],
        number=0,
        fields=cast["fields"],
        **options,
    )


class Clients:
    """`_clients` in a process of its own, and what it says."""

    def __init__(self, engine: Engine, server: Processes, scenario: Scenario) -> None:
        self.engine = engine
        self.server = server
        self.scenario = scenario
        self.running: subprocess.Popen[str] | None = None

    def __enter__(self) -> Clients:
        return self

    def __exit__(self, *error: object) -> None:
        if self.running and self.running.stdout:
            self.running.kill()
            self.running.wait()
            self.running.stdout.close()

    def warm_up(self) -> None:
        """All that a process loads and keeps the first time it does something."""
        people = self.scenario.streams[:8] or self.scenario.editors[:8]
        small = Scenario(
            **asdict(self.scenario)
            | {
                "streams": people,
                "editors": people[:1],
                "warm_up": 0.0,
                "seconds": 2.0,
                "pace": 0.2,
            }
        )
        with Clients(self.engine, self.server, small) as clients:
            clients.start()
            clients.until("outcome")

    def start(self) -> None:
        self.scenario.port = self.server.port
        self.scenario.number = self.engine.number(self.scenario.slug)
        self.running = subprocess.Popen(
            [sys.executable, "-m", "tests.bench._clients"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.running.stdin
        json.dump(asdict(self.scenario), self.running.stdin)
        self.running.stdin.close()

    def until(self, point: str) -> Any:
        assert self.running and self.running.stdout
        for line in self.running.stdout:
            if (message := json.loads(line))["at"] == point:
                return message
        raise Failed(f"The clients ended early.\n{self.server.log_text()[-3000:]}")


# --- figures -------------------------------------------------------------------------


def times(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [float("nan")]
    return {
        f"p{percent}_ms": 1000 * ordered[(len(ordered) - 1) * percent // 100]
        for percent in (50, 95)
    }


def durations(outcome: Any) -> list[float]:
    """From a save to its own answer."""
    return [
        save["answered"] - save["sent"]
        for save in outcome["saves"]
        if save["status"] == 200
    ]


def delivery(outcome: Any) -> dict[str, Any]:
    arrived, missing = len(outcome["delays"]), outcome["missing"]
    expected = arrived + missing
    return {
        "delivered_percent": 100 * arrived / expected if expected else "-",
        "reloads": outcome["reloads"],
        "errors": sum(save["status"] != 200 for save in outcome["saves"])
        + outcome["ended_early"],
    }


def load() -> dict[str, float]:
    return {"load": os.getloadavg()[0]}


def memory(server: Processes) -> int:
    return sum(process.memory_info().rss for process in server.all())


def cpu(server: Processes) -> float:
    cpu_times = [process.cpu_times() for process in server.all()]
    return sum(one.user + one.system for one in cpu_times)
