"""Locking a plan against edits of its text, and unlocking it.

Comments, assignments and sign-off go on. What is refused, and where, is decided in
`permissions.may_write` and, for every action at once, in `change_log.log_change`.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.errors import Refused
from plans.models import Change, Membership, Plan, User
from plans.models.plan import LONGEST_REASON


@transaction.atomic
def lock_editing(
    *, plan: Plan, actor: User, reason: str = "", member: Membership | None = None
) -> None:
    """Nobody edits the text from now on. `reason` is shown with the lock."""
    require(permissions.may_manage(membership(plan, actor, member)))
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Refused(
            f"The reason has {len(reason)} characters; it can have up to "
            f"{LONGEST_REASON}. Shorten it."
        )
    number = lock_plan(plan)
    if plan.is_locked:
        return unlock_unchanged(plan)
    plan.locked_by, plan.locked_at, plan.lock_reason = actor, timezone.now(), reason
    _store(plan)
    _record(plan, actor, number, Change.Verb.PLAN_LOCKED, reason)


@transaction.atomic
def unlock_editing(
    *, plan: Plan, actor: User, member: Membership | None = None
) -> None:
    """Editors edit again; any owner may allow it, whoever locked it."""
    require(permissions.may_manage(membership(plan, actor, member)))
    number = lock_plan(plan)
    if not plan.is_locked:
        return unlock_unchanged(plan)
    plan.locked_by, plan.locked_at, plan.lock_reason = None, None, ""
    _store(plan)
    _record(plan, actor, number, Change.Verb.PLAN_UNLOCKED)


def _store(plan: Plan) -> None:
    plan.save(update_fields=["locked_by", "locked_at", "lock_reason"])


def _record(
    plan: Plan, actor: User, number: int, verb: Change.Verb, reason: str = ""
) -> None:
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=[],
        label=f"{plan.title}: {reason}" if reason else plan.title,
    )
