"""Which sign-offs wait for a person, across all of their plans."""

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
    """One slot of somebody's, and where the review of its plan stands."""

    plan: Plan
    slot: ApprovalStatus
    approver: ApproverStatus
    state: ReviewStatus


def pending_approvals(user: User) -> dict[str, list[PendingApproval]]:
    """`to_sign`: their turn now; `later`: somebody else comes first, or the plan has to
    be submitted anew; `conditions`: their own approvals whose condition is open."""
    found: dict[str, list[PendingApproval]] = {
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
            asked = PendingApproval(plan, slot, approver, state)
            if approver.state == "condition":
                found["conditions"].append(asked)
            elif approver in slot.open_approvers and not state.has_expired:
                found["to_sign" if awaits_decision(state, slot) else "later"].append(
                    asked
                )
    return found


def _plans_with_open_slots(user: User) -> list[Plan]:
    """Plans in which this person has not approved the newest version in some slot.

    In the database, so that it takes as long as there is to sign, not as there was.
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
    # In two queries: in one, PostgreSQL reads every plan to find these.
    ids = set(slots.values_list("item__block__section__plan", flat=True))
    plans = Plan.objects.filter(pk__in=ids)
    return list(plans.select_related("team").order_by("-updated_at"))
