"""Publish and subscribe within and between processes.

Within a process, `publish` calls the subscribers. Between processes, PostgreSQL carries
the message (NOTIFY); SQLite serves one process. A lost message does no harm, because
subscribers also read the change log every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from plans.models import Change, Item, Plan

CHANNEL = "planner"


@dataclass(frozen=True)
class SavedItem:
    """The one item that a change is about, as it is with that change, so that the live
    feed of this process need not read it. `plan`: at that change.

    `read_at`: the change at which it was read. What happened to it between that one
    and its own, such as a comment, is missing.
    """

    plan: Plan
    change: Change
    item: Item
    read_at: int


Callback = Callable[[str, SavedItem | None], None]
_subscribers: set[Callback] = set()


def subscribe(callback: Callback) -> None:
    """Call `callback` with each message, in the thread that publishes it, and with what
    was saved where that is handed over."""
    _subscribers.add(callback)


def unsubscribe(callback: Callback) -> None:
    _subscribers.discard(callback)


def publish(message: str, saved: SavedItem | None = None) -> None:
    """Send a message to the subscribers in this process."""
    for callback in list(_subscribers):
        callback(message, saved)


def change_message(plan_id: int, number: int | str) -> str:
    return f"change {plan_id} {number}"


def publish_on_commit(
    plan_id: int, number: int, saved: SavedItem | None = None
) -> None:
    """Tell the subscribers in this process of a change as soon as it is committed."""
    transaction.on_commit(lambda: publish(change_message(plan_id, number), saved))


def publish_access_change() -> None:
    """Have all open streams checked on commit: a role has changed, a plan is no longer
    shared, or a session has ended."""
    if connection.vendor == "postgresql":
        send_to_processes("access")
    transaction.on_commit(lambda: publish("access"))


def publish_inbox_change(user_id: int) -> None:
    """Tell a person's open pages on commit that something else waits for them, where no
    change of a plan says so."""
    message = f"inbox {user_id}"
    if connection.vendor == "postgresql":
        send_to_processes(message)
    else:
        transaction.on_commit(lambda: publish(message))


def send_to_processes(message: str) -> None:
    """Send up to 8,000 bytes to all processes of a PostgreSQL, including this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])
