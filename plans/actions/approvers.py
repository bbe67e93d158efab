"""Who is meant by the names on an Approvals line."""

from __future__ import annotations

import re

from django.db.models import Q

from plans.actions.errors import Refused
from plans.models import Approval, Approver, Plan, User

_BETWEEN = re.compile(r"[,;/&+\n、，]|\band\b|\bor\b|<br\s*/?>", re.IGNORECASE)
_ANY = re.compile(r"\bor\b|\bany of\b|/", re.IGNORECASE)
_BEFORE = re.compile(r"^\s*(?:any of|either|both|all of)\b", re.IGNORECASE)


def link(plan: Plan, approval: Approval) -> None:
    """Seat the members whose names stand in the line, and nobody else."""
    people = members_called(plan, approval.name)
    approval.needs = _needs_of(approval.name, people)
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
        ignore_conflicts=True,  # somebody else may seat them at the same moment
    )


def _needs_of(line: str, people: list[User]) -> Approval.Needs:
    any_is_enough = len(people) > 1 and _ANY.search(line)
    return Approval.Needs.ANY if any_is_enough else Approval.Needs.ALL


def link_where_nobody_is(plan: Plan) -> None:
    """Somebody may have joined the team, or have got the name, since it was typed."""
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    for approval in slots.filter(seats=None).exclude(name=""):
        link(plan, approval)


def seat(user: User) -> None:
    """Somebody came into a team, or was given another name: it may stand in Approvals
    lines since before that."""
    named = Q(name__icontains=user.name) | Q(name__icontains=user.username)
    waiting = Approval.objects.present().filter(
        named, seats=None, item__block__section__plan__team__memberships__user=user
    )
    plans = waiting.values("item__block__section__plan")
    for plan in Plan.objects.filter(pk__in=plans):
        link_where_nobody_is(plan)


def members_called(plan: Plan, text: str) -> list[User]:
    """The team members that a line names, in its order: `Dana Ito`, `dana`, `Dana Ito,
    Architect`, `Dana Ito and Emil`, `dana or emil`."""
    bare = _BEFORE.sub("", text)
    wanted = [name_in(part) for part in [bare, *_BETWEEN.split(bare)]]
    found: list[User] = []
    members = list(User.objects.filter(memberships__team=plan.team_id).order_by("pk"))
    for name in filter(None, wanted):
        if (member := _called(name, members)) and member not in found:
            found.append(member)
    return found


def _called(name: str, members: list[User]) -> User | None:
    """By their user name, which is theirs alone; else by the name that they are shown
    under, which anybody may choose: when two have it, nobody is meant."""
    for member in members:
        if name == member.username.casefold():
            return member
    shown = [member for member in members if name == member.name.casefold()]
    return shown[0] if len(shown) == 1 else None


def line_for(people: list[User], needs: str) -> str:
    """The line that names these people."""
    return _joined([person.name for person in people], needs)


def _joined(names: list[str], needs: str) -> str:
    if len(names) < 2:
        return "".join(names)
    joined = "or" if needs == Approval.Needs.ANY else "and"
    return f"{', '.join(names[:-1])} {joined} {names[-1]}"


def line_naming(plan: Plan, people: list[User], needs: str) -> str:
    """A line by which these people are found again, and nobody else: their user names
    where their names mislead. Raises Refused when those do too."""
    lines = [line_for(people, needs), _joined([p.username for p in people], needs)]
    for line in lines:
        found = members_called(plan, line)
        is_plain = len(people) < 2 or _needs_of(line, found) == needs
        if is_plain and {p.pk for p in found} == {p.pk for p in people}:
            return line
    raise Refused(
        "A line of the plan cannot name these people so that nobody else is meant: "
        "somebody has the same name, or has “and” or “or” in it. Ask an administrator "
        "to change the name that is shown."
    )


def name_in(text: str) -> str:
    """The name alone, casefolded: what stands behind it in brackets or after a comma
    or dash is a role."""
    name = re.split(r"[,(/]|\s[-–—]", text, maxsplit=1)[0]
    return " ".join(name.strip(" *_`@").casefold().split())
