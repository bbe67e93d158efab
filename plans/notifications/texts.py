"""What a notice says: the same words for mail, digest and webhooks.

Read from the database when it is sent: what is gone, settled, or no longer for this
person by then, has no text, and is not sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.urls import reverse

from plans import formats
from plans.formats import with_zone
from plans.models import (
    AuditRecord,
    Comment,
    Guest,
    Invitation,
    Item,
    Notice,
    Plan,
    Section,
    Thread,
    User,
    Version,
)
from plans.notifications.due_dates import due_date_of
from plans.notifications.guests import guest_path
from plans.reviews.rules import awaits_decision
from plans.reviews.status import review_status
from plans.sealing import unseal

LONGEST_QUOTE = 600


@dataclass(frozen=True)
class NoticeText:
    """`line`: to the recipient, in one sentence, for digests and above the rest of a
    mail; `news`: the same for everybody, for webhooks. `path`: where the button leads.
    `digest`: of the text that is to be signed."""

    subject: str
    line: str
    news: str
    button: str
    path: str
    details: tuple[str, ...] = ()
    quote: str = ""
    digest: str = ""

    @property
    def url(self) -> str:
        return settings.PLANNER_URL + self.path


def text_of(notice: Notice) -> NoticeText | None:
    """None where there is nothing to tell any more."""
    if notice.plan and not may_still_see(notice, notice.plan):
        return None
    with formats.written_for(notice.recipient):
        text = _TEXTS[Notice.Kind(notice.kind)](notice)
    if text and notice.recipient and notice.recipient.is_guest:
        return replace(text, path=guest_path(notice.recipient))
    return text


def may_still_see(notice: Notice, plan: Plan) -> bool:
    """Whether the recipient may see the plan now."""
    if notice.webhook:
        return plan.team_id == notice.webhook.team_id
    if notice.recipient is None or not notice.recipient.is_active:
        return False
    return Plan.objects.visible_to(notice.recipient).filter(pk=plan.pk).exists()


def _sign_off(notice: Notice) -> NoticeText | None:
    plan, version = notice.plan, _version(notice)
    if plan is None or version is None:
        return None
    state = review_status(plan)
    if state.version != version or state.has_expired:
        return None
    if notice.recipient:
        roles = [
            slot.approval.role
            for slot in state.slots
            if awaits_decision(state, slot)
            and any(one.user == notice.recipient for one in slot.open_approvers)
        ]
        if not roles:
            return None
    else:
        roles = []
    reminder = notice.facts.get("is_reminder", False)
    what = f"version {version.number} of the plan “{plan.title}”"
    details = [
        *roles,
        f"{version.author.name} submitted it on {with_zone(version.created_at)}.",
    ]
    if due := due_date_of(plan, version):
        details.append(f"Please decide by {formats.write(due, 'day')}.")
    if version.expires_at:
        details.append(f"The request expires on {with_zone(version.expires_at)}.")
    people = ", ".join(notice.facts.get("people", [])) or "The approvers"
    verb = "was reminded" if reminder else "was asked"
    if len(notice.facts.get("people", [])) != 1:
        verb = verb.replace("was", "were")
    return NoticeText(
        subject=f"{'Reminder: p' if reminder else 'P'}lease sign: {plan.title}",
        line=f"{what.capitalize()[0]}{what[1:]} is ready for you to sign.",
        news=f"{people} {verb} to sign {what}, submitted by {version.author.name}.",
        details=tuple(details),
        digest=version.sha256,
        button="Read and sign",
        path=reverse("plans:review", args=[plan.slug]),
    )


def _version(notice: Notice) -> Version | None:
    rows = Version.objects.defer("markdown").select_related("author")
    return rows.filter(pk=notice.facts["version"]).first()


def _decided(notice: Notice) -> NoticeText | None:
    rows = AuditRecord.objects.select_related("version")
    record = rows.filter(pk=notice.facts["record"]).first()
    plan = notice.plan
    if record is None or record.version is None or plan is None:
        return None
    decision = record.get_kind_display()
    what = f"version {record.version.number} of “{plan.title}” for {record.role}"
    line = f"{record.name} decided on {what}: {decision}."
    return NoticeText(
        subject=f"{record.role}: {decision.lower()} ({plan.title})",
        line=line,
        news=line,
        details=(f"Status of the plan: {notice.facts['status']}.",),
        quote=_excerpt(record.comment),
        button="Open the sign-off",
        path=reverse("plans:review", args=[plan.slug]),
    )


def _assigned(notice: Notice) -> NoticeText | None:
    plan, facts = notice.plan, notice.facts
    if plan is None:
        return None
    kind = "section" if "section" in facts else "item"
    rows = Section.objects if kind == "section" else Item.objects
    row = rows.present().filter(pk=facts[kind]).first()
    if row is None or row.assignee_id is None:
        return None
    if notice.recipient and row.assignee_id != notice.recipient.pk:
        return None
    label = facts["label"]
    due = f"due {_day(facts['due'])}" if facts["due"] else ""
    who = _name(notice)
    people = ", ".join(facts.get("people", []))
    return NoticeText(
        subject=f"Assigned to you: {label} ({plan.title})",
        line=f"{who} assigned this to you in the plan “{plan.title}”: {label}"
        + (f", {due}." if due else "."),
        news=f"{who} assigned “{label}” in the plan “{plan.title}” to {people}.",
        button="Open it",
        path=f"{plan.get_absolute_url()}#{kind}-{facts[kind]}",
    )


def _mentioned(notice: Notice) -> NoticeText | None:
    comment = _comment(notice)
    if comment is None or notice.plan is None:
        return None
    if notice.recipient and not comment.mentions.filter(user=notice.recipient).exists():
        return None
    people = ", ".join(notice.facts.get("people", []))
    where = f"on {notice.facts['label']} in the plan “{notice.plan.title}”"
    name = comment.author.name
    short, news = f"{name} mentioned you", f"{name} mentioned {people} in a comment"
    line = f"{short} in a comment"
    if comment.asks:
        line = short = f"{name} asks you a question"
        news = f"{name} asks {people} a question"
    return NoticeText(
        subject=f"{short}: {notice.plan.title}",
        line=f"{line} {where}.",
        news=f"{news} {where}.",
        quote=_excerpt(comment.text) if notice.recipient else "",
        button="Read and reply",
        path=comment.thread.get_absolute_url(),
    )


def _answered(notice: Notice) -> NoticeText | None:
    """A reply in one's thread, or a question that an edit of the text took away."""
    facts, plan = notice.facts, notice.plan
    if plan is None:
        return None
    if "comment" in facts:
        comment = _comment(notice)
        if comment is None:
            return None
        thread, text = comment.thread, comment.text
        is_question, path = thread.is_question, thread.get_absolute_url()
    elif "item" in facts:
        text, is_question = facts["question"], True
        path = f"{plan.get_absolute_url()}#item-{facts['item']}"
    else:
        row = Thread.objects.select_related("plan").filter(pk=facts["thread"]).first()
        if row is None or row.resolved_at is None:
            return None
        text, is_question, path = row.quote, row.is_question, row.get_absolute_url()
    what = "the question" if is_question else "the comment"
    yours = what.replace("the", "your") if facts.get("is_yours") else what
    verb = "answered" if is_question else "replied to"
    if "comment" not in facts:
        verb = "resolved"
    where = f"on {facts['label']} in the plan “{plan.title}”"
    return NoticeText(
        subject=f"{_name(notice)} {verb} {yours}: {plan.title}",
        line=f"{_name(notice)} {verb} {yours} {where}.",
        news=f"{_name(notice)} {verb} {what} {where}.",
        quote=_excerpt(text) if notice.recipient else "",
        button="Read it",
        path=path,
    )


