"""The state of each plan's sign-off as a column, for lists that filter and count by it,
and with it the approvals that are not settled, as entries of their register.

A state follows from a plan's rows, and every action that writes them takes the next
change number. So a state that was computed at the plan's present number is true; one of
an earlier number is computed again before anybody filters by it. No action has to keep
it, and none can forget to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress

from django.db import DatabaseError, transaction
from django.db.models import F

from plans.models import Plan, Version
from plans.reviews.model import ReviewStatus
from plans.reviews.open_approvals import keep_open_approvals
from plans.reviews.status import review_statuses

_BATCH = 200


def refresh_states() -> int:
    """Compute the states that may be out of date; how many there were. One query where
    there is none."""
    unknown = Plan.objects.exclude(state_number=F("change_number")).order_by()
    numbers = dict(unknown.values_list("pk", "change_number"))
    for ids in _batches(sorted(numbers)):
        _keep(ids, numbers, _statuses_of(ids))
    return len(numbers)


def forget_states() -> None:
    """Have every state computed again: rows may have been changed by hand."""
    Plan.objects.update(state_number=0)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _statuses_of(ids: Sequence[int]) -> dict[int, ReviewStatus]:
    """By the ids of the plans. Most that change are drafts, which one query tells."""
    versions = Version.objects.filter(plan__in=ids).order_by()
    submitted = set(versions.values_list("plan", flat=True))
    return review_statuses(list(Plan.objects.filter(pk__in=submitted)))


def _keep(
    ids: Sequence[int], numbers: dict[int, int], statuses: dict[int, ReviewStatus]
) -> None:
    """Store the states of plans that are still at the change they were computed at.
    A plan that somebody is changing just now is left for the next time, so that this
    waits for no one."""
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    with suppress(DatabaseError), transaction.atomic():
        rows = Plan.objects.select_for_update(skip_locked=True).order_by("pk")
        plans = [
            plan
            for plan in rows.filter(pk__in=ids).only("change_number")
            if plan.change_number == numbers[plan.pk]
        ]
        for plan in plans:
            status = statuses.get(plan.pk)
            state = status.name if status else "draft"
            alike[numbers[plan.pk], state].append(plan.pk)
        keep_open_approvals([(plan, statuses.get(plan.pk)) for plan in plans])
        for (number, state), group in alike.items():
            Plan.objects.filter(pk__in=group).update(
                review_state=state, state_number=number
            )
