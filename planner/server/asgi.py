"""The ASGI application: Django's pages in a pool of threads, the live feed on the event
loop, and the start and end of the process.

Django's own ASGI handler starts a thread and a database connection for each request.
Its WSGI handler on a pool of threads answers more than twice as many saves a second,
and a stream that waits on the event loop needs no thread.
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
from django.db import connection, connections
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from planner.ops import health, metrics
from planner.ops.logs import accept_request_id, log_access, request_id
from planner.server import runtime
from planner.server.bridge import Bridge
from planner.server.django_handler import django_application
from planner.server.heavy import HeavyAddresses

# Dictionaries; each ASGI library types them in its own way.
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Seconds between two updates of this process's metrics.
METRICS_INTERVAL = 10.0
# Threads that read static files; they never wait for a client or the database.
STATIC_FILE_THREADS = 2
# Threads for requests that took long the last time (planner/server/heavy.py).
HEAVY_THREADS = 1
FORWARDED_FOR = b"x-forwarded-for"


class Application:
    """Serves during one lifespan; a restart needs a new instance."""

    def __init__(self) -> None:
        self.django = Bridge(django_application(), self.find_body_limit)
        # Probes and static files have their own threads, however busy the pages are.
        self.pages = ThreadPoolExecutor(settings.THREADS, "pages")
        self.heavy = ThreadPoolExecutor(HEAVY_THREADS, "heavy")
        self.heavy_addresses = HeavyAddresses()
        self.files = ThreadPoolExecutor(STATIC_FILE_THREADS, "files")
        self.probes = ThreadPoolExecutor(1, "probes")
        # Now that Django is set up, models can be imported.
        from plans.accounts import body_limits
        from plans.live import broker, stream
        from plans.notifications import sender_thread
        from plans.search import indexer_thread

        self.find_limit = body_limits.find_body_limit
        self.make_broker = broker.Broker
        self.answer_live = stream.handle_request
        self.make_sender = sender_thread.SenderThread
        self.make_indexer = indexer_thread.IndexerThread
        # uvicorn could do this itself, but then we could not tell whether a request
        # came through the proxy.
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
            with request_logging(scope, send) as send_with_id:
                await self.answer_live(self.broker, scope, receive, send_with_id)
        elif path == "/livez":
            await health.answer_liveness(send)
        elif path in ("/readyz", "/metrics"):
            await self.django(scope, receive, send, self.probes)
        elif path.startswith("/static/"):
            await self.django(scope, receive, send, self.files)
        else:
            address = scope["method"], path
            is_heavy = address in self.heavy_addresses
            threads = self.heavy if is_heavy else self.pages
            seconds = await self.django(scope, receive, send, threads)
            if seconds:  # else nothing was computed: the client has left
                self.heavy_addresses.note(address, seconds)

    async def find_body_limit(self, environ: dict[str, Any]) -> int:
        """Looks up the sender in a thread of the broker, so that pages don't wait."""
        limit: int = await self.broker.run_in_thread(partial(self.find_limit, environ))
        return limit

    def is_from_proxy(self, scope: Scope) -> bool:
        client = scope.get("client")
        return bool(client) and client[0] in self.behind_proxy.trusted_hosts

    async def lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        if errors := await asyncio.to_thread(find_startup_errors):
            await send({"type": "lifespan.startup.failed", "message": errors})
            return
        if is_main_thread():
            runtime.tune()
        self.broker = self.make_broker()
        end_streams_on_signal(self.broker)
        health.server_checks.append(self.broker.unready_reason)
        sender = self.make_sender() if settings.SENDS_NOTICES else None
        if sender:
            sender.start()
        indexer = self.make_indexer()
        indexer.start()
        metrics_task = asyncio.create_task(record_process_metrics())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        metrics_task.cancel()
        await self.broker.close()
        if sender:
            await asyncio.to_thread(sender.stop)
        await asyncio.to_thread(indexer.stop)
        health.server_checks.remove(self.broker.unready_reason)
        await asyncio.to_thread(self.close_database)
        await send({"type": "lifespan.shutdown.complete"})

    def close_database(self) -> None:
        pools = (self.pages, self.heavy, self.files, self.probes)
        for threads in (*pools, self.broker.threads):
            close_connections(threads)
        # PostgreSQL's pool has threads, which would outlive the server.
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def close_connections(threads: ThreadPoolExecutor) -> None:
    """Close each thread's database connection, then end the threads.

    Only a thread can close its own connection. The barrier makes each thread take
    exactly one of the tasks.
    """
    count = threads._max_workers
    barrier = Barrier(count)

    def close_own() -> None:
        connections.close_all()
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=5)

    for _ in range(count):
        threads.submit(close_own)
    threads.shutdown()


def is_main_thread() -> bool:
    """Whether the process is this server's alone; tests run one in a thread."""
    return threading.current_thread() is threading.main_thread()


def end_streams_on_signal(broker: Any) -> None:
    """End the streams on SIGTERM and SIGINT, before the server's own handler runs: it
    waits for open responses, and a stream would never end by itself."""
    if not is_main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        server_handler = signal.getsignal(number)

        def stop(number: int, frame: Any, handler: Any = server_handler) -> None:
            broker.loop.call_soon_threadsafe(broker.end_streams)
            if callable(handler):
                handler(number, frame)

        signal.signal(number, stop)


async def record_process_metrics() -> None:
    """Whichever process answers /metrics reads what the others have stored."""
    while True:
        metrics.record_process()
        await asyncio.sleep(METRICS_INTERVAL)


@contextmanager
def request_logging(scope: Scope, send: Send) -> Iterator[Send]:
    """Give a live request an id and a line of the log, as RequestMiddleware does."""
    header = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    new_id, start, status = accept_request_id(header), time.perf_counter(), 0

    async def send_with_id(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = [*message["headers"], (b"x-request-id", new_id.encode())]
            message = {**message, "headers": headers}
        await send(message)

    token = request_id.set(new_id)
    try:
        yield send_with_id
    finally:
        log_access(scope["method"], "live", status, time.perf_counter() - start)
        request_id.reset(token)


def strip_base_path(scope: Scope) -> Scope:
    """Remove BASE_PATH, if it is there: some proxies strip it, and probes omit it."""
    base, path = settings.BASE_PATH, scope["path"]
    if not base or not f"{path}/".startswith(f"{base}/"):
        return scope
    return {**scope, "path": path.removeprefix(base) or "/"}


def remove_header(scope: Scope, name: bytes) -> Scope:
    headers = [pair for pair in scope["headers"] if pair[0] != name]
    return {**scope, "headers": headers}


def keep_nearest_address(scope: Scope) -> Scope:
    """Trust only the last address of X-Forwarded-For, which our proxy added: the client
    may have sent those before it."""
    headers = [
        (name, value.rpartition(b",")[2].strip() if name == FORWARDED_FOR else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def remove_ambiguous_headers(scope: Scope) -> Scope:
    """Drop header names with underscores: WSGI cannot tell `X_Forwarded_For` from
    `X-Forwarded-For`, so a client could pretend to be the proxy."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


def find_misconfiguration() -> str:
    """The errors of our system checks: what stops a command stops the server too."""
    messages = run_checks(tags=["planner"])
    return "\n".join(str(each) for each in messages if each.level >= ERROR)


def find_startup_errors() -> str:
    """As `find_misconfiguration`; closes the connections of the thread that it uses."""
    try:
        return find_misconfiguration()
    finally:
        connections.close_all()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
try:
    application = Application()
except ImproperlyConfigured as error:
    sys.exit(f"planner: {error}")
