from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection, connections

from planner.databases import direct_alias
from plans.management.base import PlannerCommand
from plans.management.files import CANNOT

# What libpq's programs call the parts of a connection, so that no password stands in
# the list of processes.
_LIBPQ = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
}


class Command(PlannerCommand):
    help = (
        "Write everything to one file, as it is at one moment, while people go on "
        "working. docs/operations.md says how to restore it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="must not be there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists():
            raise CommandError(
                f"{path} is there already, and is not written over.", returncode=CANNOT
            )
        # Under its name only when it is whole: half a backup looks like one.
        draft = path.with_name(f"{path.name}.part")
        try:
            draft.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise CommandError(
                f"{draft} is there: another backup is being written, or was broken "
                "off; then delete it.",
                returncode=CANNOT,
            ) from None
        except OSError as error:
            message = f"{path}: {error.strerror}."
            raise CommandError(message, returncode=CANNOT) from None
        try:
            self.write(draft)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"{path}: {path.stat().st_size} bytes")

    def write(self, draft: Path) -> None:
        if connection.vendor == "sqlite":
            write_sqlite(draft)
        else:
            write_postgresql(draft)


def write_sqlite(draft: Path) -> None:
    """VACUUM INTO takes a consistent snapshot and does not block writers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(draft)])
        with closing(sqlite3.connect(draft)) as written:
            (result,) = written.execute("PRAGMA integrity_check").fetchone()
    except (DatabaseError, sqlite3.Error) as error:
        raise CommandError(f"Nothing was backed up: {error}.") from error
    if result != "ok":
        raise CommandError(f"The backup is damaged: {result}.")


def write_postgresql(draft: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise CommandError(
            "pg_dump is not installed: it comes with PostgreSQL's client programs, of "
            "the server's version or a newer one.",
            returncode=CANNOT,
        )
    # pg_dump sets up its session, and then expects to stay in it.
    settings = connections[direct_alias()].settings_dict
    variables = {
        name: str(settings[key]) for key, name in _LIBPQ.items() if settings.get(key)
    }
    for name in ("sslmode", "sslrootcert", "host"):
        if value := settings["OPTIONS"].get(name):
            variables[f"PG{name.upper()}"] = str(value)
    done = subprocess.run(  # noqa: S603
        [program, "--format=custom", "--no-owner", "--no-acl", f"--file={draft}"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"Nothing was backed up: {done.stderr.strip()}")
