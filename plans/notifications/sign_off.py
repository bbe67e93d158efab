"""Notices about sign-off."""

from __future__ import annotations

from collections.abc import Iterable

from plans.models import AuditRecord, InboxMark, Membership, Notice, Plan, User
from plans.notifications import notify
from plans.notifications.outbox import Facts, add_notices
from plans.reviews.model import ApprovalStatus, ReviewStatus

_OBJECTIONS = (AuditRecord.Kind.CHANGES_REQUESTED, AuditRecord.Kind.DECLINED)


def request_sign_off(
    plan: Plan,
    state: ReviewStatus,
    slots: Iterable[ApprovalStatus],
    *,
    is_reminder: bool = False,
    only: User | None = None,
    key: str = "",
) -> list[User]:
    """Ask each approver whose decision is pending in these slots; returns them.

    `key`: of a reminder that is written by the clock.
    """
    people: dict[User, Facts] = {
        approver.user: {}
        for slot in slots
        for approver in slot.open_approvers
        if only in (None, approver.user)
    }
    if people and state.version:
        version = state.version
        add_notices(
            kind=Notice.Kind.SIGN_OFF,
            plan=plan,
            actor=version.author,
            to=people,
            topic=f"sign {plan.pk}",
            facts={"version": version.pk, "is_reminder": is_reminder},
            key=key,
        )
    return list(people)


def bring_back(slots: Iterable[ApprovalStatus]) -> None:
    """What the approvers of these slots have snoozed or marked as done is in their
    inboxes again, because they are reminded of it."""
    for slot in slots:
        ids = [approver.user.pk for approver in slot.open_approvers]
        # As plans.page.inbox.entries.Entry.key says it.
        marks = InboxMark.objects.filter(user__in=ids, key=f"sign:{slot.approval.pk}")
        if marks.update(snoozed_until=None, done_at=None, read_at=None):
            for pk in ids:
                notify.publish_inbox_change(pk)


def notify_of_decision(plan: Plan, state: ReviewStatus, record: AuditRecord) -> None:
    """Tell the submitter of a version an approver's decision and the new status."""
    version = state.version
    if version is None:
        return
    members = Membership.objects.filter(team=plan.team_id, user__is_active=True)
    tells_author = (
        version.author_id != record.actor_id
        and members.filter(user=version.author_id).exists()
    )
    is_objection = record.kind in _OBJECTIONS
    add_notices(
        kind=Notice.Kind.CHANGES if is_objection else Notice.Kind.DECISION,
        plan=plan,
        actor=record.actor,
        to={version.author: {}} if tells_author else {},
        topic=f"decision {plan.pk} {record.actor_id}",
        facts={"record": record.pk, "status": state.label},
    )
