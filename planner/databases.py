"""How the planner uses each database engine, in Django's settings."""

from pathlib import Path
from typing import Any

from django.db import connections

from planner import env
from planner.sqlite import PrivateConnection

DEFAULT = "default"
# PostgreSQL itself, where `default` leads to PgBouncer.
DIRECT = "direct"


def add_engine_options(
    database: dict[str, Any], *, base_dir: Path, threads: int
) -> None:
    """Complete the settings of a database; options from its URL take precedence."""
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # A relative path starts at base_dir, whatever the working directory is.
        database["NAME"] = base_dir / database["NAME"]
        env.make_folder("DATABASE_URL", database["NAME"].parent)
        # Threads live as long as the process; so do their connections.
        database["CONN_MAX_AGE"] = None
        # IMMEDIATE takes the write lock when a transaction begins, and waits for it: of
        # two that read before they write, one would fail. WAL lets others read
        # meanwhile. `synchronous` stays FULL: an acknowledged save survives a power
        # failure.
        options.setdefault("transaction_mode", "IMMEDIATE")
        options.setdefault("init_command", "PRAGMA journal_mode = WAL")
        options.setdefault("timeout", 20)
        options.setdefault("factory", PrivateConnection)
    else:
        # A connection for each thread, and some for the live feed and probes.
        pool = {"min_size": 1, "max_size": threads + 4, "timeout": 10}
        options.setdefault("pool", pool)
        # Test connections before use: otherwise, after a restart of PostgreSQL, each
        # would fail one request.
        database["CONN_HEALTH_CHECKS"] = True


def add_direct_database(
    databases: dict[str, dict[str, Any]], direct: dict[str, Any]
) -> None:
    """Whoever names PostgreSQL itself has PgBouncer at DATABASE_URL. In transaction
    mode each transaction may have another session: nothing may outlive one in it, such
    as a cursor that is read on. (Prepared statements are off in Django anyway.)"""
    databases[DEFAULT]["DISABLE_SERVER_SIDE_CURSORS"] = True
    databases[DIRECT] = direct


def direct_alias() -> str:
    """Of the connection for what needs a session of its own."""
    return DIRECT if DIRECT in connections else DEFAULT
