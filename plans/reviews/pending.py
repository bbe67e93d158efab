"""The approvals pending with one person, across all of their plans."""

from __future__ import annotations

from dataclasses import dataclass, field

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


# Of more plans than these, one page is looked at: what waits in a plan is computed.
PLANS_PER_PAGE = 100


@dataclass(frozen=True)
class PendingPage:
    """What is pending in a page of a person's plans, those that changed last first.

    `to_sign`: it is their turn; `later`: another approver comes first, or the plan has
    to be submitted again; `conditions`: their approvals with an open condition.
    `plans`: how many plans there are on all pages.
    """

    number: int
    plans: int
    to_sign: list[PendingApproval] = field(default_factory=list)
    later: list[PendingApproval] = field(default_factory=list)
    conditions: list[PendingApproval] = field(default_factory=list)

    @property
    def first(self) -> int:
        return (self.number - 1) * PLANS_PER_PAGE + 1

    @property
    def last(self) -> int:
        return min(self.number * PLANS_PER_PAGE, self.plans)

    @property
    def is_all(self) -> bool:
        return self.plans <= PLANS_PER_PAGE

    @property
    def has_next(self) -> bool:
        return self.last < self.plans


def pending_approvals(user: User, number: int = 1) -> PendingPage:
    """A page of what waits for a person; the last one, if there are not so many."""
    memberships = user.memberships.select_related("team")
    members = {member.team_id: member for member in memberships}
    ids = _ids_with_open_slots(user)
    pages = max(1, -(-len(ids) // PLANS_PER_PAGE))
    pending = PendingPage(min(number, pages), len(ids))
    plans = ids[pending.first - 1 : pending.last]
    shown = list(Plan.objects.filter(pk__in=plans).select_related("team"))
    shown.sort(key=lambda plan: plans.index(plan.pk))
    states = review_statuses(shown)
    for plan in shown:
        state = states[plan.pk]
        for slot in state.slots:
            approver = slot.approver_for(user)
            approvers = [one.user.pk for one in slot.approvers]
            member = members.get(plan.team_id)
            if not approver or not permissions.may_sign(
                member, slot.approval, approvers
            ):
                continue
            approval = PendingApproval(plan, slot, approver, state)
            if approver.state == "condition":
                pending.conditions.append(approval)
            elif approver in slot.open_approvers and not state.has_expired:
                is_turn = awaits_decision(state, slot)
                (pending.to_sign if is_turn else pending.later).append(approval)
    return pending


def _ids_with_open_slots(user: User) -> list[int]:
    """The ids of plans with a slot in which the user has not approved the newest
    version, newest change first.

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
    plans = Plan.objects.filter(pk__in=ids).order_by("-updated_at", "-pk")
    return list(plans.values_list("pk", flat=True))
