"""Who sends a notice: one process at a time, by one UPDATE that names what is free.

That holds on every database without row locks. A process that dies leaves its claim
behind; when that has run out, another one tries again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone

from plans.models import Notice

# Longer than any attempt takes.
LEASE = timedelta(minutes=5)


def claim(notice: Notice) -> tuple[UUID, list[Notice]]:
    """Claim a due notice; of a digest, all that are due to this person. None of them
    when another process was faster."""
    now, claimed_by = timezone.now(), uuid4()
    rows = Notice.objects.due(now)
    if notice.is_digest:
        rows = rows.filter(recipient=notice.recipient_id, is_digest=True)
    else:
        rows = rows.filter(pk=notice.pk)
    if not rows.update(
        claimed_by=claimed_by, claimed_until=now + LEASE, attempts=F("attempts") + 1
    ):
        return claimed_by, []
    claimed = Notice.objects.filter(claimed_by=claimed_by).order_by("pk")
    return claimed_by, list(claimed.select_related("recipient", "webhook", "plan"))


def settle(claimed_by: UUID, state: Notice.State) -> None:
    """No more attempts. What the notice was about is not kept."""
    Notice.objects.waiting().filter(claimed_by=claimed_by).update(
        state=state, settled_at=timezone.now(), claimed_until=None, facts={}
    )


def release(
    claimed_by: UUID, *, after: timedelta = timedelta(), counts: bool = True
) -> None:
    """Try again later. `counts`: whether it was an attempt of this notice, or the mail
    server was away for all."""
    rows = Notice.objects.waiting().filter(claimed_by=claimed_by)
    values: dict[str, Any] = {} if counts else {"attempts": F("attempts") - 1}
    if after:
        values["due_at"] = timezone.now() + after
    rows.update(claimed_by=None, claimed_until=None, **values)
