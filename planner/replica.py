"""Reading from a replica of the database, where there is one and it is not behind.

A page that asks across plans has its queries run by `read_from_replica`. Everything
else reads the primary, which is also asked whenever the replica is away or behind. A
model with `read_from_primary = True` is never read from a replica on its own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from planner.databases import DEFAULT, REPLICA
from planner.ops import metrics

log = logging.getLogger(__name__)
Result = TypeVar("Result")

COOKIE = "written"
# A position in PostgreSQL's log of writes (LSN).
_POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
# All in seconds. How long a person's own write is remembered; a replica is asked for
# newer things than that anyway.
REMEMBER_WRITE = 60
# Once in this time a process asks the primary where it is: what others wrote can be
# missing for no longer.
MAX_LAG = 1.0
# For how long a replica that failed is left alone.
RETRY_AFTER = 10.0

_is_reading: ContextVar[bool] = ContextVar("is_reading_from_replica", default=False)
_primary: tuple[float, str] = (-MAX_LAG, "0/0")
_failed_at = -RETRY_AFTER


class Router:
    """Sends reads within `read_from_replica` to the replica, and nothing else."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        if _is_reading.get() and not getattr(model, "read_from_primary", False):
            return REPLICA
        return self.db_for_write(model, **hints)

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """A row that came from the replica goes on with the primary."""
        row = hints.get("instance")
        return DEFAULT if row is not None and row._state.db == REPLICA else None

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        both = {one._state.db, other._state.db}
        return True if both == {DEFAULT, REPLICA} else None


def read_from_replica(request: HttpRequest, load: Callable[[], Result]) -> Result:
    """What `load` returns: read from the replica if that knows what this person wrote,
    and what anybody wrote up to a second ago; else, or if it fails, from the primary.

    `load` only reads, evaluates its queries, and may be run a second time.
    """
    global _failed_at
    if REPLICA not in settings.DATABASES:
        return load()
    source = "away"
    if monotonic() - _failed_at >= RETRY_AFTER:
        positions = [_position_of_primary(), *_own_position(request)]
        try:
            source = "behind"
            if _has_reached(positions):
                with _reading():
                    result = load()
                metrics.replica_reads.labels("replica").inc()
                return result
        except (OperationalError, InterfaceError) as error:
            source = "away"
            _failed_at = monotonic()
            connections[REPLICA].close()
            # The type only: the message names the server and the user.
            log.warning(
                "The replica failed (%s): the primary is read instead.",
                type(error).__name__,
            )
    metrics.replica_reads.labels(source).inc()
    return load()


@contextmanager
def _reading() -> Iterator[None]:
    """One transaction, so that all queries see the same moment (planner.databases)."""
    with transaction.atomic(using=REPLICA):
        token = _is_reading.set(True)
        try:
            yield
        finally:
            _is_reading.reset(token)


def _position_of_primary() -> str:
    """Up to a second old."""
    global _primary
    now = monotonic()
    if now - _primary[0] >= MAX_LAG:
        _primary = now, _read_position()
    return _primary[1]


def _read_position() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        (position,) = cursor.fetchone()
    return str(position)


def _own_position(request: HttpRequest) -> list[str]:
    position = request.COOKIES.get(COOKIE, "")
    return [position] if _POSITION.fullmatch(position) else []


def _has_reached(positions: list[str]) -> bool:
    """False also where it is no replica at all."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT pg_last_wal_replay_lsn() >= ALL(%s::pg_lsn[])", [positions]
        )
        (has_reached,) = cursor.fetchone()
    return bool(has_reached)


class RememberWriteMiddleware:
    """Has a browser remember where the primary was after its last post, so that the
    next page is not read from a replica that is behind it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            # What was written is committed: an answer that says so must not fail now.
            try:
                position = _read_position()
            except DatabaseError:
                return response
            response.set_cookie(
                COOKIE,
                position,
                max_age=REMEMBER_WRITE,
                path=settings.SESSION_COOKIE_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
