"""The test database: its tables made once and copied, its rows deleted between tests.

All migrations take seconds, and each process of a run would apply them; Django empties
every table after a test that committed, and fills those of permissions again, which
takes as long as many of these tests.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

from django.conf import settings
from django.db import connection, transaction

from planner.settings import BASE_DIR, VAR_DIR

# What the tables follow from. Data steps find nothing to do in a new database.
MADE_OF = ("plans/migrations", "plans/models", "planner/settings.py")
MADE_OF += ("requirements-dev.txt",)
# Filled by `migrate`, and by no test.
STAY = {"django_content_type", "auth_permission"}


@contextmanager
def test_database() -> Iterator[None]:
    """The database of this process, gone afterwards."""
    name = settings.DATABASES["default"]["NAME"]
    make = on_sqlite if connection.vendor == "sqlite" else on_postgresql
    with make():
        yield
    connection.creation.destroy_test_db(name, verbosity=0)


# --- Tables ---


@contextmanager
def on_sqlite() -> Iterator[None]:
    """The tables are kept for the next run, until something changes them."""
    VAR_DIR.mkdir(exist_ok=True)
    kept = kept_tables()
    path = connection.creation._get_test_db_name()
    with locked(VAR_DIR / "tables.lock"):
        if kept.exists():
            shutil.copyfile(kept, path)
            use(path)
        else:
            migrate()
            for old in VAR_DIR.glob("tables-*.sqlite3"):
                old.unlink()
            unfinished = kept.with_suffix(".new")
            unfinished.unlink(missing_ok=True)
            with sqlite3.connect(path) as reader:
                reader.execute("VACUUM INTO ?", [str(unfinished)])
            reader.close()
            unfinished.rename(kept)
    yield


def kept_tables() -> Path:
    """A SQLite file with all tables, which is there while tests run on SQLite."""
    return VAR_DIR / f"tables-{digest()}.sqlite3"


@contextmanager
def on_postgresql() -> Iterator[None]:
    """The processes of one run copy what its first one made."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        migrate()
        yield
        return
    kept, name = f"tables_{run}", connection.creation._get_test_db_name()
    quote = connection.ops.quote_name
    is_first = False
    with locked(Path(gettempdir()) / f"{kept}.lock") as lock:
        with connection.creation._nodb_cursor() as cursor:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            is_first = not cursor.execute(query, [kept]) or cursor.fetchone() is None
            source, target = (name, kept) if is_first else (kept, name)
        if is_first:
            migrate()
            # Nobody may use what is copied.
            connection.close()
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(target)}")
            cursor.execute(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)}")
        use(name)
    yield
    if is_first:
        # Whoever comes later makes it again.
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {quote(kept)}")
        lock.unlink()


def migrate() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def use(name: str) -> None:
    """As `create_test_db` ends."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def digest() -> str:
    found = sha256(sqlite3.sqlite_version.encode())
    for place in MADE_OF:
        path = BASE_DIR / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            found.update(b"\0".join([str(file).encode(), file.read_bytes()]))
    return found.hexdigest()[:16]


@contextmanager
def locked(path: Path) -> Iterator[Path]:
    """No other process is in here at the same time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path


# --- Rows ---


def empty(case: object = None) -> None:
    """Delete the rows of all tables that have any, after a test that committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        exist = (f"EXISTS (SELECT 1 FROM {table})" for table in tables())  # noqa: S608
        cursor.execute(f"SELECT {', '.join(exist)}")
        for table, has_rows in zip(tables(), cursor.fetchone(), strict=True):
            if has_rows:
                # Foreign keys are looked at when the transaction ends.
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608


@cache
def tables() -> list[str]:
    """Those of models, in quotes."""
    names = connection.introspection.django_table_names(only_existing=True)
    return [connection.ops.quote_name(name) for name in sorted({*names} - STAY)]
