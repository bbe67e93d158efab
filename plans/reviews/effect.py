"""What another text of a plan would do to the sign-offs that count now."""

from __future__ import annotations

from dataclasses import dataclass

from plans import document as doc
from plans.models import Plan
from plans.reviews.model import ApprovalStatus
from plans.reviews.staleness import mark_edits_in
from plans.reviews.status import review_status


@dataclass(frozen=True)
class Effect:
    """The sign-offs that would no longer count, and those that would again."""

    stale: list[ApprovalStatus]
    valid_again: list[ApprovalStatus]


def effect_of(plan: Plan, document: doc.Document) -> Effect:
    now, then = review_status(plan), review_status(plan)
    if then.version is not None:
        then.is_edited = False
        for slot in then.slots:
            slot.is_stale = False
        mark_edits_in(then, plan, document)
    before = {slot.approval.pk for slot in now.valid_slots}
    after = {slot.approval.pk for slot in then.valid_slots}
    return Effect(
        [slot for slot in now.valid_slots if slot.approval.pk not in after],
        [slot for slot in then.valid_slots if slot.approval.pk not in before],
    )
