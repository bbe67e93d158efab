"""Giving a plan to another team.

The text, its versions, comments, history and evidence stay as they are. What depended
on who is in the team follows the rule of a member who leaves it: whoever isn't in the
new team sees the plan no more, signs no more, and what they gave out ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.evidence import append
from plans.actions.guests import end_guest_rows
from plans.actions.invited_seats import drop_invited_seats
from plans.actions.membership import membership
from plans.actions.sharing import end_link_rows
from plans.actions.tags import drop_unused_tags, give_tags
from plans.errors import NotAllowed, Outdated, Refused
from plans.models import (
    Approval,
    Approver,
    AuditRecord,
    Change,
    Guest,
    InvitedSeat,
    Item,
    Membership,
    Notice,
    Plan,
    Section,
    ShareLink,
    Team,
    User,
)
from plans.notifications import notify
from plans.permissions import Role


@dataclass(frozen=True)
class MoveEffects:
    """What a move to another team changes, to be said before it. `unable`: approvers
    who can no longer sign; `blind`: who looks after parts of it and sees it no more;
    `invited`: who would have signed once they joined the old team."""

    unable: list[User]
    blind: list[User]
    invited: list[str]
    links: int
    guests: int


def move_effects(plan: Plan, team: Team) -> MoveEffects:
    """Of moving a plan to a team, as it is now."""
    stay = Membership.objects.filter(team=team)
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    seats = Approver.objects.filter(approval__in=slots)
    guests = Guest.objects.live().filter(plan=plan)
    able = stay.exclude(role=Role.VIEWER).values("user")
    unable = seats.exclude(user__in=able).exclude(user__in=guests.values("user"))
    parts = [rows.exclude(assignee=None) for rows in _parts(plan)]
    leaving = Q()
    for rows in parts:
        leaving |= Q(pk__in=rows.values("assignee"))
    return MoveEffects(
        unable=list(User.objects.filter(pk__in=unable.values("user"))),
        blind=list(User.objects.filter(leaving).exclude(pk__in=stay.values("user"))),
        invited=sorted(set(_invited(plan).values_list("name", flat=True))),
        links=_links(plan, team).count(),
        guests=_guests(plan, team).count(),
    )


@transaction.atomic
def move_plan(
    *, plan: Plan, actor: User, team: Team, member: Membership | None = None
) -> None:
    """Give a plan to another team that the actor owns, too. Raises Refused."""
    require(permissions.may_manage(membership(plan, actor, member)))
    # In one order, so that two moves cannot deadlock; before the plan, as everywhere.
    ids = sorted({plan.team_id, team.pk})
    locked = Team.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    teams = {one.pk: one for one in locked}
    if team.pk == plan.team_id or team.pk not in teams:
        raise Refused("Choose another team to move the plan to.")
    for one in teams.values():
        _require_owner(one, actor)
    number = lock_plan(plan)
    before = teams[plan.team_id]
    if not Plan.objects.filter(pk=plan.pk, team=before).exists():
        raise Outdated("Someone else has just moved this plan. Reload the page.")
    _refuse_namesakes(plan, team)
    tags = list(plan.tags.values_list("name", flat=True))
    drop_invited_seats(plan, actor)
    plan.tags.clear()
    plan.team = teams[team.pk]
    if plan.template_version and plan.template_version.template.team_id == before.pk:
        plan.template_version = None
    plan.save(update_fields=["team", "template_version"])
    give_tags(plan, tags)
    drop_unused_tags(before)
    # What the old team's programs were to be told of; the new team's hear the rest.
    waiting = Notice.objects.filter(plan=plan, state=Notice.State.WAITING)
    waiting.filter(webhook__team=before).update(state=Notice.State.DROPPED)
    label = f"{plan.title}: {before.name} → {plan.team.name}"
    append(
        plan=plan,
        actor=actor,
        turn=number,
        kind=AuditRecord.Kind.MOVED,
        details={"from": before.name, "to": plan.team.name},
    )
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.PLAN_MOVED,
        edits=[],
        label=label,
    )
    end_link_rows(plan, actor, _links(plan, plan.team))
    end_guest_rows(plan, actor, _guests(plan, plan.team))
    notify.publish_access_change()


def _require_owner(team: Team, actor: User) -> None:
    owners = Membership.objects.filter(team=team, user=actor, role=Role.OWNER)
    if not owners.exists():
        raise NotAllowed(
            f"You can move a plan to teams that you own. Ask an owner of {team.name} "
            "to make you one."
        )


def _refuse_namesakes(plan: Plan, team: Team) -> None:
    """A guest who stays must not be taken for a member of the new team."""
    staying = (
        Guest.objects.live()
        .filter(plan=plan)
        .exclude(pk__in=_guests(plan, team).values("pk"))
    )
    for guest in staying.select_related("user"):
        if other := guest.user.namesake_in(Team.objects.filter(pk=team.pk)):
            raise Refused(
                f"The guest {guest.user.name} has a name like {other.name}, who is in "
                f"{team.name}. End the guest’s access first."
            )


def _parts(plan: Plan) -> tuple[QuerySet[Section], QuerySet[Item]]:
    sections = Section.objects.present().filter(plan=plan)
    items = Item.objects.present().filter(block__section__plan=plan)
    return sections, items


def _invited(plan: Plan) -> QuerySet[InvitedSeat]:
    return InvitedSeat.objects.filter(approval__item__block__section__plan=plan)


def _links(plan: Plan, team: Team) -> QuerySet[ShareLink]:
    """Of a plan, those whose makers are no owners of a team."""
    owners = Membership.objects.filter(team=team, role=Role.OWNER)
    links: QuerySet[ShareLink] = ShareLink.objects.live().filter(plan=plan)
    return links.exclude(created_by__in=owners.values("user"))


def _guests(plan: Plan, team: Team) -> QuerySet[Guest]:
    owners = Membership.objects.filter(team=team, role=Role.OWNER)
    guests: QuerySet[Guest] = Guest.objects.live().filter(plan=plan)
    return guests.exclude(invited_by__in=owners.values("user"))
