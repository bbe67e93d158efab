"""How a plan is signed off: its rules, what each slot asks, who takes whose place.

What is said here is no text of the plan, so it makes no sign-off stale; it goes into
the evidence instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from plans import permissions
from plans.actions.change_log import (
    lock_plan,
    log_slot_change,
    require,
    unlock_unchanged,
)
from plans.actions.evidence import append, record_completion
from plans.actions.membership import membership
from plans.errors import Outdated, Refused, changed_by
from plans.models import (
    Approval,
    Approver,
    AuditRecord,
    Change,
    Membership,
    Plan,
    ReviewRules,
    User,
)
from plans.models.approval import ApprovalQuerySet
from plans.notifications import sign_off
from plans.reviews.rules import RULES, awaits_decision
from plans.reviews.settings import (
    approver_settings,
    newest_rules_record,
    newest_slot_records,
)

Kind = AuditRecord.Kind
LONGEST_REQUEST = 365


@transaction.atomic
def change_rules(
    *,
    plan: Plan,
    actor: User,
    rules: dict[str, Any],
    seen: int | None = None,
    member: Membership | None = None,
) -> ReviewRules:
    """Switch rules on or off, say what makes a sign-off stale and how long a request
    lasts. `rules`: columns of ReviewRules, those that are left out stay. `seen`: the
    number of the newest record of a change of rules that the person knew of."""
    require(permissions.may_set_up(membership(plan, actor, member)))
    _check_rules(rules)
    turn = lock_plan(plan)
    if seen is not None and seen != newest_rules_record(plan):
        who = _changed_by(plan, actor, "the rules", kind=Kind.RULES_CHANGED)
        raise Outdated(
            f"{who} since you opened this page. Nothing was saved yet: check the "
            "current settings, then save again."
        )
    stored, _ = ReviewRules.objects.get_or_create(plan=plan)
    before = {name: getattr(stored, name) for name in rules}
    different = {name: rules[name] for name in rules if before[name] != rules[name]}
    if not different:
        unlock_unchanged(plan)
        return stored
    for name, value in different.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(different))
    details = {name: [before[name], value] for name, value in different.items()}
    append(plan=plan, actor=actor, turn=turn, kind=Kind.RULES_CHANGED, details=details)
    log_slot_change(
        plan, actor, turn, Change.Verb.REVIEW_RULES_CHANGED, "sign-off rules"
    )
    record_completion(plan=plan, actor=actor)
    return stored


def _check_rules(rules: dict[str, Any]) -> None:
    known = {rule.name for rule in RULES} | {"stale_on", "expires_after"}
    if unknown := rules.keys() - known:
        raise Refused(f"There is no rule called {', '.join(sorted(unknown))}.")
    if rules.get("stale_on", "any") not in ReviewRules.StaleOn.values:
        raise Refused("Choose what makes a sign-off stale.")
    days = rules.get("expires_after")
    if days is not None and not 1 <= days <= LONGEST_REQUEST:
        raise Refused(f"A request can be open for 1 to {LONGEST_REQUEST} days.")


@transaction.atomic
def change_slot(
    *,
    plan: Plan,
    approval: Approval,
    actor: User,
    is_required: bool,
    after: Sequence[Approval],
    covers: Sequence[str],
    seen: int | None = None,
    member: Membership | None = None,
) -> Approval:
    """Say whether a slot is required, which others come before it, and what it is
    about: the headings of `covers`, nothing for the whole plan. `seen`: the number of
    the newest record of a change of this slot that the person knew of."""
    require(permissions.may_set_up(membership(plan, actor, member)))
    turn = lock_plan(plan)
    slots, predecessors = _slots_and_order(plan)
    stored = slots.get(approval.pk)
    if stored is None:
        raise Outdated("This approval is no longer in the plan. Reload the page.")
    if seen is not None and seen != newest_slot_records(plan).get(stored.pk, 0):
        what = f"the setup of {stored.role}"
        who = _changed_by(plan, actor, what, kind=Kind.SLOT_CHANGED, approval=stored)
        raise Outdated(
            f"{who} since you opened this page. Nothing was saved yet: check the "
            "current settings, then save again."
        )
    _refuse_unless_others_are_required(slots, stored, is_required)
    earlier = sorted({slot.pk for slot in after})
    if not set(earlier) <= slots.keys():
        raise Outdated(
            "An approval that comes first is no longer in the plan. Reload the page."
        )
    _refuse_circle(stored.pk, earlier, predecessors)
    before = {
        "is_required": stored.is_required,
        "after": predecessors[stored.pk],
        "covers": stored.covers,
    }
    new = {"is_required": is_required, "after": earlier, "covers": list(covers)}
    different = {
        name: [before[name], new[name]] for name in new if before[name] != new[name]
    }
    if not different:
        unlock_unchanged(plan)
        return stored
    if "after" in different:
        stored.after.set(earlier)
    columns = different.keys() - {"after"}
    for name in columns:
        setattr(stored, name, new[name])
    if columns:
        stored.save(update_fields=columns)
    append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.SLOT_CHANGED,
        approval=stored,
        details=different,
    )
    log_slot_change(
        plan, actor, turn, Change.Verb.REVIEW_SLOT_CHANGED, stored.role, stored
    )
    record_completion(plan=plan, actor=actor)
    return stored


def _changed_by(plan: Plan, reader: User, what: str, **record: Any) -> str:
    """Says who wrote the newest record of that kind, or about that slot."""
    author = AuditRecord.objects.filter(plan=plan, **record).latest("number").actor
    return changed_by(author, reader, what)


def _slots(plan: Plan) -> ApprovalQuerySet:
    return Approval.objects.present().filter(item__block__section__plan=plan)


def _slots_and_order(
    plan: Plan,
) -> tuple[dict[int, Approval], dict[int, list[int]]]:
    """The approvals of a plan by id, and the ids of those that each comes after."""
    pairs = _slots(plan).with_predecessors()
    return (
        {approval.pk: approval for approval, _ in pairs},
        {approval.pk: predecessors for approval, predecessors in pairs},
    )


def _refuse_unless_others_are_required(
    slots: dict[int, Approval], stored: Approval, is_required: bool
) -> None:
    others = any(slot.is_required for slot in slots.values() if slot != stored)
    if not is_required and not others:
        raise Refused(
            "At least one sign-off must be required. Make another one required first."
        )


def _refuse_circle(
    slot: int, earlier: list[int], predecessors: dict[int, list[int]]
) -> None:
    """Refuse an order in which two approvals would wait for each other."""
    seen: set[int] = set()
    waiting = list(earlier)
    while waiting:
        other = waiting.pop()
        if other == slot:
            raise Refused(
                "These approvals would wait for each other. Choose a different order."
            )
        if other not in seen and other in predecessors:
            seen.add(other)
            waiting += predecessors[other]


@transaction.atomic
def replace_approver(
    *,
    plan: Plan,
    approval: Approval,
    actor: User,
    leaves: User,
    comes: User,
    comment: str,
    member: Membership | None = None,
) -> Approver:
    """Let another person sign in place of an approver whom the plan names.

    The plan's text still names the first one, so no sign-off becomes stale; the record
    says who took whose place and why. Typing another name into the line ends it.
    """
    require(permissions.may_set_up(membership(plan, actor, member)))
    turn = lock_plan(plan)
    stored = next((slot for slot in _slots(plan) if slot.pk == approval.pk), None)
    seat = stored.seats.filter(user=leaves).first() if stored else None
    if stored is None or seat is None:
        raise Outdated("This person is no longer an approver here.")
    if not comment.strip():
        raise Refused("Enter a reason. It is kept in the record.")
    newcomer = membership(plan, comes)
    if newcomer is None or newcomer.role == Membership.Role.VIEWER:
        raise Refused(
            f"{comes.name} can’t sign here. Choose a reviewer, editor or owner of "
            "the team, or a guest of this plan."
        )
    if stored.seats.filter(user=comes).exists():
        raise Refused(f"{comes.name} is already an approver here.")
    first = seat.in_place_of or leaves
    seat.user, seat.in_place_of = comes, (None if first == comes else first)
    seat.save(update_fields=["user", "in_place_of"])
    append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.REPLACED,
        version=plan.versions.first(),
        approval=stored,
        comment=comment,
        details={
            "leaves": [leaves.pk, leaves.account],
            "comes": [comes.pk, comes.account],
            **approver_settings(stored),
        },
    )
    log_slot_change(
        plan,
        actor,
        turn,
        Change.Verb.REVIEW_REPLACED,
        f"{stored.role}: {comes.name}",
        stored,
    )
    state = record_completion(plan=plan, actor=actor)
    slot = state.slot_of(stored.pk)
    if slot and awaits_decision(state, slot):
        sign_off.request_sign_off(plan, state, [slot], only=comes)
    return seat
