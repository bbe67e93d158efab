"""What uvicorn serves: Django's pages from a pool of threads, beside them the live feed
on the event loop, and the process's life.

Django's own ASGI handler starts a thread and a database connection for each request;
its WSGI handler on threads that stay answers more than twice as many saves a second,
and a stream that waits on the event loop needs no thread at all.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections

# Dictionaries, whose types every ASGI library spells in its own way.
Scope = Any
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """Serves from its lifespan's start to its end; a new start takes a new one."""

    def __init__(self) -> None:
        django: Any = get_wsgi_application()
        self.pages = WSGIMiddleware(django, workers=settings.THREADS)
        # Django is set up now, and models can be imported.
        from plans.live import hub, stream

        self.make_hub = hub.Hub
        self.answer_live = stream.answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif scope["type"] == "http":
            scope = without_ambiguous_headers(scope)
            if scope["path"].startswith("/live/"):
                await self.answer_live(self.hub, scope, receive, send)
            else:
                await self.pages(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        if obstacles := await asyncio.to_thread(misconfiguration):
            await send({"type": "lifespan.startup.failed", "message": obstacles})
            return
        self.hub = self.make_hub()
        end_streams_on_signal(self.hub)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.hub.close()
        await asyncio.to_thread(self.let_go_of_database)
        await send({"type": "lifespan.shutdown.complete"})

    def let_go_of_database(self) -> None:
        close_connections(self.pages.executor)
        close_connections(self.hub.threads)
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


def end_streams_on_signal(hub: Any) -> None:
    """A server that is told to stop waits for its open answers first, and a stream has
    no end of its own: so it is ended by the same signal, before the server's handler.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        servers_own = signal.getsignal(number)

        def stop(number: int, frame: Any, servers_own: Any = servers_own) -> None:
            hub.loop.call_soon_threadsafe(hub.end_streams)
            if callable(servers_own):
                servers_own(number, frame)

        signal.signal(number, stop)


def without_ambiguous_headers(scope: Scope) -> Scope:
    """WSGI spells `X_Forwarded_For` and `X-Forwarded-For` alike, so that a visitor
    could pretend to be the proxy: the one with underscores goes."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


def misconfiguration() -> str:
    """The system checks that would refuse a command refuse the server too."""
    errors = [found for found in run_checks(tags=["planner"]) if found.level >= ERROR]
    return "\n".join(map(str, errors))


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
try:
    application = Application()
except ImproperlyConfigured as error:
    sys.exit(f"planner: {error}")
