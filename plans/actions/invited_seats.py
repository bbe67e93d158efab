"""Seats that wait for somebody to join the team.

Such a seat waits for whoever accepts one invitation. What their account is called then
does not matter; the name on the line means them from then on.
"""

from __future__ import annotations

from django.db import transaction

from plans import permissions
from plans.actions.approvers import count_signers
from plans.actions.change_log import lock_plan, log_slot_change, require
from plans.actions.evidence import record_seats
from plans.actions.membership import membership
from plans.models import (
    Approval,
    Approver,
    Change,
    Invitation,
    InvitedSeat,
    Membership,
    Plan,
    SeatName,
    User,
)
from plans.notifications import sign_off
from plans.reviews.named_people import parse_name, parse_needs
from plans.reviews.rules import awaits_decision
from plans.reviews.status import review_status


@transaction.atomic
def keep_seat(
    *,
    plan: Plan,
    approval: Approval,
    actor: User,
    invitation: Invitation,
    name: str,
    member: Membership | None = None,
) -> InvitedSeat:
    """Keep a seat for whoever accepts an invitation. `name`: what the line, which has
    just been written, calls them."""
    require(permissions.may_manage(membership(plan, actor, member)))
    turn = lock_plan(plan)
    seat, _ = InvitedSeat.objects.update_or_create(
        approval=approval,
        name=name,
        defaults={"invitation": invitation, "is_named": True},
    )
    _count_again(approval)
    record_seats(plan=plan, actor=actor, approval=approval)
    label = f"{approval.role}: {name}"
    log_slot_change(plan, actor, turn, Change.Verb.APPROVER_INVITED, label, approval)
    return seat


def seat_who_joined(*, invitation: Invitation, user: User) -> None:
    """Assign who has accepted an invitation to the seats that wait for them. The
    calling action has made them a member and locked the team."""
    seats = InvitedSeat.objects.filter(invitation=invitation)
    rows = seats.select_related("approval__item__block__section__plan__team")
    for kept in rows.order_by("approval__item__block__section__plan", "pk"):
        plan = kept.approval.item.block.section.plan
        SeatName.objects.get_or_create(
            team=plan.team, name=parse_name(kept.name), defaults={"user": user}
        )
        if kept.is_named and invitation.role != Membership.Role.VIEWER:
            _seat(plan, kept, user)
        else:
            kept.delete()


def _seat(plan: Plan, kept: InvitedSeat, user: User) -> None:
    turn = lock_plan(plan)
    approval = kept.approval
    kept.delete()
    Approver.objects.get_or_create(approval=approval, user=user)
    _count_again(approval)
    record_seats(plan=plan, actor=user, approval=approval)
    label = f"{approval.role}: {user.account}"
    log_slot_change(plan, user, turn, Change.Verb.APPROVER_JOINED, label, approval)
    state = review_status(plan)
    slot = state.slot_of(approval.pk)
    if slot and awaits_decision(state, slot):
        sign_off.request_sign_off(plan, state, [slot], only=user)


def drop_invited_seats(plan: Plan, actor: User) -> None:
    """Of a plan that leaves the team they are invited to, in the turn of the action."""
    seats = InvitedSeat.objects.filter(approval__item__block__section__plan=plan)
    for approval in {seat.approval for seat in seats.select_related("approval")}:
        approval.invited_seats.all().delete()
        _count_again(approval)
        record_seats(plan=plan, actor=actor, approval=approval)


def _count_again(approval: Approval) -> None:
    approval.needs = parse_needs(approval.name, count_signers(approval))
    approval.save(update_fields=["needs"])
