"""Pages and a save where there are a hundred plans and where there are ten thousand.

Both databases are filled by tests/bench/_many.py in one PostgreSQL server, and asked
in turn, so that both find the machine as busy: `times` says how much longer a page
takes where there are many, `cpu_times` how much more of a processor it wants. `cpu` is
that of the process that answers and `database_cpu` that of PostgreSQL's: little
of them depends on what else the machine does. A person is in two teams with
a hundred plans in both; `list_of_all` and `search_all` are asked by somebody who may
read every plan.

A third database has what is large by itself (tests/bench/_large.py): `first_ms` is the
first request of a process, `ms` a later one, `cpu` of each what the process had of a
processor.

`BENCH_PLANS` (`100,10000`) makes other sizes; a size is a multiple of four, and none
leaves the large plans alone. The slowest
queries, as PostgreSQL ran them, are written to var/scale-queries.txt.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from time import perf_counter
from typing import IO, Any
from urllib.parse import urlsplit

import psycopg

from tests import postgres
from tests.processes import PROJECT

NEEDS_DATABASE = False
_PLANS = os.environ.get("BENCH_PLANS", "100,10000")
SIZES = [int(size) for size in _PLANS.split(",") if size]
TURNS = 3
EXPLAINED_IN = PROJECT / "var" / "scale-queries.txt"


def run() -> Iterator[dict[str, Any]]:
    if SIZES:
        yield from _of_many_plans()
    yield from _of_large_plans()


def _of_many_plans() -> Iterator[dict[str, Any]]:
    with postgres.server() as url, ExitStack() as stack:
        databases: dict[int, Database] = {}
        for plans in SIZES:
            address = _database(url, f"plans_{plans}")
            start = perf_counter()
            rows = _filled(address, plans)
            yield {"plans": plans, "made_s": perf_counter() - start, **rows}
            databases[plans] = stack.enter_context(_opened(address))
        explained = []
        for name in databases[SIZES[0]].names:
            yield {"page": name, **_compared(databases, name)}
            explained += _explained(databases[SIZES[-1]], name)
        EXPLAINED_IN.parent.mkdir(exist_ok=True)
        EXPLAINED_IN.write_text("\n\n".join(explained))


def _of_large_plans() -> Iterator[dict[str, Any]]:
    with postgres.server() as url:
        address = _database(url, "large")
        start = perf_counter()
        rows = _filled(address, "large")
        yield {"made_s": perf_counter() - start, **rows}
        with _opened(address, "large") as database:
            for name in database.names:
                once = database.ask(f"first {name}")
                yield {"page": name, **once, **database.ask(name)}


def _database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": address, "PLANNER_ENV": "development"}


def _filled(address: str, plans: int | str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench._scale", "make", str(plans)],
        env=_environment(address),
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    rows: dict[str, int] = json.loads(done.stdout)
    return rows


class Database:
    """A process that knows one of the databases."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self.questions = questions
        self.answers = answers
        self.names: list[str] = self.answer()

    def ask(self, question: str) -> Any:
        print(question, file=self.questions, flush=True)
        return self.answer()

    def answer(self) -> Any:
        return json.loads(self.answers.readline())


@contextmanager
def _opened(address: str, *which: str) -> Iterator[Database]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench._scale", "ask", *which],
        env=_environment(address),
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        try:
            yield Database(process.stdin, process.stdout)
        finally:
            # Its input ends, and so does it.
            process.stdin.close()


def _compared(databases: dict[int, Database], name: str) -> dict[str, Any]:
    """`both_…`: what a page wants of a processor, in both processes together."""
    for database in databases.values():
        database.ask(name)  # what is kept in memory is there from now on
    answers: dict[int, list[dict[str, Any]]] = {plans: [] for plans in databases}
    for _ in range(TURNS):
        for plans, database in databases.items():
            answers[plans].append(database.ask(name))
    figures: dict[str, Any] = {}
    for plans, turns in answers.items():
        figures[f"ms_{plans}"] = median(turn["ms"] for turn in turns)
        cpu = min(turn["cpu_ms"] for turn in turns)
        database_cpu = min(turn["database_cpu_ms"] for turn in turns)
        figures[f"cpu_{plans}"] = cpu
        figures[f"database_cpu_{plans}"] = database_cpu
        figures[f"both_{plans}"] = cpu + database_cpu
        figures[f"queries_{plans}"] = turns[-1]["queries"]
    few, many = SIZES[0], SIZES[-1]
    figures["times"] = figures[f"ms_{many}"] / figures[f"ms_{few}"]
    figures["cpu_times"] = figures[f"both_{many}"] / figures[f"both_{few}"]
    return figures


def _explained(database: Database, name: str) -> list[str]:
    return [f"--- {name} ---\n{plan}" for plan in database.ask(f"explain {name}")]
