"""Seating the people whom an Approvals line names."""

from __future__ import annotations

from django.db import transaction

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.evidence import record_seats
from plans.actions.membership import membership
from plans.errors import Refused
from plans.models import Approval, Approver, Change, Membership, Plan, SeatName, User
from plans.notifications import sign_off
from plans.reviews.named_people import (
    MemberLookup,
    comparable_names,
    parse_name,
    parse_names,
    parse_needs,
    proposed_members,
)
from plans.reviews.rules import awaits_decision
from plans.reviews.status import review_status

# As plans.models.SeatName keeps it.
_LONGEST = 200


def link(plan: Plan, approval: Approval) -> None:
    """Assign exactly the members whose names are in the line."""
    invited = _follow_invited(approval)
    lookup = MemberLookup(plan)
    people = lookup.members_named(approval.name)
    approval.needs = parse_needs(approval.name, len(people) + invited)
    approval.save(update_fields=["needs"])
    approval.seats.exclude(user__in=people).delete()
    approval.seats.update(in_place_of=None)
    seated = set(approval.seats.values_list("user_id", flat=True))
    Approver.objects.bulk_create(
        [
            Approver(approval=approval, user=person)
            for person in people
            if person.pk not in seated
        ],
        ignore_conflicts=True,  # another action may assign them concurrently
    )
    _remember(lookup, approval.name)


def _follow_invited(approval: Approval) -> int:
    """Note which of those who were invited the line still names; returns how many."""
    line_names = parse_names(approval.name)
    seats = list(approval.invited_seats.all())
    for seat in seats:
        is_named = parse_name(seat.name) in line_names
        if is_named != seat.is_named:
            seat.is_named = is_named
            seat.save(update_fields=["is_named"])
    return sum(seat.is_named for seat in seats)


def count_signers(approval: Approval) -> int:
    """How many people the line names: those who are seated, and those invited."""
    return approval.seats.count() + approval.invited_seats.filter(is_named=True).count()


def _remember(lookup: MemberLookup, text: str) -> None:
    """From now on these names mean those whom they have seated."""
    pairs = [(name, lookup.member_named(name)) for name in parse_names(text)]
    SeatName.objects.bulk_create(
        [
            SeatName(team_id=lookup.team_id, name=name, user=person)
            for name, person in pairs
            if person
            and not person.is_guest  # of this plan, not of the team
            and name not in lookup.seated
            and len(name) <= _LONGEST
        ],
        ignore_conflicts=True,
    )


def link_all(plan: Plan) -> None:
    """Seat the members whom a new plan names."""
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    for approval in slots.filter(seats=None).exclude(name=""):
        link(plan, approval)


@transaction.atomic
def confirm(
    *,
    plan: Plan,
    approval: Approval,
    actor: User,
    person: User,
    member: Membership | None = None,
) -> Approver:
    """Seat a member whom a line names, and who was not in the team, or was called
    otherwise, when it was written. Raises Refused for anybody else."""
    require(permissions.may_edit(membership(plan, actor, member)))
    number = lock_plan(plan)
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    stored = slots.filter(pk=approval.pk).first()
    if stored is None or person not in proposed_members(plan, stored):
        raise Refused(
            "The plan’s Approvals section no longer names this person. Nothing "
            "was changed."
        )
    seat = Approver.objects.create(approval=stored, user=person)
    for name in parse_names(stored.name):
        if name in comparable_names(person) and not person.is_guest:
            SeatName.objects.update_or_create(
                team_id=plan.team_id, name=name, defaults={"user": person}
            )
    stored.needs = parse_needs(stored.name, count_signers(stored))
    stored.save(update_fields=["needs"])
    record_seats(plan=plan, actor=actor, approval=stored)
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.APPROVER_CONFIRMED,
        edits=[],
        label=f"{stored.role}: {person.account}",
        item_id=stored.pk,
    )
    state = review_status(plan)
    slot = state.slot_of(stored.pk)
    if slot and awaits_decision(state, slot):
        sign_off.request_sign_off(plan, state, [slot], only=person)
    return seat
