"""Addresses for whatever watches over the server.

/livez: this process answers; restart it when it does not.
/readyz: it can serve pages too (database there, migrations applied, room on the disk,
the feed hears the other processes, no stop under way); send it people only then.
/metrics: what all processes of the port have counted, for whoever knows METRICS_TOKEN.
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
# When a write last found no room (time.monotonic), or 0.
_full_at = 0.0
# Seconds for which that makes the server not ready.
DISK_FULL_SECONDS = 5.0
# Bytes that SQLite's disk must have room for: a few saves.
MIN_FREE_BYTES = 1_000_000
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_DISK_FULL = "53100"  # PostgreSQL's code
# What the server knows beside Django: each says what is in the way, or "".
server_checks: list[Callable[[], str]] = []


class HealthMiddleware:
    """Answers before anything that asks for a known host, HTTPS or a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/livez":
            return _answer("alive")
        if request.path_info == "/readyz":
            obstacle = find_obstacle()
            return _answer(obstacle, status=503) if obstacle else _answer("ready")
        # Without a token there is no such address.
        if request.path_info == "/metrics" and settings.METRICS_TOKEN:
            return _metrics(request)
        return self.get_response(request)


def _metrics(request: HttpRequest) -> HttpResponse:
    told = request.headers.get("Authorization", "").encode()
    if not compare_digest(told, f"Bearer {settings.METRICS_TOKEN}".encode()):
        refusal = _answer("METRICS_TOKEN is asked for", status=401)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refusal
    return HttpResponse(
        metrics.render_metrics(),
        content_type=metrics.CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def note_disk_error(error: BaseException | None) -> bool:
    """Whether it says that a disk is full: ours, or the database's. Then people are
    better sent elsewhere for a while."""
    global _full_at
    while error is not None:
        if (
            getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
            or getattr(error, "sqlstate", "") == _DISK_FULL
            or (isinstance(error, OSError) and error.errno in _NO_ROOM)
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
        return error.errno in _NO_ROOM
    return False


def find_obstacle() -> str:
    """Empty when pages can be served; says no more than strangers may know."""
    global _migrations_are_applied
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Reading all migrations is slow, and an applied one stays applied.
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
    return next(filter(None, (look() for look in server_checks)), "")


async def answer_liveness(send: Callable[[Any], Awaitable[None]]) -> None:
    """`/livez`, straight from the event loop."""
    from planner.ops.middleware import HEADERS  # asks for settings, which may be wrong

    answer = _answer("alive")
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    headers = [
        (name.lower().encode(), value.encode()) for name, value in answer.items()
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})


def _answer(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f"{text}\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
