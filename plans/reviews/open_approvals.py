"""The approvals of a plan that are not settled: whom they wait for, and since when.

Nothing here depends on the clock or on who is in the team, so what is computed at a
change of the plan is true until the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from plans.models import Plan, RegisterEntry
from plans.models.register import NO_DATE
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus
from plans.reviews.rules import is_turn_of

# By rank, what needs somebody most last.
KINDS = ("turn", "waiting", "nobody", "condition", "stale", "changes", "declined")


@dataclass(frozen=True)
class OpenApproval:
    """`people`: the ids of those it waits for, or who said what keeps it open. `until`:
    the day on which the request ends."""

    approval: int
    kind: str
    since: datetime
    people: list[int] = field(default_factory=list)
    until: date = NO_DATE


def open_approvals(status: ReviewStatus) -> Iterator[OpenApproval]:
    """None of a plan that was never submitted."""
    if status.version is None:
        return
    asked_at, expires_at = status.version.created_at, status.version.expires_at
    until = timezone.localdate(expires_at) if expires_at else NO_DATE
    for slot in status.slots:
        pk, kind = slot.approval.pk, _kind(status, slot)
        if kind in ("waiting", "turn"):
            people = [one.user.pk for one in slot.approvers if one.state == "open"]
            yield OpenApproval(pk, kind, asked_at, people, until)
        elif kind == "nobody":
            yield OpenApproval(pk, kind, asked_at, until=until)
        elif kind:
            state = "approved" if kind == "stale" else kind
            deciders = [one for one in slot.approvers if one.state == state]
            since = min(_decided_at(one, asked_at) for one in deciders)
            yield OpenApproval(pk, kind, since, [one.user.pk for one in deciders])


def _kind(status: ReviewStatus, slot: ApprovalStatus) -> str:
    """ "" of a slot that is settled."""
    if slot.state == "approved":
        return "stale" if slot.is_stale else ""
    if slot.state != "open":
        return slot.state
    if not slot.approvers:
        return "nobody" if slot.approval.is_required else ""
    return "waiting" if is_turn_of(status, slot) else "turn"


def _decided_at(approver: ApproverStatus, otherwise: datetime) -> datetime:
    decision = approver.condition_met or approver.decision
    return decision.at if decision else otherwise


def keep_open_approvals(statuses: Sequence[tuple[Plan, ReviewStatus | None]]) -> None:
    """Replace the entries of these plans in the register of approvals. The caller has
    locked them."""
    register = RegisterEntry.Register.APPROVAL
    plans = [plan.pk for plan, _ in statuses]
    RegisterEntry.objects.filter(plan__in=plans, register=register).delete()
    RegisterEntry.objects.bulk_create(
        RegisterEntry(
            item_id=one.approval,
            plan=plan,
            register=register,
            rank=KINDS.index(one.kind),
            date=one.until,
            since=one.since,
            people=one.people,
        )
        for plan, status in statuses
        if status
        for one in open_approvals(status)
    )
