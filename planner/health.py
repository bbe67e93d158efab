"""Two addresses for whatever watches over the server.

/livez: this process answers; restart it when it does not.
/readyz: it can serve pages too (database there, migrations applied); send it people
only then.
"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

_migrations_are_applied = False


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
        return self.get_response(request)


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
    return "" if _migrations_are_applied else "migrations are not applied"


def _answer(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f"{text}\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
