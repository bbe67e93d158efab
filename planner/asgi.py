"""What uvicorn serves: Django's pages from a pool of threads, and the process's life.

Django's own ASGI handler starts a thread and a database connection for each request;
its WSGI handler on threads that stay answers more than twice as many saves a second.
What has to wait without a thread (a live feed) is answered here, on the event loop,
beside Django.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
try:
    pages = WSGIMiddleware(get_wsgi_application(), workers=settings.THREADS)
except ImproperlyConfigured as error:
    sys.exit(f"planner: {error}")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http":
        # Answers that wait for something go here, by the path's first part.
        await pages(without_ambiguous_headers(scope), receive, send)
    else:
        await send({"type": "websocket.close"})


def without_ambiguous_headers(scope: Scope) -> Scope:
    """WSGI spells `X_Forwarded_For` and `X-Forwarded-For` alike, so that a visitor
    could pretend to be the proxy: the one with underscores goes."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


async def lifespan(receive: Receive, send: Send) -> None:
    await receive()
    if obstacles := await asyncio.to_thread(misconfiguration):
        await send({"type": "lifespan.startup.failed", "message": obstacles})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.to_thread(close_pages)
    await send({"type": "lifespan.shutdown.complete"})


def misconfiguration() -> str:
    """The system checks that would refuse a command refuse the server too."""
    errors = [found for found in run_checks(tags=["planner"]) if found.level >= ERROR]
    return "\n".join(map(str, errors))


def close_pages() -> None:
    """Pages on their way are finished first; then the database is let go."""
    pages.executor.shutdown()
    # Only PostgreSQL has a pool, and its threads outlive the server otherwise.
    if hasattr(connection, "close_pool"):
        connection.close_pool()