def _comment(notice: Notice) -> Comment | None:
    rows = Comment.objects.select_related("author", "thread__plan")
    return rows.filter(pk=notice.facts["comment"], removed_by=None).first()


def _overdue(notice: Notice) -> NoticeText | None:
    plan, version = notice.plan, _version(notice)
    if plan is None or version is None:
        return None
    state = review_status(plan)
    waits = []
    for slot in state.slots:
        if awaits_decision(state, slot) and slot.open_approvers:
            names = ", ".join(one.user.name for one in slot.open_approvers)
            waits.append(f"{slot.approval.role}: {names}")
    if state.version != version or state.has_expired or not waits:
        return None
    line = (
        f"Version {version.number} of the plan “{plan.title}” still waits for "
        f"{len(waits)} sign-off{'s' if len(waits) > 1 else ''}."
    )
    return NoticeText(
        subject=f"Overdue sign-off: {plan.title}",
        line=line,
        news=line,
        details=(
            *waits,
            f"{version.author.name} submitted it on {with_zone(version.created_at)}.",
        ),
        button="Open the sign-off",
        path=reverse("plans:review", args=[plan.slug]),
    )


def _invited(notice: Notice) -> NoticeText | None:
    rows = Invitation.objects.live().select_related("team", "created_by")
    invitation = rows.filter(pk=notice.facts["invitation"]).first()
    token = unseal(notice.facts["token"])
    if invitation is None or token is None:
        return None
    inviter, team = invitation.created_by.name, invitation.team.name
    line = (
        f"{inviter} invited you to the team “{team}” as "
        f"{invitation.get_role_display().lower()}{_and_asks(invitation)}."
    )
    return NoticeText(
        subject=f"{inviter} invited you to {team}",
        line=line,
        news=line,
        details=(
            "In the planner, the team writes and signs its implementation plans "
            "together.",
            f"Join by {with_zone(invitation.expires_at)}. The link works once. If you "
            "weren’t expecting it, ignore this email.",
        ),
        button="Join the team",
        path=reverse("plans:join", args=[token]),
    )


