"""Who may do what with a plan, with the reason for a refusal.

Decided by the person's membership in the team that owns the plan, which the caller
has loaded already, so that no decision costs a query.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from plans import formats
from plans.models import (
    Approval,
    Approver,
    Comment,
    Guest,
    Membership,
    Plan,
    Suggestion,
    User,
)

Role = Membership.Role
_OWNERS = frozenset({Role.OWNER})
_EDITORS = _OWNERS | {Role.EDITOR}
_REVIEWERS = _EDITORS | {Role.REVIEWER}


@dataclass(frozen=True)
class Allowed:
    reason: str = ""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """A refusal. `reason` is a sentence for the person who was refused."""

    reason: str

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied


def effective_membership(plan: Plan, user: User, role: str | None) -> Membership | None:
    """A user's membership as it counts for a plan: their role in its team, which the
    caller has looked up; a viewer where anyone may read it; otherwise none. A guest is
    a reviewer of their plan while that lasts, and of no other; only this costs a query,
    unless the caller has looked that up too."""
    if not role and user.is_guest:
        guests = Guest.objects.live().filter(plan=plan, user=user)
        role = Role.REVIEWER if guests.exists() else None
    elif not role and plan.is_open:
        role = Role.VIEWER
    return Membership(team=plan.team, user=user, role=role) if role else None


def may_see(membership: Membership | None) -> Decision:
    return Allowed() if membership else Denied("This plan isn’t shared with you.")


def _if_in(
    roles: Collection[str], membership: Membership | None, refusal: str
) -> Decision:
    """Allowed in these roles. `refusal` may name the {team}."""
    if membership is None:
        return may_see(membership)
    if membership.role in roles:
        return Allowed()
    return Denied(refusal.format(team=membership.team.name))


def may_edit(membership: Membership | None) -> Decision:
    return _if_in(
        _EDITORS,
        membership,
        "You can read this plan but not edit it. Ask an owner of "
        "{team} to make you an editor.",
    )


def may_write(membership: Membership | None, plan: Plan) -> Decision:
    """Change a plan's text: what editors may unless an owner has locked it."""
    decision = may_edit(membership)
    if not decision or not plan.is_locked:
        return decision
    return Denied(locked_because(plan))


def locked_because(plan: Plan) -> str:
    """Who locked a plan, since when and why, and whom to ask."""
    assert plan.locked_by is not None and plan.locked_at is not None
    day = formats.write(plan.locked_at, "day")
    reason = f": “{plan.lock_reason}”" if plan.lock_reason else ""
    return (
        f"{plan.locked_by.name} locked this plan on {day}{reason}. It can be read, "
        f"commented on and signed. An owner of {plan.team.name} can unlock it."
    )


@dataclass(frozen=True)
class TeamIds:
    """The teams in whose plans a person may do something: ids, for queries across
    plans."""

    see: list[int]
    comment: list[int]
    edit: list[int]


def teams_of(user: User) -> TeamIds:
    """As `may_see`, `may_comment` and `may_edit` decide it of one plan. One query,
    unless the request remembers them."""
    roles = user.team_roles()
    return TeamIds(
        see=list(roles),
        comment=[team for team, role in roles.items() if role in _REVIEWERS],
        edit=[team for team, role in roles.items() if role in _EDITORS],
    )


def assignable(plan: Plan) -> QuerySet[User]:
    """Who can be given a part of a plan: those who belong to its team."""
    people = User.objects.filter(is_active=True, memberships__team=plan.team_id)
    return people.order_by("username")


def possible_signers(plan: Plan) -> QuerySet[User]:
    """Who can be named in a plan's approvals: its team without the viewers, and its
    guests."""
    members = User.objects.filter(
        memberships__team=plan.team_id, memberships__role__in=_REVIEWERS
    )
    guests = Guest.objects.live().filter(plan=plan)
    return members.union(User.objects.filter(pk__in=guests.values("user")))


