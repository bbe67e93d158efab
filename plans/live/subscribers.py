"""Subscribers of the live feed, and whether they still have access.

A stream is no Django view, so its access is decided here: by the session, the user and
the memberships as they are when it opens, and again every few seconds while it is open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils import timezone

from plans import permissions
from plans.accounts import sessions
from plans.models import Guest, Membership, Plan, Session, User

NOT_SHARED = "This plan doesn’t exist, or it isn’t shared with you."


@dataclass(frozen=True)
class PlanGrant:
    """Access to one plan. `number`: the plan's newest change."""

    plan_id: int
    slug: str
    team_id: int
    number: int
    may_edit: bool


@dataclass(frozen=True)
class Subscriber:
    """A signed-in user with the requested plans that they may see.

    `auth_hash` changes with the password, so that a new password ends open streams.
    """

    session_key: str
    user_id: int
    name: str
    initials: str
    colour: int
    auth_hash: str
    grants: dict[str, PlanGrant] = field(default_factory=dict)


def load_subscriber(session_key: str, slugs: Collection[str]) -> Subscriber | None:
    """None if the session is not signed in. Three queries."""
    request = HttpRequest()
    request.session = sessions.SessionStore(session_key)
    user = sessions.load_user(request)
    if not user.is_authenticated:
        return None
    plans = Plan.objects.filter(slug__in=slugs).select_related("team")
    roles = _roles([user], plans)
    grants = {}
    for plan in plans:
        role = roles.get((user.pk, plan.pk))
        member = permissions.effective_membership(plan, user, role)
        if permissions.may_see(member):
            grants[plan.slug] = PlanGrant(
                plan_id=plan.pk,
                slug=plan.slug,
                team_id=plan.team_id,
                number=plan.change_number,
                may_edit=bool(permissions.may_edit(member)),
            )
    return Subscriber(
        session_key=session_key,
        user_id=user.pk,
        name=user.name,
        initials=user.initials,
        colour=user.hue,
        auth_hash=user.get_session_auth_hash(),
        grants=grants,
    )


def sessions_without_access(subscribers: Iterable[Subscriber]) -> set[str]:
    """Session keys of subscribers who were signed out or whose role changed.

    Three queries for any number of subscribers, and one for guests.
    """
    subscribers = list(subscribers)
    keys = [subscriber.session_key for subscriber in subscribers]
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    users = {row.session_key: row.user for row in rows}
    grants = [
        grant for subscriber in subscribers for grant in subscriber.grants.values()
    ]
    plans = Plan.objects.select_related("team").in_bulk(
        {grant.plan_id for grant in grants}
    )
    people = [user for user in users.values() if user is not None]
    roles = _roles(people, plans.values())
    return {
        subscriber.session_key
        for subscriber in subscribers
        if not _still_has_access(
            subscriber, users.get(subscriber.session_key), plans, roles
        )
    }


def _still_has_access(
    subscriber: Subscriber,
    user: User | None,
    plans: dict[int, Plan],
    roles: dict[tuple[int, int], str],
) -> bool:
    if user is None or not user.is_active:
        return False
    if (
        user.pk != subscriber.user_id
        or user.get_session_auth_hash() != subscriber.auth_hash
    ):
        return False
    for grant in subscriber.grants.values():
        plan = plans.get(grant.plan_id)
        role = roles.get((user.pk, grant.plan_id))
        member = permissions.effective_membership(plan, user, role) if plan else None
        may_edit = bool(permissions.may_edit(member))
        if not permissions.may_see(member) or may_edit != grant.may_edit:
            return False
    return True


def _roles(
    users: Collection[User], plans: Collection[Plan]
) -> dict[tuple[int, int], str]:
    """Roles by user and plan; a guest's too."""
    ids, plan_ids = {user.pk for user in users}, {plan.pk for plan in plans}
    teams = {plan.team_id for plan in plans}
    rows = Membership.objects.filter(user__in=ids, team__in=teams)
    by_team = {
        (user, team): role
        for user, team, role in rows.values_list("user_id", "team_id", "role")
    }
    roles = {
        (user, plan.pk): by_team[user, plan.team_id]
        for user in ids
        for plan in plans
        if (user, plan.team_id) in by_team
    }
    guests = {user.pk for user in users if user.is_guest}
    if guests:
        live = Guest.objects.live().filter(user__in=guests, plan__in=plan_ids)
        for user, plan_id in live.values_list("user_id", "plan_id"):
            roles.setdefault((user, plan_id), Membership.Role.REVIEWER)
    return roles
