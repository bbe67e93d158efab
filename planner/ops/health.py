"""Addresses for monitoring.

/livez: this process answers; restart it if it doesn't.
/readyz: it can serve pages too (database reachable, migrations applied, space on the
disk, live feed connected to the other processes, not stopping); route traffic to it
only then.
/metrics: the counts of all processes that share the port; needs METRICS_TOKEN.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from secrets import compare_digest
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from planner.ops import metrics

_migrations_are_applied = False
# When a write last failed for lack of space (time.monotonic), or 0.
_full_at = 0.0
# Seconds for which the server is then not ready.
DISK_FULL_SECONDS = 5.0
# SQLite's disk must have this much space: a few saves.
MIN_FREE_BYTES = 1_000_000
_DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}
_DISK_FULL_SQLSTATE = "53100"  # PostgreSQL
# Checks that the server adds to readiness: each returns an obstacle, or "".
server_checks: list[Callable[[], str]] = []


class HealthMiddleware:
    """Answers probes before any middleware that needs a host, HTTPS or a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/livez":
            return _text_response("alive")
        if request.path_info == "/readyz":
            obstacle = find_obstacle()
            return (
                _text_response(obstacle, status=503)
                if obstacle
                else _text_response("ready")
            )
        # Without a token, /metrics does not exist.
        if request.path_info == "/metrics" and settings.METRICS_TOKEN:
            return _metrics(request)
        return self.get_response(request)


def _metrics(request: HttpRequest) -> HttpResponse:
    authorization = request.headers.get("Authorization", "").encode()
    if not compare_digest(authorization, f"Bearer {settings.METRICS_TOKEN}".encode()):
        refusal = _text_response("METRICS_TOKEN is required", status=401)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refusal
    return HttpResponse(
        metrics.render_metrics(),
        content_type=metrics.CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def note_disk_error(error: BaseException | None) -> bool:
    """Whether an error means that our disk, or the database's, is full. The server is
    then not ready for a while."""
    global _full_at
    while error is not None:
        if (
            getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
            or getattr(error, "sqlstate", "") == _DISK_FULL_SQLSTATE
            or (isinstance(error, OSError) and error.errno in _DISK_FULL_ERRNOS)
        ):
            _full_at = time.monotonic()
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_disk_full() -> bool:
    if _full_at and time.monotonic() - _full_at < DISK_FULL_SECONDS:
        return True
    if connection.vendor != "sqlite":
        return False
    folder = Path(connection.settings_dict["NAME"]).parent
    try:
        with TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, MIN_FREE_BYTES)
            else:
                file.write(bytes(MIN_FREE_BYTES))
    except OSError as error:
        return error.errno in _DISK_FULL_ERRNOS
    return False


def find_obstacle() -> str:
    """Why pages cannot be served, in words that strangers may read; "" if they can."""
    global _migrations_are_applied
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Reading the migrations is slow, and an applied one stays applied.
        if not _migrations_are_applied:
            executor = MigrationExecutor(connection)
            targets = executor.loader.graph.leaf_nodes()
            _migrations_are_applied = not executor.migration_plan(targets)
    except DatabaseError:
        return "the database does not answer"
    if not _migrations_are_applied:
        return "migrations are not applied"
    if _is_disk_full():
        return "the disk is full"
    return next(filter(None, (check() for check in server_checks)), "")


async def answer_liveness(send: Callable[[Any], Awaitable[None]]) -> None:
    """Answer `/livez` on the event loop."""
    from planner.ops.middleware import HEADERS  # needs settings, which may be invalid

    response = _text_response("alive")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    headers = [
        (name.lower().encode(), value.encode()) for name, value in response.items()
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _text_response(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f"{text}\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