def mentionable(plan: Plan, reader: User) -> QuerySet[User]:
    """Whom a person can mention in a plan: its team and its guests. A guest does not
    learn who is in the team: only who signs this plan, talks about it or invited
    them."""
    guests = Guest.objects.live().filter(plan=plan)
    if not reader.is_guest:
        members = User.objects.filter(memberships__team=plan.team_id)
        of_plan = User.objects.filter(pk__in=guests.values("user"))
        return members.union(of_plan).order_by("username")
    ids = list(guests.values_list("user", flat=True))
    signers = Approver.objects.filter(approval__item__block__section__plan=plan)
    ids += signers.values_list("user", flat=True)
    authors = Comment.objects.filter(thread__plan=plan).order_by()
    ids += authors.values_list("author", flat=True).distinct()
    ids += guests.filter(user=reader).values_list("invited_by", flat=True)
    return User.objects.filter(pk__in=set(ids)).order_by("username")


def may_comment(membership: Membership | None) -> Decision:
    """Say something about a plan, resolve a thread and reopen it."""
    return _if_in(
        _REVIEWERS,
        membership,
        "You can read comments but not write them. Ask an owner of "
        "{team} to make you a reviewer or an editor.",
    )


def may_suggest(membership: Membership | None) -> Decision:
    """Propose a change of the plan's text, which an editor then decides on."""
    return _if_in(
        _REVIEWERS,
        membership,
        "You can read suggestions but not make them. Ask an owner of "
        "{team} to make you a reviewer or an editor.",
    )


def may_decide(membership: Membership | None) -> Decision:
    """Accept or decline a suggestion."""
    return _if_in(
        _EDITORS,
        membership,
        "An editor decides on suggestions. Ask an owner of {team} to make you one.",
    )


def may_withdraw(membership: Membership | None, suggestion: Suggestion) -> Decision:
    """Take back the user's own suggestion."""
    decision = may_suggest(membership)
    if not membership or not decision or suggestion.author_id == membership.user_id:
        return decision
    return Denied(
        "Only the author can withdraw a suggestion. An editor can decline it."
    )


def may_change_comment(membership: Membership | None, comment: Comment) -> Decision:
    """Edit the user's own comment."""
    decision = may_comment(membership)
    if not membership or not decision or comment.author_id == membership.user_id:
        return decision
    return Denied("Only the author can edit a comment. You can reply to it.")


def may_remove_comment(membership: Membership | None, comment: Comment) -> Decision:
    """Remove the user's own comment; an owner may remove any."""
    decision = may_comment(membership)
    if not membership or not decision or comment.author_id == membership.user_id:
        return decision
    if may_manage(membership):
        return decision
    return Denied(
        "Only the author or an owner of the team can remove a comment. You can "
        "reply to it."
    )


def may_manage(membership: Membership | None) -> Decision:
    """Put a plan away and bring it back; say who may read it; lead its team."""
    return _if_in(_OWNERS, membership, "Only an owner of {team} can do this.")


def may_change_templates(membership: Membership | None) -> Decision:
    """Add templates to a team, change, archive and restore them, and choose which one
    new plans start from."""
    if membership and membership.team.editors_change_templates:
        return _if_in(
            _EDITORS,
            membership,
            "Editors and owners of {team} can change its templates. Ask an owner to "
            "make you an editor.",
        )
    return _if_in(_OWNERS, membership, "Only an owner of {team} can change templates.")


def may_set_up(membership: Membership | None) -> Decision:
    """Say how a plan is signed: its rules, its slots, who takes whose place."""
    return _if_in(
        _OWNERS,
        membership,
        "Only an owner of the team can change the sign-off rules. Editors can "
        "change the approvers in the plan’s Approvals section.",
    )


def may_sign(
    membership: Membership | None, approval: Approval, approver_ids: Collection[int]
) -> Decision:
    """Decide in a slot. `approver_ids`: the people who are to sign there."""
    if membership is None:
        return may_see(membership)
    if membership.user_id not in approver_ids:
        return Denied(
            f"{approval.role} is signed by {approval.name or 'no one yet'}. An "
            "editor can name you in the Approvals section."
        )
    if membership.role in _REVIEWERS:
        return Allowed()
    return Denied("Viewers can’t sign. Ask an owner of the team to change your role.")
