"""Runs every measurement, or those named: `python -m tests.bench [name ...]`.

A measurement is a module of this package with a `run()` that finds an empty database
and yields figures, one dict for each case. Each is printed as a line,
`name key=value ...`, and all are kept in var/bench.json, where a run of some leaves
the figures of the others. A module that starts servers with databases of their own says
`NEEDS_DATABASE = False`. What is wrong rather than slow is raised as Failed.
"""

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.db import connections
from django.test.utils import setup_databases, teardown_databases

import tests.bench
from tests.bench._server import Failed

KEPT_IN = Path(__file__).resolve().parents[2] / "var" / "bench.json"

Figures = dict[str, Any]


def names() -> list[str]:
    modules = (module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    return [name for name in modules if not name.startswith("_")]


def measure(name: str) -> Iterator[Figures]:
    """Modules without a `run` are help for others."""
    module = importlib.import_module(f"tests.bench.{name}")
    yield from getattr(module, "run", tuple)()


def needs_database(name: str) -> bool:
    module = importlib.import_module(f"tests.bench.{name}")
    return getattr(module, "NEEDS_DATABASE", True)


@contextmanager
def database_of_its_own() -> Iterator[None]:
    """Empty, with production's options, in a file: durable saves are measured too."""
    default = connections["default"]
    with TemporaryDirectory(prefix="planner-bench-") as folder:
        if default.vendor == "sqlite":
            default.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        created = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            connections.close_all()
            if hasattr(default, "close_pool"):
                default.close_pool()
            teardown_databases(created, verbosity=0)


def line(name: str, figures: Figures) -> str:
    return " ".join(
        [name, *(f"{key}={shown(value)}" for key, value in figures.items())]
    )


def shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def keep(measured: dict[str, list[Figures]], path: Path) -> None:
    earlier = json.loads(path.read_text()) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**earlier, **measured}, indent=2, default=str) + "\n")


def main(wanted: Iterable[str]) -> str | None:
    """What went wrong, in a sentence."""
    known = names()
    chosen = list(wanted) or known
    if unknown := set(chosen) - set(known):
        return (
            f"No measurement is called {', '.join(sorted(unknown))}. "
            f"There are: {', '.join(known) or 'none'}."
        )
    measured: dict[str, list[Figures]] = {}
    failed = []
    django.setup()
    with database_of_its_own() if any(map(needs_database, chosen)) else nullcontext():
        for name in chosen:
            try:
                for figures in measure(name):
                    measured.setdefault(name, []).append(figures)
                    print(line(name, figures), flush=True)
            except Failed as failure:
                failed.append(f"{name}: {failure}")
    keep(measured, KEPT_IN)
    return "\n".join(failed) or None


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
    os.environ.setdefault("PLANNER_ENV", "development")
    sys.exit(main(sys.argv[1:]))
