"""Mail about sign-off, sent once the transaction that it is about is committed."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.mail import EmailMessage
from django.urls import reverse

from plans.models import AuditRecord, Membership, Plan, User
from plans.notifications.mail import message_about, send_on_commit
from plans.reviews.model import ApprovalStatus, ReviewStatus


def request_sign_off(
    plan: Plan,
    state: ReviewStatus,
    slots: Iterable[ApprovalStatus],
    *,
    is_reminder: bool = False,
    only: User | None = None,
) -> list[User]:
    """Mail each approver whose decision is pending in these slots; returns them."""
    roles_by_user: dict[User, list[str]] = {}
    for slot in slots:
        for approver in slot.open_approvers:
            if only in (None, approver.user):
                roles_by_user.setdefault(approver.user, []).append(slot.approval.role)
    subject = f"{'Reminder: p' if is_reminder else 'P'}lease sign: {plan.title}"
    mails = [
        _message(plan, person, subject, "mail/ask.txt", state=state, roles=roles)
        for person, roles in roles_by_user.items()
    ]
    send_on_commit(mails, about=f"sign {plan.pk}")
    return list(roles_by_user)


def notify_of_decision(plan: Plan, state: ReviewStatus, record: AuditRecord) -> None:
    """Mail the submitter of a version an approver's decision and the new status."""
    version = state.version
    if version is None or version.author_id == record.actor_id:
        return
    members = Membership.objects.filter(team=plan.team_id, user__is_active=True)
    if not members.filter(user=version.author_id).exists():
        return
    subject = f"{record.role}: {record.get_kind_display().lower()} ({plan.title})"
    send_on_commit(
        [
            _message(
                plan,
                version.author,
                subject,
                "mail/decided.txt",
                state=state,
                record=record,
            )
        ],
        about=f"decision {plan.pk} {record.actor_id}",
    )


def _message(
    plan: Plan, person: User, subject: str, template: str, **context: object
) -> EmailMessage:
    place = reverse("plans:review", args=[plan.slug])
    return message_about(plan, person, subject, template, place=place, **context)
