"""Cancelling the rendering of a page whose client has disconnected.

A thread cannot be interrupted from outside, so long tasks check between two steps.
"""

from contextvars import ContextVar
from threading import Event

# Set by the bridge for pages only; posts, commands and the live feed run to their end.
client_disconnected: ContextVar[Event | None] = ContextVar(
    "client_disconnected", default=None
)


class ClientDisconnected(Exception):
    """The client closed the connection before its request or our response ended."""


def check_client() -> None:
    """Raise ClientDisconnected when the client of this page has gone."""
    event = client_disconnected.get()
    if event is not None and event.is_set():
        raise ClientDisconnected
