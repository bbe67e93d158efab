"""Guests: an owner asks somebody outside the team to review and sign one plan."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.membership import membership
from plans.errors import Outdated, Refused
from plans.models import (
    Change,
    Guest,
    Membership,
    NameTaken,
    Plan,
    Session,
    Team,
    User,
    names,
)
from plans.notifications import notify
from plans.notifications.guest_mail import send_invitation

LONGEST_ACCESS = 365
LONGEST_NAME = 100
# Per person and hour, so that the planner cannot be used to send mass mail.
MOST_INVITED = 30


@transaction.atomic
def invite_guest(
    *, plan: Plan, actor: User, name: str, email: str, days: int, role: str = ""
) -> Guest:
    """Make an account without a password that reviews and signs this plan for some
    days, and mail its link. `role`: the approval that they are asked to give."""
    # As in plans.actions.teams: an owner who is being removed invites nobody.
    Team.objects.select_for_update().get(pk=plan.team_id)
    require(permissions.may_manage(membership(plan, actor)))
    name = names.visible(name)
    if not name or not email:
        raise Refused("Enter the guest’s name and email address.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A name can have up to {LONGEST_NAME} characters.")
    if not 1 <= days <= LONGEST_ACCESS:
        raise Refused(f"A guest can have access for 1 to {LONGEST_ACCESS} days.")
    turn = lock_plan(plan)
    now = timezone.now()
    recent = Guest.objects.filter(
        invited_by=actor, created_at__gt=now - timedelta(hours=1)
    )
    if recent.count() >= MOST_INVITED:
        raise Refused(
            f"You invited {MOST_INVITED} guests within an hour. Try again later."
        )
    user = User(
        username=f"guest-{names.address_of(name)[:40]}-{token_hex(3)}",
        display_name=name,
        guest_email=email,
    )
    _refuse_if_known(plan, user)
    user.set_unusable_password()
    try:
        user.save()
    except NameTaken as taken:
        raise Refused(taken.message) from None
    guest = Guest.objects.create(
        plan=plan, user=user, invited_by=actor, expires_at=now + timedelta(days=days)
    )
    _record(plan, actor, turn, Change.Verb.GUEST_INVITED, user)
    send_invitation(guest, role)
    return guest


def _refuse_if_known(plan: Plan, user: User) -> None:
    email = user.guest_email
    members = User.objects.filter(memberships__team=plan.team_id)
    guests = User.objects.filter(
        pk__in=Guest.objects.live().filter(plan=plan).values("user")
    )
    if member := members.filter(email__iexact=email).first():
        raise Refused(f"{member.name} has this address and is in the team already.")
    if guest := guests.filter(guest_email__iexact=email).first():
        raise Refused(
            f"{guest.name} has this address and is a guest of this plan already."
        )
    namesake = user.namesake_in(Team.objects.filter(pk=plan.team_id))
    if other := namesake or user.namesake_among(guests):
        raise Refused(
            f"{other.name} is in this plan already and has a name like this one. "
            "Add something that tells them apart, such as the company."
        )


@transaction.atomic
def end_guest(
    *, plan: Plan, actor: User, guest: Guest, member: Membership | None = None
) -> None:
    """The guest sees nothing any more. What they wrote and signed stays."""
    require(permissions.may_manage(membership(plan, actor, member)))
    turn = lock_plan(plan)
    if not _end(Guest.objects.filter(pk=guest.pk, plan=plan, ended_at=None)):
        raise Outdated("This guest’s access has already ended.")
    _record(plan, actor, turn, Change.Verb.GUEST_ENDED, guest.user)
    notify.publish_access_change()


def end_guests_of(*, team: Team, host: User, actor: User) -> None:
    """End the access of guests whom a member invited to a team's plans. The calling
    action has locked the team and checked permissions."""
    live = Guest.objects.live().filter(plan__team=team, invited_by=host)
    for guest in live.select_related("plan", "user").order_by("plan", "pk"):
        _end_one(guest.plan, actor, guest)


def end_guest_rows(plan: Plan, actor: User, guests: QuerySet[Guest]) -> None:
    """End the access of some guests of a plan, as above."""
    for guest in guests.select_related("user").order_by("pk"):
        _end_one(plan, actor, guest)


def _end_one(plan: Plan, actor: User, guest: Guest) -> None:
    turn = lock_plan(plan)
    _end(Guest.objects.filter(pk=guest.pk, ended_at=None))
    _record(plan, actor, turn, Change.Verb.GUEST_ENDED, guest.user)


def _end(guests: Any) -> bool:
    users = list(guests.values_list("user", flat=True))
    ended = guests.update(ended_at=timezone.now(), code_digest="")
    if ended:
        Session.objects.filter(user__in=users).delete()
    return bool(ended)


def guest_details(actor: User) -> dict[str, Any]:
    """For the record of what a guest signed; nothing for everyone else."""
    if not actor.is_guest:
        return {}
    host = Guest.objects.select_related("invited_by").get(user=actor).invited_by
    return {"guest": {"email": actor.guest_email, "invited_by": host.account}}


def _record(plan: Plan, actor: User, turn: int, verb: Change.Verb, user: User) -> None:
    log_change(
        plan=plan, actor=actor, number=turn, verb=verb, edits=[], label=user.account
    )
