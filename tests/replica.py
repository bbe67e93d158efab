"""A streaming replica of the tests' PostgreSQL, made by pg_basebackup."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg


class Replica:
    """`url`: as DATABASE_REPLICA_URL has it."""

    def __init__(self, primary: str, programs: Path, folder: Path) -> None:
        parts = urlsplit(primary)
        (self.primary_host,) = parse_qs(parts.query)["host"]
        self.user = parts.username or ""
        self.primary = primary
        self.url = parts._replace(query=urlencode({"host": folder})).geturl()
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        # PostgreSQL refuses to run as root.
        self.owner = os.stat(self.primary_host).st_uid if os.geteuid() == 0 else None
        if self.owner is not None:
            os.chown(folder, self.owner, -1)

    def _run(self, program: str, *arguments: str | Path) -> None:
        # To a file: the server that pg_ctl starts would keep a pipe open.
        with (self.folder / "output").open("ab") as output:
            subprocess.run(
                [self.programs / program, *arguments],
                check=True,
                stdout=output,
                stderr=output,
                user=self.owner,
                cwd=self.folder,
                timeout=60,
            )

    def copy(self) -> None:
        copying = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        where = ["-h", self.primary_host, "-U", self.user, "-D", self.data]
        self._run("pg_basebackup", *copying, *where)

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self.folder}"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def ask(self, query: str) -> object:
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(query).fetchone()
        return row[0] if row else None

    def pause(self) -> None:
        """It receives what is written, and shows nothing of it."""
        self.ask("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        self.ask("SELECT pg_wal_replay_resume()")

    def catch_up(self, patience: float = 20.0) -> None:
        """Returns when it shows what the primary has written up to now."""
        with psycopg.connect(self.primary, autocommit=True) as connection:
            (position,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        deadline = time.monotonic() + patience
        while not self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{position}'"):
            assert time.monotonic() < deadline, "the replica does not follow"
            time.sleep(0.02)


@contextmanager
def replica_of(primary: str, programs: Path) -> Iterator[Replica]:
    """`primary`: an address that names a socket."""
    with TemporaryDirectory(prefix="planner-replica-") as name:
        replica = Replica(primary, programs, Path(name))
        replica.copy()
        replica.start()
        try:
            yield replica
        finally:
            if (replica.data / "postmaster.pid").exists():
                replica.stop()
