"""The planner in processes of its own, and a browser's saves without a browser: for
what a server in a thread cannot show (kill -9, signals, several processes) and for
measurements."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

PROJECT = Path(__file__).resolve().parents[1]
UVICORN = [
    *("-m", "uvicorn", "planner.server.asgi:application", "--no-access-log"),
    *("--host", "127.0.0.1", "--timeout-graceful-shutdown", "5"),
]
READY = b"Application startup complete."


class Processes:
    """A server on a free port that stays the same when it is started again."""

    def __init__(
        self,
        environment: dict[str, str],
        log: Path,
        *,
        workers: int = 1,
        command: list[str] = UVICORN,
        ready: bytes = READY,
    ) -> None:
        """`ready`: what each worker writes to its log when it can serve."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, **environment}
        self.log = log
        self.workers = workers
        self.command = [sys.executable, *command, "--port", str(self.port)]
        if workers > 1:
            self.command += ["--workers", str(workers)]
        self.ready = ready
        self._running: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 60.0) -> None:
        """Returns when every worker serves."""
        with self.log.open("wb") as log:
            self._running = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + patience
        while not self._is_ready():
            has_ended = self._running.poll() is not None
            if has_ended or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"The server did not start:\n{self.log_text()}")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        if self.log.read_bytes().count(self.ready) < self.workers:
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError), closing(connection):
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.read() == b"ready\n"
        return False

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def all(self) -> list[psutil.Process]:
        """The process that was started, and its workers."""
        first = psutil.Process(self._running.pid)
        return [first, *first.children(recursive=True)]

    def connections(self) -> list[int]:
        """How many are open to each process that has any."""
        counts = [
            sum(one.status == psutil.CONN_ESTABLISHED for one in of_process)
            for of_process in (
                process.net_connections("tcp4") for process in self.all()
            )
        ]
        return [count for count in counts if count]

    def kill(self) -> None:
        """What a crash or the end of memory does: no process gets to say a word."""
        if self._running is None:
            return
        everyone = self.all() if self._running.poll() is None else []
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()
        self._running = None
        # The port is free when the last of them is gone.
        psutil.wait_procs(everyone, timeout=10)

    def stop(self, patience: float = 30.0) -> tuple[float, int]:
        """Asks it to end; the seconds that it took, and its exit code."""
        began = time.monotonic()
        self._running.send_signal(signal.SIGTERM)
        try:
            code = self._running.wait(patience)
        finally:
            took = time.monotonic() - began
            self.kill()
        return took, code


@contextmanager
def serving(*args, **options) -> Iterator[Processes]:
    processes = Processes(*args, **options)
    try:
        processes.start()
        yield processes
    finally:
        processes.kill()


class Browser:
    """Posts as the page's JavaScript does: with a session, a token and HX-Request."""

    def __init__(self, url: str, session_key: str, timeout: float = 20.0) -> None:
        self.headers = headers_of(session_key)
        self.connection = http.client.HTTPConnection(
            urlsplit(url).netloc, timeout=timeout
        )

    def post(self, path: str, values: dict[str, str]) -> tuple[int, int | None]:
        """The status, and the number of the change that the answer is at.

        Raises OSError or HTTPException when the server goes away meanwhile.
        """
        try:
            self.connection.request("POST", path, urlencode(values), self.headers)
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.close()  # the next request connects again
            raise
        number = answer.headers.get("X-Plan-Change")
        return answer.status, int(number) if number else None

    def close(self) -> None:
        self.connection.close()


def headers_of(session_key: str) -> dict[str, str]:
    """Django compares the token in the cookie with the one in the header; a browser
    got it with a page, but any that are alike will do."""
    token = secrets.token_hex(16)
    return {
        "Cookie": f"sessionid={session_key}; csrftoken={token}",
        "X-CSRFToken": token,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
