"""What a person has read. It is nothing of the plan: no Change, and no lock of it."""

from __future__ import annotations

from collections.abc import Mapping

from plans.models import ThreadReader, User


def mark_read(*, user: User, until: Mapping[int, int]) -> None:
    """`until`: by the id of a thread, that of the newest comment they have seen."""
    ThreadReader.objects.bulk_create(
        [
            ThreadReader(user=user, thread_id=thread, read_until=newest)
            for thread, newest in until.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "thread"],
        update_fields=["read_until"],
    )
