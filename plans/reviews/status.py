"""The status of sign-off, computed from what is stored whenever it is asked for.

Whether a sign-off is valid is a comparison of digests, not a flag that an action could
forget to clear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Subquery

from plans.models import (
    Approval,
    Approver,
    Change,
    Guest,
    InvitedSeat,
    Membership,
    Plan,
    ReviewRules,
    Version,
)
from plans.models.compiled import quick_rows
from plans.models.plan import related_rows
from plans.reviews import digests
from plans.reviews.decisions import DecisionLog
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus
from plans.reviews.staleness import mark_edits


def review_status(plan: Plan) -> ReviewStatus:
    """By the rules that are stored now, whatever came with the plan: decisions rest
    on them."""
    return _statuses([plan], ReviewRules.objects.in_bulk([plan.pk]))[plan.pk]


def review_statuses(plans: Sequence[Plan]) -> dict[int, ReviewStatus]:
    """By plan id, for lists; the number of queries does not depend on the number of
    plans. Rules that came with a plan are not read again."""
    return _statuses(plans, related_rows(plans, "review_rules", ReviewRules))


def _statuses(
    plans: Sequence[Plan], rules: dict[int, ReviewRules]
) -> dict[int, ReviewStatus]:
    ids = [plan.pk for plan in plans]
    statuses = {
        pk: ReviewStatus(rules.get(pk) or ReviewRules(plan_id=pk)) for pk in ids
    }
    for version in _newest_versions(ids):
        statuses[version.plan_id].version = version
    log = DecisionLog([pk for pk in ids if statuses[pk].version])
    for slot in _slots(ids):
        statuses[slot.plan_id].slots.append(slot)
    for status in statuses.values():
        for slot in status.slots:
            for approver in slot.approvers:
                log.fill_in(approver, slot, status)
    moved = [
        (plan, statuses[plan.pk].edition)
        for plan in plans
        if getattr(statuses[plan.pk].version, "moved", False)
    ]
    current = digests.load_current_digests(moved)
    mark_edits([(statuses[plan.pk], text) for plan, text in current])
    return statuses


def _newest_versions(plan_ids: list[int]) -> Iterable[Version]:
    """Each with `moved`: whether a later change edited the plan's rows."""
    newest = Version.objects.filter(plan__in=plan_ids).order_by().values("plan")
    later = Change.objects.filter(
        plan=OuterRef("plan"), number__gt=OuterRef("change_number")
    ).exclude(edits=[])
    return quick_rows(
        Version.objects.filter(
            pk__in=newest.annotate(newest=Max("pk")).values("newest")
        )
        .defer("markdown")
        .select_related("author", "last_writer")
        .annotate(moved=Exists(later))
    )


def _slots(plan_ids: list[int]) -> list[ApprovalStatus]:
    """The slots of the plans, in document order, with their approvers."""
    invited = InvitedSeat.objects.filter(approval=OuterRef("pk"), is_named=True)
    approvals = (
        Approval.objects.present()
        .filter(item__block__section__plan__in=plan_ids)
        .order_by(
            "item__block__section__position", "item__block__position", "item__position"
        )
        .annotate(
            awaits_invited=Exists(invited),
            plan_number=F("item__block__section__plan"),
            text_version=F("item__version"),
        )
    )
    slots: dict[int, ApprovalStatus] = {}
    after: dict[int, list[int]] = {}
    approval: Any
    for approval, after[approval.pk] in approvals.with_predecessors():
        slots[approval.pk] = ApprovalStatus(
            approval,
            plan_id=approval.plan_number,
            text_version=approval.text_version,
            awaits_invited=approval.awaits_invited,
        )
    # Filter by slot ids: filtering by plan would join all items once more.
    team = OuterRef("approval__item__block__section__plan__team")
    members = Membership.objects.filter(user=OuterRef("user"), team=team)
    seats = Approver.objects.filter(approval__in=list(slots))
    plan = OuterRef("approval__item__block__section__plan")
    guests = Guest.objects.live().filter(user=OuterRef("user"), plan=plan)
    seats = seats.annotate(
        role=Subquery(members.values("role")[:1]), is_guest=Exists(guests)
    )
    for seat in quick_rows(seats.select_related("user", "in_place_of")):
        approver = ApproverStatus(
            seat.user, seat.in_place_of, unable_reason=_unable_reason(seat)
        )
        slots[seat.approval_id].approvers.append(approver)
    for slot_id, slot in slots.items():
        slot.waits_for.extend(slots[pk] for pk in after[slot_id] if pk in slots)
    return list(slots.values())


def _unable_reason(seat: Any) -> str:
    """Why an approver cannot sign, worded to follow their name; "" if they can."""
    if seat.role is None and not seat.is_guest:
        if seat.user.is_guest:
            return "is no longer a guest"
        return "is no longer in the team"
    if not seat.user.is_active:
        return "has a deactivated account"
    return "is a viewer" if seat.role == Membership.Role.VIEWER else ""
