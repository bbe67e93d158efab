"""Which threads have something that a person has not read.

Fragments of the plan's page are the same for everybody. So they say which comment is
the newest of each open thread, the page says how far its reader had read when it was
made, and its scripts (static/js/editor/unread.js) mark the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from plans.models import Plan, ThreadReader, User
from plans.page.comments import ThreadView


def read_marks(plan: Plan, user: User) -> dict[int, int]:
    """How far a person has read each open thread; one query."""
    rows = ThreadReader.objects.filter(
        user=user, thread__plan=plan, thread__resolved_at=None
    )
    return dict(rows.values_list("thread", "read_until"))


def newly_read(threads: Iterable[ThreadView]) -> dict[int, int]:
    """By the id of a thread that is shown, its newest comment, where that is new."""
    return {
        view.row.pk: view.comments[-1].row.pk
        for view in threads
        if view.comments and view.comments[-1].row.pk > view.read_until
    }
