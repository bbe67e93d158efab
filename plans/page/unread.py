"""Which threads have something that a person has not read.

Fragments of the plan's page are the same for everybody. So they say which comment is
the newest of each open thread, the page says how far its reader had read when it was
made, and its scripts (static/js/editor/unread.js) mark the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from plans.page.comments import OpenThread, ThreadView


def read_marks(threads: Iterable[OpenThread]) -> dict[int, int]:
    """How far the reader has read the open threads that they have read at all."""
    return {
        each.start.thread_id: each.read_until for each in threads if each.read_until
    }


def newly_read(threads: Iterable[ThreadView]) -> dict[int, int]:
    """By the id of a thread that is shown, its newest comment, where that is new."""
    return {
        view.row.pk: view.comments[-1].row.pk
        for view in threads
        if view.comments and view.comments[-1].row.pk > view.read_until
    }
