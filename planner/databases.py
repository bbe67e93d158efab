"""How the planner uses each database engine, in Django's settings."""

from pathlib import Path
from typing import Any

from django.db import connections
from psycopg import IsolationLevel

from planner import env
from planner.sqlite import PrivateConnection

DEFAULT = "default"
# PostgreSQL itself, where `default` leads to PgBouncer.
DIRECT = "direct"
# A copy that follows it and can only be read (planner.replica).
REPLICA = "replica"


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
        # A connection for each thread, and some for heavy pages, live feed, probes and
        # the sender of notices.
        pool = {"min_size": 1, "max_size": threads + 5, "timeout": 10}
        options.setdefault("pool", pool)
        # Test connections before use: otherwise, after a restart of PostgreSQL, each
        # would fail one request.
        database["CONN_HEALTH_CHECKS"] = True


def add_other_databases(databases: dict[str, dict[str, Any]]) -> None:
    """What DATABASE_LISTEN_URL and DATABASE_REPLICA_URL name."""
    default = databases[DEFAULT]
    if direct := env.other_database("DATABASE_LISTEN_URL", default):
        # Whoever names PostgreSQL itself has PgBouncer at DATABASE_URL. In transaction
        # mode each transaction may have another session: nothing may outlive one in it,
        # such as a cursor that is read on. (Django prepares no statements anyway.)
        default["DISABLE_SERVER_SIDE_CURSORS"] = True
        databases[DIRECT] = direct
    if replica := env.other_database("DATABASE_REPLICA_URL", default):
        options = replica.setdefault("OPTIONS", {})
        # Where no connection can be made soon, the primary is asked instead.
        options.setdefault("connect_timeout", 2)
        # A page sees one moment, though the replica goes on while it is read.
        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
        # Each thread keeps its connection for a while.
        replica["CONN_MAX_AGE"] = 60
        replica["CONN_HEALTH_CHECKS"] = True
        # In case it is reached through PgBouncer, too.
        replica["DISABLE_SERVER_SIDE_CURSORS"] = True
        databases[REPLICA] = replica


def direct_alias() -> str:
    """Of the connection for what needs a session of its own."""
    return DIRECT if DIRECT in connections else DEFAULT
