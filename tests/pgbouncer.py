"""PgBouncer in transaction mode, for a test: Debian's package, in front of the
PostgreSQL that the tests run on."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg

# Debian's place for it is not on everybody's PATH.
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
# Fewer than two processes open, so that sessions do pass from one to the other.
SERVER_CONNECTIONS = 3
CONFIGURATION = """
[databases]
* = host={host} user={user} pool_size={pool_size}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
max_client_conn = 500
unix_socket_dir =
auth_type = any
pool_mode = transaction
log_connections = 0
log_disconnections = 0
"""


@contextmanager
def pgbouncer(url: str, server_connections: int = SERVER_CONNECTIONS) -> Iterator[str]:
    """The address at which it passes queries on to `url`, which names a socket."""
    parts = urlsplit(url)
    (host,) = parse_qs(parts.query)["host"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="planner-pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = folder / "pgbouncer.ini"
        file.write_text(
            CONFIGURATION.format(
                host=host, user=parts.username, port=port, pool_size=server_connections
            )
        )
        log = folder / "log"
        with log.open("wb") as output:
            running = subprocess.Popen(
                [PROGRAM, str(file)],
                stdout=output,
                stderr=output,
                # It refuses to run as root, and the socket is PostgreSQL's user's.
                user=os.stat(host).st_uid if os.geteuid() == 0 else None,
            )
        address = f"postgres://{parts.username}@127.0.0.1:{port}{parts.path}"
        try:
            _wait_until_it_answers(address, running, log)
            yield address
        finally:
            running.terminate()
            running.wait(10)


def _wait_until_it_answers(
    address: str, running: subprocess.Popen[bytes], log: Path, patience: float = 10.0
) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(address, connect_timeout=2).close()
            return
        except psycopg.OperationalError as error:
            if running.poll() is not None or time.monotonic() > deadline:
                text = log.read_text(errors="replace")
                raise AssertionError(f"PgBouncer did not start:\n{text}") from error
        time.sleep(0.05)
