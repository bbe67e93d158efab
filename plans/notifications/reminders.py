"""Reminders that nobody has to send: written when so many working days have passed
since a version was submitted (plans.models.ReminderRules)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from plans.models import Membership, Notice, Plan, ReminderRules
from plans.notifications.due_dates import (
    FRIDAY,
    add_working_days,
    days_off_of,
    requested_on,
)
from plans.notifications.outbox import add_notices
from plans.notifications.sign_off import bring_back, request_sign_off
from plans.reviews.model import ReviewStatus
from plans.reviews.rules import awaits_decision
from plans.reviews.status import review_statuses

# By the server's clock, on working days: nobody is reminded at night.
FROM_HOUR = 8
# Of one request: then the owners have been told, or nobody wants to be.
MAX_REMINDERS = 10
# Plans whose status is computed together.
BATCH = 100


def write_due(today: date | None = None) -> None:
    """Write the reminders of today. Several processes may do so at the same time, and
    again: each notice has a key."""
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    if today is None and (now.hour < FROM_HOUR or now.weekday() > FRIDAY):
        return
    today = today or now.date()
    rules = ReminderRules.objects.filter(plan__archived=False)
    rows = list(rules.select_related("plan__team").order_by("pk"))
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        days_off = days_off_of(rule.plan.team_id for rule in batch)
        states = review_statuses([rule.plan for rule in batch])
        for rule in batch:
            state, off = states[rule.plan_id], days_off[rule.plan.team_id]
            if state.version and not state.has_expired and today not in off:
                _remind(rule, rule.plan, state, today, off)


def _remind(
    rule: ReminderRules,
    plan: Plan,
    state: ReviewStatus,
    today: date,
    off: set[date],
) -> None:
    """`off`: the days on which the team does not work."""
    version = state.version
    assert version
    slots = [
        slot
        for slot in state.slots
        if awaits_decision(state, slot) and slot.open_approvers
    ]
    if not slots:
        return
    requested = requested_on(version)
    if rule.remind_after:
        passed = [
            number
            for number in range(1, MAX_REMINDERS + 1)
            if add_working_days(requested, rule.remind_after * number, off) <= today
        ]
        # Of several that are due at once, after a time without a sender, the last.
        if passed:
            key = f"remind-{version.pk}-{requested:%Y%m%d}-{passed[-1]}"
            request_sign_off(plan, state, slots, is_reminder=True, key=key)
            rules = ReminderRules.objects.filter(pk=rule.pk)
            if rules.exclude(last_reminder=key).update(last_reminder=key):
                bring_back(slots)
    if (
        rule.escalate_after
        and add_working_days(requested, rule.escalate_after, off) <= today
    ):
        owners = Membership.objects.filter(
            team=plan.team_id, role=Membership.Role.OWNER, user__is_active=True
        )
        add_notices(
            kind=Notice.Kind.OVERDUE,
            plan=plan,
            actor=version.author,
            to={owner.user: {} for owner in owners.select_related("user")},
            topic=f"overdue {plan.pk}",
            facts={"version": version.pk},
            key=f"overdue-{version.pk}-{requested:%Y%m%d}",
        )
