"""Addresses for whatever watches over the server.

/livez: this process answers; restart it when it does not.
/readyz: it can serve pages too (database there, migrations applied, the feed hears the
other processes, no stop under way); send it people only then.
/metrics: what all processes of the port have counted, for whoever knows METRICS_TOKEN.
"""

from collections.abc import Awaitable, Callable
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from planner import metrics

_migrations_are_applied = False
# What the server knows beside Django: each says what is in the way, or "".
watched: list[Callable[[], str]] = []


class HealthMiddleware:
    """Answers before anything that asks for a known host, HTTPS or a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return _answer("alive")
        if request.path == "/readyz":
            obstacle = what_is_in_the_way()
            return _answer(obstacle, status=503) if obstacle else _answer("ready")
        # Without a token there is no such address.
        if request.path == "/metrics" and settings.METRICS_TOKEN:
            return _metrics(request)
        return self.get_response(request)


def _metrics(request: HttpRequest) -> HttpResponse:
    told = request.headers.get("Authorization", "").encode()
    if not compare_digest(told, f"Bearer {settings.METRICS_TOKEN}".encode()):
        refusal = _answer("METRICS_TOKEN is asked for", status=401)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refusal
    return HttpResponse(
        metrics.page(),
        content_type=metrics.CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def what_is_in_the_way() -> str:
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
    return next(filter(None, (look() for look in watched)), "")


async def answer_alive(send: Callable[[Any], Awaitable[None]]) -> None:
    """`/livez`, straight from the event loop."""
    from planner.middleware import HEADERS  # asks for settings, which may be wrong

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
