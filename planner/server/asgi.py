"""What uvicorn serves: Django's pages from a pool of threads, the live feed on the
event loop, and the process's life.

Django's own ASGI handler starts a thread and a database connection for each request;
its WSGI handler on threads that stay answers more than twice as many saves a second,
and a stream that waits on the event loop needs no thread at all.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from planner.ops import health, metrics
from planner.ops.logs import accept_request_id, log_access, request_id
from planner.server.bridge import Bridge

# Dictionaries, whose types every ASGI library spells in its own way.
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Seconds between two looks at what this process uses.
METRICS_INTERVAL = 10.0
# Threads that read static files. They never wait for a client or for the database.
STATIC_FILE_THREADS = 2
FORWARDED_FOR = b"x-forwarded-for"


class Application:
    """Serves from its lifespan's start to its end; a new start takes a new one."""

    def __init__(self) -> None:
        self.django = Bridge(get_wsgi_application(), self.largest_body)
        # However busy the pages are, probes and files have threads of their own.
        self.pages = ThreadPoolExecutor(settings.THREADS, "pages")
        self.files = ThreadPoolExecutor(STATIC_FILE_THREADS, "files")
        self.probes = ThreadPoolExecutor(1, "probes")
        # Django is set up now, and models can be imported.
        from plans.accounts import body_limits
        from plans.live import broker, stream

        self.largest_body_of = body_limits.largest_body
        self.make_broker = broker.Broker
        self.answer_live = stream.answer
        # Servers of their own kind do this before us; planner.serve leaves it to us,
        # because afterwards nobody can tell whether it was the proxy that asked.
        self.behind_proxy = ProxyHeadersMiddleware(self.answer, settings.PROXIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif scope["type"] == "http":
            scope = strip_base_path(remove_ambiguous_headers(scope))
            if not self.is_from_proxy(scope):
                scope = remove_header(scope, b"x-request-id")
            if "*" in settings.PROXIES:
                scope = keep_nearest_address(scope)
            await self.behind_proxy(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith("/live/"):
            with request_logging(scope, send) as named:
                await self.answer_live(self.broker, scope, receive, named)
        elif path == "/livez":
            await health.answer_liveness(send)
        elif path in ("/readyz", "/metrics"):
            await self.django(scope, receive, send, self.probes)
        elif path.startswith("/static/"):
            await self.django(scope, receive, send, self.files)
        else:
            await self.django(scope, receive, send, self.pages)

    async def largest_body(self, environ: dict[str, Any]) -> int:
        """Asks the database who sends it, in no thread of the pages."""
        limit: int = await self.broker.in_thread(partial(self.largest_body_of, environ))
        return limit

    def is_from_proxy(self, scope: Scope) -> bool:
        client = scope.get("client")
        return bool(client) and client[0] in self.behind_proxy.trusted_hosts

    async def lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        if obstacles := await asyncio.to_thread(find_startup_errors):
            await send({"type": "lifespan.startup.failed", "message": obstacles})
            return
        self.broker = self.make_broker()
        end_streams_on_signal(self.broker)
        health.server_checks.append(self.broker.obstacle)
        figures = asyncio.create_task(record_process_metrics())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        figures.cancel()
        await self.broker.close()
        health.server_checks.remove(self.broker.obstacle)
        await asyncio.to_thread(self.let_go_of_database)
        await send({"type": "lifespan.shutdown.complete"})

    def let_go_of_database(self) -> None:
        for threads in (self.pages, self.files, self.probes, self.broker.threads):
            close_connections(threads)
        # Only PostgreSQL has a pool; its threads would outlive the server.
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def close_connections(threads: ThreadPoolExecutor) -> None:
    """End the threads. A connection belongs to its thread, so every thread closes its
    own; at the barrier they wait for each other, lest a quick one takes two turns."""
    count = threads._max_workers
    everyone = Barrier(count)

    def close_own() -> None:
        connections.close_all()
        with suppress(BrokenBarrierError):
            everyone.wait(timeout=5)

    for _ in range(count):
        threads.submit(close_own)
    threads.shutdown()


def end_streams_on_signal(broker: Any) -> None:
    """A server that is told to stop waits for its open answers first, and a stream has
    no end of its own: so it is ended by the same signal, before the server's handler.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        servers_own = signal.getsignal(number)

        def stop(number: int, frame: Any, servers_own: Any = servers_own) -> None:
            broker.loop.call_soon_threadsafe(broker.end_streams)
            if callable(servers_own):
                servers_own(number, frame)

        signal.signal(number, stop)


async def record_process_metrics() -> None:
    """Another process may be asked for them."""
    while True:
        metrics.record_process()
        await asyncio.sleep(METRICS_INTERVAL)


@contextmanager
def request_logging(scope: Scope, send: Send) -> Iterator[Send]:
    """What RequestMiddleware does for a page: an id, and a line of the log."""
    told = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    name, began, status = accept_request_id(told), time.perf_counter(), 0

    async def named(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            header = (b"x-request-id", name.encode())
            message = {**message, "headers": [*message["headers"], header]}
        await send(message)

    token = request_id.set(name)
    try:
        yield named
    finally:
        log_access(scope["method"], "live", status, time.perf_counter() - began)
        request_id.reset(token)


def strip_base_path(scope: Scope) -> Scope:
    """The path as if nothing stood before it. Proxies may take BASE_PATH away, and
    probes ask without it."""
    base, path = settings.BASE_PATH, scope["path"]
    if not base or not f"{path}/".startswith(f"{base}/"):
        return scope
    return {**scope, "path": path.removeprefix(base) or "/"}


def remove_header(scope: Scope, name: bytes) -> Scope:
    headers = [pair for pair in scope["headers"] if pair[0] != name]
    return {**scope, "headers": headers}


def keep_nearest_address(scope: Scope) -> Scope:
    """Whoever connects is a proxy, which adds the address that connected to it. All
    before that the subscriber may have sent."""
    headers = [
        (name, value.rpartition(b",")[2].strip() if name == FORWARDED_FOR else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def remove_ambiguous_headers(scope: Scope) -> Scope:
    """WSGI spells `X_Forwarded_For` and `X-Forwarded-For` alike, so that a subscriber
    could pretend to be the proxy: the one with underscores goes."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


def find_misconfiguration() -> str:
    """The system checks that would refuse a command refuse the server too."""
    messages = run_checks(tags=["planner"])
    return "\n".join(str(each) for each in messages if each.level >= ERROR)


def find_startup_errors() -> str:
    """`find_misconfiguration`, in a thread whose connections nobody else closes."""
    try:
        return find_misconfiguration()
    finally:
        connections.close_all()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
try:
    application = Application()
except ImproperlyConfigured as error:
    sys.exit(f"planner: {error}")