def _and_asks(invitation: Invitation) -> str:
    """What somebody is asked to sign once they have joined."""
    seats = invitation.invited_seats.filter(is_named=True).select_related(
        "approval__item__block__section__plan"
    )
    seat = seats.first()
    if seat is None:
        return ""
    title = seat.approval.item.block.section.plan.title
    return f", and asks you to sign the plan “{title}”: {seat.approval.role}"


def _guest(notice: Notice) -> NoticeText | None:
    guests = Guest.objects.live().select_related("plan__team", "user", "invited_by")
    guest = guests.filter(pk=notice.facts["guest"]).first()
    if guest is None:
        return None
    inviter, role = guest.invited_by.name, notice.facts["role"]
    line = (
        f"{inviter} ({guest.plan.team.name}) asks you to review the plan "
        f"“{guest.plan.title}”" + (f", and to sign it for: {role}." if role else ".")
    )
    return NoticeText(
        subject=f"{inviter} asks you to review: {guest.plan.title}",
        line=line,
        news=line,
        details=(
            "You need no password: the page sends you a one-time code by email, and "
            "another one when you sign.",
            f"You have access until {with_zone(guest.expires_at)}. If you weren’t "
            "expecting this, ignore this email.",
        ),
        button="Review the plan",
        path=guest_path(guest.user),
    )


def _test(notice: Notice) -> NoticeText | None:
    line = f"{_name(notice)} sent this test from the planner."
    return NoticeText(
        subject="Test",
        line=line,
        news=line,
        button="Open the planner",
        path=reverse("plans:plan_list"),
    )


_TEXTS: dict[Notice.Kind, Callable[[Notice], NoticeText | None]] = {
    Notice.Kind.SIGN_OFF: _sign_off,
    Notice.Kind.CHANGES: _decided,
    Notice.Kind.DECISION: _decided,
    Notice.Kind.ASSIGNED: _assigned,
    Notice.Kind.MENTION: _mentioned,
    Notice.Kind.ANSWER: _answered,
    Notice.Kind.OVERDUE: _overdue,
    Notice.Kind.INVITATION: _invited,
    Notice.Kind.GUEST: _guest,
    Notice.Kind.TEST: _test,
}


def _name(notice: Notice) -> str:
    """Of who did what the notice is about."""
    actor = User.objects.filter(pk=notice.facts.get("actor")).first()
    return actor.name if actor else "Somebody"


def _excerpt(text: str) -> str:
    text = text.strip()
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rstrip() + " …"


def _day(iso: str) -> str:
    return formats.write(date.fromisoformat(iso), "day")


def _submitted(version: Version) -> str:
    return f"{version.author.name} submitted it on {with_zone(version.created_at)}."
