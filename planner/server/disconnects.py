"""Whether anybody still waits for the page that a thread is making.

A thread cannot be stopped from outside, so what takes long asks between two steps.
"""

from contextvars import ContextVar
from threading import Event

# Set by the bridge while it makes a page; posts, commands and the live feed have none.
reader_left: ContextVar[Event | None] = ContextVar("reader_left", default=None)


class ReaderLeft(Exception):
    """The client closed the connection: nobody will see the rest of the page."""


def check_reader() -> None:
    """Raises ReaderLeft when the page being made has no reader any more."""
    left = reader_left.get()
    if left is not None and left.is_set():
        raise ReaderLeft
