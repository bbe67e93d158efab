"""Who signs in a slot: a line of the plan's text that is written from people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from plans import permissions
from plans.actions.change_log import require
from plans.actions.guests import invite_guest
from plans.actions.invited_seats import keep_seat
from plans.actions.items import add_item, save_item
from plans.actions.membership import membership
from plans.actions.teams import invite
from plans.content import storage
from plans.content.rows import block_from_row
from plans.content.signing_places import line_values
from plans.errors import Refused
from plans.models import (
    Approval,
    Block,
    Invitation,
    InvitedSeat,
    Membership,
    Plan,
    User,
    names,
)
from plans.reviews.named_people import (
    comparable_names,
    is_one_name,
    parse_name,
    unambiguous_line,
)

# Days that a guest has who is invited to sign.
GUEST_DAYS = 14
# As a role of who is invited: one plan, and no team.
GUEST = "guest"
_CAN_SIGN = (Membership.Role.OWNER, Membership.Role.EDITOR, Membership.Role.REVIEWER)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is to sign and is not in the team. `role`: as what they are invited
    into it, or GUEST, who has access to the one plan for some `days`."""

    name: str
    email: str
    role: str = Membership.Role.REVIEWER
    days: int = GUEST_DAYS


@dataclass(frozen=True)
class Signers:
    """Who is to sign in a slot. `invited`: those who have not joined yet; `newcomer`:
    one more, who is invited now."""

    people: Sequence[User]
    needs: str
    invited: Sequence[InvitedSeat] = ()
    newcomer: Newcomer | None = None


@transaction.atomic
def name_signers(
    *,
    plan: Plan,
    actor: User,
    approval: Approval,
    role: str,
    signers: Signers,
    seen: int | None,
    member: Membership | None = None,
) -> None:
    """Write role and signers into the line of a slot, and invite whoever is new.

    The names stay as they are spelled there while they mean the same people. `seen`:
    the version of the line that the person was looking at. Raises Stale, Refused."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    people, waiting, invitation = _with_newcomer(plan, actor, role, signers, member)
    seats = approval.seats.select_related("user", "in_place_of")
    before = {(seat.in_place_of or seat.user).pk for seat in seats}
    kept = {seat.name for seat in approval.invited_seats.all() if seat.is_named}
    is_same = before == {user.pk for user in people} and kept == set(waiting)
    is_joined = len(people) + len(waiting) > 1 and signers.needs != approval.needs
    line = None
    if not is_same or is_joined:
        line = unambiguous_line(plan, people, signers.needs, waiting)
    item = storage.items_of(plan).get(pk=approval.pk)
    save_item(
        plan=plan,
        item=item,
        actor=actor,
        member=member,
        values=line_values(block_from_row(item.block), role=role, name=line),
        seen=seen,
    )
    _keep(plan, approval.pk, actor, invitation, signers)


@transaction.atomic
def add_signer(
    *,
    plan: Plan,
    actor: User,
    approval: Approval,
    newcomer: Newcomer,
    member: Membership | None = None,
) -> None:
    """Invite one more person to those who sign in a slot."""
    seats = approval.seats.select_related("user", "in_place_of")
    name_signers(
        plan=plan,
        actor=actor,
        approval=approval,
        role=approval.role,
        signers=Signers(
            people=[seat.in_place_of or seat.user for seat in seats],
            needs=approval.needs,
            invited=list(approval.invited_seats.filter(is_named=True)),
            newcomer=newcomer,
        ),
        seen=None,
        member=member,
    )


@transaction.atomic
def add_slot(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    role: str,
    signers: Signers,
    member: Membership | None = None,
) -> None:
    """Add a line to an Approvals list, and invite whoever is new."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    people, waiting, invitation = _with_newcomer(plan, actor, role, signers, member)
    line = unambiguous_line(plan, people, signers.needs, waiting)
    values = line_values(block_from_row(block), role=role, name=line or None)
    item = add_item(plan=plan, block=block, actor=actor, member=member, values=values)
    _keep(plan, item.pk, actor, invitation, signers)


def _keep(
    plan: Plan,
    approval_id: int,
    actor: User,
    invitation: Invitation | None,
    signers: Signers,
) -> None:
    if invitation is None or signers.newcomer is None:
        return
    approval = Approval.objects.get(pk=approval_id)
    name = names.visible(signers.newcomer.name)
    keep_seat(
        plan=plan, approval=approval, actor=actor, invitation=invitation, name=name
    )


def _with_newcomer(
    plan: Plan, actor: User, role: str, signers: Signers, member: Membership | None
) -> tuple[list[User], list[str], Invitation | None]:
    """The people of the line, the names on it that wait for somebody to join, and the
    invitation of the newcomer, if they need one."""
    people = list(signers.people)
    waiting = [seat.name for seat in signers.invited]
    newcomer = signers.newcomer
    if newcomer is None:
        return people, waiting, None
    require(permissions.may_manage(membership(plan, actor, member)))
    colleague = _member_with(plan, newcomer.email)
    if colleague:
        return list(dict.fromkeys([*people, colleague])), waiting, None
    _refuse_unless_nameable(plan, newcomer, waiting)
    if newcomer.role == GUEST:
        guest = invite_guest(
            plan=plan,
            actor=actor,
            name=newcomer.name,
            email=newcomer.email,
            days=newcomer.days,
            role=role,
        )
        return [*people, guest.user], waiting, None
    invitation = _open_invitation(plan, newcomer.email)
    if invitation is None:
        invitation, _ = invite(
            team=plan.team,
            actor=actor,
            role=newcomer.role,
            email=newcomer.email,
        )
    name = names.visible(newcomer.name)
    return people, list(dict.fromkeys([*waiting, name])), invitation


def _member_with(plan: Plan, email: str) -> User | None:
    """The member who has this address. Raises Refused for one who can’t sign."""
    members = Membership.objects.filter(team=plan.team_id, user__email__iexact=email)
    member = members.select_related("user").first()
    if member and member.role == Membership.Role.VIEWER:
        raise Refused(
            f"{member.user.name} has this address and is a viewer of the team, so they "
            "can’t sign. Change their role first."
        )
    return member.user if member else None


def _open_invitation(plan: Plan, email: str) -> Invitation | None:
    """One that was sent to this address already, and lets its user sign."""
    invitations: list[Invitation] = list(
        Invitation.objects.live().filter(
            team=plan.team_id, email__iexact=email, role__in=_CAN_SIGN
        )[:1]
    )
    return invitations[0] if invitations else None


def _refuse_unless_nameable(
    plan: Plan, newcomer: Newcomer, waiting: Sequence[str]
) -> None:
    name = names.visible(newcomer.name)
    if not name:
        raise Refused("Enter the name of the person you invite.")
    if not is_one_name(name):
        raise Refused(
            "Enter the name of one person, without commas, dashes, brackets, “and” or "
            "“or”: the line lists people that way."
        )
    is_renewed = any(parse_name(name) == parse_name(other) for other in waiting)
    members = User.objects.filter(memberships__team=plan.team_id)
    namesake = next(
        (one for one in members if parse_name(name) in comparable_names(one)), None
    )
    if namesake and not is_renewed:
        raise Refused(
            f"{namesake.name} is in the team already and has this name. Choose them "
            "above, or add something that tells the two apart."
        )
