"""A person's own marks on entries of their inbox. They are nothing of a plan: no
Change, and no lock of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from plans.errors import Refused
from plans.models import InboxMark, User
from plans.notifications import notify

LONGEST_SNOOZE = timedelta(days=366)


class Mark(StrEnum):
    """`OPEN` puts an entry back where it was before it was snoozed or done."""

    READ = "read"
    UNREAD = "unread"
    SNOOZED = "snoozed"
    DONE = "done"
    OPEN = "open"


@transaction.atomic
def mark_entry(
    *, actor: User, key: str, stamp: str, mark: Mark, until: datetime | None = None
) -> None:
    """Mark one entry, in the state that `stamp` names. It replaces an earlier mark, so
    two tabs can do it at the same time. `until`: when a snoozed entry comes back."""
    now = timezone.now()
    if mark is Mark.SNOOZED and (until is None or until <= now):
        raise Refused("Choose a day that is still to come.")
    if until is not None and until > now + LONGEST_SNOOZE:
        raise Refused(
            "An entry can be snoozed for up to a year. Choose an earlier day."
        )
    row = InboxMark(
        user=actor,
        key=key,
        stamp=stamp,
        read_at=now if mark in (Mark.READ, Mark.DONE, Mark.OPEN) else None,
        snoozed_until=until if mark is Mark.SNOOZED else None,
        done_at=now if mark is Mark.DONE else None,
    )
    InboxMark.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["user", "key"],
        update_fields=["stamp", "read_at", "snoozed_until", "done_at"],
    )
    notify.publish_inbox_change(actor.pk)
