"""The command that serves the planner: `python -m planner.serve`.

uvicorn with a graceful stop: its processes share one listening socket, and no request
is lost when one of them stops. It accepts no more connections (the socket stays open in
the others), answers requests on its open ones with `Connection: close`, and ends when
the last is closed. SIGHUP to the first process replaces the others one by one: each
stops when its successor, which has loaded the new code, is serving. SIGTERM ends all of
them with exit status 0.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import logging.config
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn
from django.core.exceptions import ImproperlyConfigured
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import multiprocess

from planner.ops.metrics_folder import metrics_folder

# Seconds for which idle connections stay open while the server stops.
DRAIN_SECONDS = 2.0
# Seconds that a running response then has.
MAX_ANSWER_SECONDS = 20
# Limits for the head of a request; browsers and proxies stay far below.
HEAD_SECONDS = 20.0
MAX_HEAD_BYTES = 64_000
HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
MAX_OPEN_FILES = 65_536
# Seconds after which a silent process counts as dead, or as not ready.
MAX_START_SECONDS = 60


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        # A request may already be on its way on an idle connection, and closing it now
        # would lose the request: answer it, and let the client close.
        for connection in list(self.server_state.connections):
            if is_answering(connection):
                connection.shutdown()  # after its response
        headers = self.server_state.default_headers
        self.server_state.default_headers = [*headers, (b"connection", b"close")]
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.server_state.connections and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Don't re-raise the signal, as uvicorn does: a graceful stop exits with 0."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


class Protocol(HttpToolsProtocol):
    """Limits the time and the size of a request's head, which uvicorn doesn't."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.head_timer: asyncio.TimerHandle | None = None
        self.heads = 0
        self.head_size = 0
        self.is_in_body = False

    # As uvicorn narrows it.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.is_in_body and not is_answering(self):
            self._start_head_timer()
        heads = self.heads
        super().data_received(data)
        if self.is_in_body or self.heads != heads:
            self.head_size = 0
            return
        self.head_size += len(data)
        if self.head_size > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(HEAD_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._stop_head_timer()
        self.heads += 1
        self.is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.is_in_body = False
        super().on_message_complete()

    def _start_head_timer(self) -> None:
        if self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_head_timer(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None


def is_answering(connection: Any) -> bool:
    cycle = connection.cycle
    return cycle is not None and not cycle.response_complete


class Process(multiprocess.Process):
    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = Server(config=self.config)
        return self._server

    def is_alive(self, timeout: float = MAX_START_SECONDS) -> bool:
        """Notices at once that a process has ended; uvicorn waits for the timeout."""
        deadline = time.monotonic() + timeout
        with suppress(OSError, EOFError):
            self.parent_conn.send(b"ping")
            while self.process.is_alive() and time.monotonic() < deadline:
                if self.parent_conn.poll(0.1):
                    self.parent_conn.recv()
                    return True
        return False


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
    os.environ["WEB_CONCURRENCY"] = str(options.workers)
    # The default of PLANNER_URL, for links in mails, contains the port.
    os.environ["PORT"] = str(options.port)
    try:
        # The first process only supervises the others. It reads the settings so that a
        # mistake stops the start once, and not in each process.
        from django.conf import settings

        logging.config.dictConfig(settings.LOGGING)
    except ImproperlyConfigured as error:
        sys.exit(f"planner: {error}")
    allow_many_connections()
    with metrics_folder() as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _serve(options)


def allow_many_connections() -> None:
    """Raise the limit of file descriptors, of which each connection needs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = MAX_OPEN_FILES
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _serve(options: argparse.Namespace) -> None:
    config = uvicorn.Config(
        "planner.server.asgi:application",
        http=Protocol,
        host=options.host,
        port=options.port,
        workers=options.workers,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=MAX_ANSWER_SECONDS,
        timeout_worker_healthcheck=MAX_START_SECONDS,
    )
    if options.workers == 1:
        Server(config).run()
        return
    # The supervisor takes the class from its module.
    multiprocess.Process = Process  # type: ignore[misc]
    supervisor = multiprocess.Multiprocess(config, sockets=[config.bind_socket()])
    supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        sys.exit(STARTUP_FAILURE)


def _parser() -> argparse.ArgumentParser:
    from planner import env

    try:
        processes = env.number("WEB_CONCURRENCY", 1, least=1, most=64)
        port = env.number("PORT", 8000, least=1, most=65_535)
    except ImproperlyConfigured as error:
        sys.exit(f"planner: {error}")
    parser = argparse.ArgumentParser(prog="python -m planner.serve")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=port, help="PORT, else 8000")
    parser.add_argument(
        "--workers",
        type=int,
        default=processes,
        help="processes that share the port: WEB_CONCURRENCY, else 1",
    )
    return parser


if __name__ == "__main__":
    main()
