"""Telling every process that something happened, so that nobody has to poll.

Within a process the callbacks of `subscribe` are called. Between processes PostgreSQL
carries the message (NOTIFY); SQLite serves one process. A message that gets lost is no
harm: whoever listens also looks at the change log every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

CHANNEL = "planner"
Callback = Callable[[str], None]
_listening: set[Callback] = set()


def subscribe(callback: Callback) -> None:
    """Call back with each message, from whichever thread it comes."""
    _listening.add(callback)


def unsubscribe(callback: Callback) -> None:
    _listening.discard(callback)


def publish(message: str) -> None:
    """To the listeners of this process."""
    for callback in list(_listening):
        callback(message)


def change_message(plan_id: int, number: int | str) -> str:
    return f"change {plan_id} {number}"


def publish_on_commit(plan_id: int, number: int) -> None:
    """Wake this process's listeners when a change is committed, without a detour."""
    transaction.on_commit(lambda: publish(change_message(plan_id, number)))


def publish_access_change() -> None:
    """Have every open stream looked at when this is committed: a role changed, a plan
    is no longer shared, a sign-in was ended."""
    if connection.vendor == "postgresql":
        send_to_processes("access")
    transaction.on_commit(lambda: publish("access"))


def send_to_processes(message: str) -> None:
    """To all processes of a PostgreSQL, this one too. Up to 8,000 bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])
