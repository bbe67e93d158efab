"""The approvals pending with one person, across all of their plans."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from plans import permissions
from plans.models import Approval, AuditRecord, Plan, User, Version
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus
from plans.reviews.rules import awaits_decision
from plans.reviews.status import review_statuses


@dataclass(frozen=True)
class PendingApproval:
    """One slot of an approver, with the status of its plan."""

    plan: Plan
    slot: ApprovalStatus
    approver: ApproverStatus
    state: ReviewStatus


def pending_approvals(user: User) -> dict[str, list[PendingApproval]]:
    """`to_sign`: it is their turn; `later`: another approver comes first, or the plan
    has to be submitted again; `conditions`: their approvals with an open condition."""
    pending: dict[str, list[PendingApproval]] = {
        "to_sign": [],
        "later": [],
        "conditions": [],
    }
    memberships = user.memberships.select_related("team")
    members = {member.team_id: member for member in memberships}
    plans = _plans_with_open_slots(user)
    states = review_statuses(plans)
    for plan in plans:
        state = states[plan.pk]
        for slot in state.slots:
            approver = slot.approver_for(user)
            ids = [one.user.pk for one in slot.approvers]
            member = members.get(plan.team_id)
            if not approver or not permissions.may_sign(member, slot.approval, ids):
                continue
            approval = PendingApproval(plan, slot, approver, state)
            if approver.state == "condition":
                pending["conditions"].append(approval)
            elif approver in slot.open_approvers and not state.has_expired:
                is_turn = awaits_decision(state, slot)
                pending["to_sign" if is_turn else "later"].append(approval)
    return pending


def _plans_with_open_slots(user: User) -> list[Plan]:
    """Plans with a slot in which the user has not approved the newest version.

    Filtered in the database: the time depends on what is left to sign, not on history.
    """
    versions = Version.objects.filter(plan=OuterRef("item__block__section__plan"))
    newest = versions.order_by("-number").values("pk")[:1]
    approved = AuditRecord.objects.filter(
        approval=OuterRef("pk"),
        actor=user,
        version=OuterRef("newest"),
        kind=AuditRecord.Kind.APPROVED,
    )
    withdrawn = AuditRecord.objects.filter(
        approval=OuterRef("pk"), actor=user, kind=AuditRecord.Kind.WITHDRAWN
    )
    slots = (
        Approval.objects.for_approver(user)
        .annotate(newest=Subquery(newest))
        .exclude(newest=None)
        .filter(~Exists(approved) | Exists(withdrawn))
    )
    # Two queries: with one, PostgreSQL would read every plan.
    ids = set(slots.values_list("item__block__section__plan", flat=True))
    plans = Plan.objects.filter(pk__in=ids)
    return list(plans.select_related("team").order_by("-updated_at"))
