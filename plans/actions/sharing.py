"""Who may read a plan besides its team."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require, unlock_unchanged
from plans.actions.membership import membership
from plans.errors import Outdated, Refused
from plans.models import Change, Membership, Plan, ShareLink, Team, User
from plans.notifications import notify

LONGEST_SHARED = 365


@transaction.atomic
def open_plan(
    *,
    plan: Plan,
    actor: User,
    is_open: bool,
    member: Membership | None = None,
) -> None:
    """Let everybody who is signed in read a plan, or its team alone."""
    require(permissions.may_manage(membership(plan, actor, member)))
    turn = lock_plan(plan)
    if Plan.objects.filter(pk=plan.pk, is_open=is_open).exists():
        return unlock_unchanged(plan)
    plan.is_open = is_open
    plan.save(update_fields=["is_open"])
    _record(
        plan,
        actor,
        turn,
        Change.Verb.PLAN_OPENED if is_open else Change.Verb.PLAN_CLOSED,
    )
    notify.publish_access_change()


@transaction.atomic
def share_plan(*, plan: Plan, actor: User, days: int) -> tuple[ShareLink, str]:
    """Make a link that shows the plan to anyone who has it. Returns it with its token,
    which only its maker can see again."""
    # As in plans.actions.teams: a member who is being removed makes no link.
    Team.objects.select_for_update().get(pk=plan.team_id)
    require(permissions.may_manage(membership(plan, actor)))
    if not 1 <= days <= LONGEST_SHARED:
        raise Refused(f"A link can be valid for 1 to {LONGEST_SHARED} days.")
    turn = lock_plan(plan)
    expires_at = timezone.now() + timedelta(days=days)
    issued: tuple[ShareLink, str] = ShareLink.objects.issue(
        is_kept=True, plan=plan, created_by=actor, expires_at=expires_at
    )
    _record(plan, actor, turn, Change.Verb.PLAN_SHARED)
    return issued


@transaction.atomic
def end_share_link(
    *,
    plan: Plan,
    actor: User,
    link: ShareLink,
    member: Membership | None = None,
) -> None:
    """The link shows nothing any more."""
    require(permissions.may_manage(membership(plan, actor, member)))
    turn = lock_plan(plan)
    links = ShareLink.objects.filter(pk=link.pk, plan=plan, ended_at=None)
    if not links.end():
        raise Outdated("This link was already revoked.")
    _record(plan, actor, turn, Change.Verb.PLAN_UNSHARED)


def end_links_of(*, team: Team, maker: User, actor: User) -> None:
    """End the share links that a member made for a team's plans. The calling action has
    locked the team and checked permissions."""
    links = ShareLink.objects.live().filter(plan__team=team, created_by=maker)
    shared = Plan.objects.filter(pk__in=links.values("plan"))
    for plan in shared.order_by("pk"):
        turn = lock_plan(plan)
        own = ShareLink.objects.filter(plan=plan, created_by=maker, ended_at=None)
        own.end()
        _record(plan, actor, turn, Change.Verb.PLAN_UNSHARED)


def end_link_rows(plan: Plan, actor: User, links: QuerySet[ShareLink]) -> None:
    """End some live links of a plan. The calling action has locked the team and checked
    permissions."""
    ids = list(links.values_list("pk", flat=True))
    if ids:
        turn = lock_plan(plan)
        ShareLink.objects.filter(pk__in=ids).update(ended_at=timezone.now())
        _record(plan, actor, turn, Change.Verb.PLAN_UNSHARED)


def _record(plan: Plan, actor: User, turn: int, verb: Change.Verb) -> None:
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=verb,
        edits=[],
        label=plan.title,
    )
