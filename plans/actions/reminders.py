"""When the approvers of a plan are reminded, and when its owners are told."""

from __future__ import annotations

from django.db import transaction

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.errors import Refused
from plans.models import Change, Membership, Plan, ReminderRules, User

# Working days.
LONGEST = 60


@transaction.atomic
def change_reminders(
    *,
    plan: Plan,
    actor: User,
    due_after: int | None,
    remind_after: int | None,
    escalate_after: int | None,
    member: Membership | None = None,
) -> ReminderRules:
    """In working days after a request; None for never. No sign-off depends on them, so
    they are in the plan's history and not in its evidence."""
    require(permissions.may_set_up(membership(plan, actor, member)))
    days = {
        "due_after": due_after,
        "remind_after": remind_after,
        "escalate_after": escalate_after,
    }
    for number in days.values():
        if number is not None and not 1 <= number <= LONGEST:
            raise Refused(f"Enter a number of working days from 1 to {LONGEST}.")
    turn = lock_plan(plan)
    rules, _ = ReminderRules.objects.get_or_create(plan=plan)
    if all(getattr(rules, name) == number for name, number in days.items()):
        unlock_unchanged(plan)
        return rules
    for name, number in days.items():
        setattr(rules, name, number)
    rules.save(update_fields=list(days))
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=Change.Verb.REVIEW_RULES_CHANGED,
        edits=[],
        label="reminders of sign-off",
    )
    return rules
