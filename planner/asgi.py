"""What uvicorn serves: Django's pages from a pool of threads, and the process's life.

Django's own ASGI handler starts a thread and a database connection for each request;
its WSGI handler on threads that stay answers more than twice as many saves a second.
What has to wait without a thread (a live feed) is answered here, on the event loop,
beside Django.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif scope["type"] == "http":
            # Answers that wait for something go here, by the path's first part.
            await self.pages(without_ambiguous_headers(scope), receive, send)
        else:
            await send({"type": "websocket.close"})

    async def lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        if obstacles := await asyncio.to_thread(misconfiguration):
            await send({"type": "lifespan.startup.failed", "message": obstacles})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self.let_go_of_database)
        await send({"type": "lifespan.shutdown.complete"})

    def let_go_of_database(self) -> None:
        # A connection belongs to its thread, so every thread closes its own; at the
        # barrier they wait for each other, lest a quick one takes another's turn.
        everyone = Barrier(settings.THREADS)

        def close_own() -> None:
            connections.close_all()
            with suppress(BrokenBarrierError):
                everyone.wait(timeout=5)

        for _ in range(settings.THREADS):
            self.pages.executor.submit(close_own)
        self.pages.executor.shutdown()
        # Only PostgreSQL has a pool; its threads would outlive the server.
        if hasattr(connection, "close_pool"):
            connection.close_pool()


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
