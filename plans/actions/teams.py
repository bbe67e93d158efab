"""Who belongs to a team, and as what. What happens here holds at once, for open pages
too."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from plans import permissions
from plans.actions.change_log import require
from plans.actions.guests import end_guests_of
from plans.actions.invited_seats import seat_who_joined
from plans.actions.plans import new_team
from plans.actions.sharing import end_links_of
from plans.errors import NotAllowed, Refused
from plans.models import Invitation, Membership, NameTaken, Team, User
from plans.notifications import notify
from plans.notifications.invitations import send_invitation

Role = Membership.Role
INVITED_FOR = timedelta(days=7)
# Per person and hour, so that the planner cannot be used to send mass mail.
MOST_INVITATIONS = 30


@transaction.atomic
def create_team(*, actor: User, name: str) -> Team:
    """A new team, owned by who makes it."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Enter a name for the team.")
    return new_team(name, name, actor)


def _lead(team: Team, actor: User) -> None:
    """Raises NotAllowed unless the actor owns the team. Other changes of who belongs to
    it wait until this one is done, so that the last owner cannot leave twice."""
    Team.objects.select_for_update().get(pk=team.pk)
    members = Membership.objects.select_related("team")
    require(permissions.may_manage(members.filter(team=team, user=actor).first()))


def _role(role: str) -> Membership.Role:
    if role not in Role.values:
        raise Refused("Choose a role.")
    return Role(role)


# --- invitations ---------------------------------------------------------------------


@transaction.atomic
def invite(
    *, team: Team, actor: User, role: str, email: str = ""
) -> tuple[Invitation, str]:
    """Make a link by which one person can join, and send it to `email`, if one is
    given. Returns it with its token, which its maker can see again unless it was sent:
    a mailed one shows that its user reads that mailbox."""
    _lead(team, actor)
    chosen = _role(role)
    member = User.objects.filter(memberships__team=team, email__iexact=email).first()
    if email and member:
        raise Refused(f"{member.name} has this address and is in the team already.")
    since = timezone.now() - timedelta(hours=1)
    recent = Invitation.objects.filter(created_by=actor, created_at__gt=since)
    if recent.count() >= MOST_INVITATIONS:
        raise Refused(
            f"You sent {MOST_INVITATIONS} invitations within an hour. Try again later."
        )
    issued: tuple[Invitation, str] = Invitation.objects.issue(
        is_kept=not email,
        team=team,
        role=chosen,
        email=email,
        created_by=actor,
        expires_at=timezone.now() + INVITED_FOR,
    )
    if email:
        send_invitation(*issued)
    return issued


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User) -> None:
    """The link works no more."""
    _lead(invitation.team, actor)
    rows = Invitation.objects.filter(pk=invitation.pk, ended_at=None)
    rows.end()


@transaction.atomic
def accept_invitation(*, token: str, actor: User) -> Team:
    """Join the team that a link invites to. A link works once."""
    invitation = (
        Invitation.objects.by_token(token).live().select_related("team").first()
    )
    if invitation:
        # Lock the team first, as every action does that ends an invitation, so that
        # two of them cannot deadlock.
        Team.objects.select_for_update().get(pk=invitation.team_id)
    used = invitation and Invitation.objects.filter(pk=invitation.pk).live()
    if invitation is None or not used or not used.end():
        raise Refused(
            "This invitation was already used, was revoked or has expired. Ask the "
            "person who sent it for a new one."
        )
    if actor.is_guest:
        raise Refused(
            "Guests can’t join a team. Sign out, then open this link again and sign up."
        )
    if other := actor.namesake_in(Team.objects.filter(pk=invitation.team_id)):
        raise Refused(
            f"Someone in {invitation.team.name} is called {other.name} already. Change "
            "your name under Profile, then open this link again."
        )
    try:
        with transaction.atomic():
            Membership.objects.create(
                team=invitation.team, user=actor, role=invitation.role
            )
    except IntegrityError:
        raise Refused(f"You’re already in {invitation.team.name}.") from None
    except NameTaken as taken:
        raise Refused(taken.message) from None
    seat_who_joined(invitation=invitation, user=actor)
    notify.publish_access_change()
    return invitation.team


# --- members -------------------------------------------------------------------------


@transaction.atomic
def change_role(*, team: Team, actor: User, member: User, role: str) -> None:
    """Make a member something else. What only an owner may have given out ends with
    that role."""
    _lead(team, actor)
    _refuse_if_last_owner(team, member, _role(role))
    if not Membership.objects.filter(team=team, user=member).update(role=role):
        raise Refused(f"{member.name} is no longer in the team.")
    if role != Role.OWNER:
        _end_what_they_gave_out(team, member, actor)
    notify.publish_access_change()


@transaction.atomic
def remove_member(*, team: Team, actor: User, member: User) -> None:
    """Remove a member from a team; members may also leave by themselves. Invitations,
    share links and guest accesses that they made end."""
    if actor == member:
        Team.objects.select_for_update().get(pk=team.pk)
        if not Membership.objects.filter(team=team, user=actor).exists():
            raise NotAllowed("You’re not in this team.")
    else:
        _lead(team, actor)
    _refuse_if_last_owner(team, member, None)
    Membership.objects.filter(team=team, user=member).delete()
    _end_what_they_gave_out(team, member, actor)
    notify.publish_access_change()


def _end_what_they_gave_out(team: Team, member: User, actor: User) -> None:
    """The team is locked (_lead), so nothing is given out while this looks."""
    sent = Invitation.objects.live().filter(team=team, created_by=member)
    sent.end()
    end_links_of(team=team, maker=member, actor=actor)
    end_guests_of(team=team, host=member, actor=actor)


def _refuse_if_last_owner(team: Team, member: User, role: Role | None) -> None:
    owners = Membership.objects.filter(team=team, role=Role.OWNER)
    is_last = not owners.exclude(user=member).exists()
    if role != Role.OWNER and is_last and owners.filter(user=member).exists():
        raise Refused(
            f"{member.name} is the last owner of {team.name}. Make someone else an "
            "owner first."
        )
