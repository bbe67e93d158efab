"""Whom the names on an Approvals line mean, and a line that means certain people."""

from __future__ import annotations

import re
from collections.abc import Collection

from plans.errors import Refused
from plans.models import Approval, Plan, SeatName, User, names
from plans.reviews.model import ReviewStatus

_BETWEEN = re.compile(r"[,;/&+\n、，]|\band\b|\bor\b|<br\s*/?>", re.IGNORECASE)


_ANY = re.compile(r"\bor\b|\bany of\b|/", re.IGNORECASE)


_BEFORE = re.compile(r"^\s*(?:any of|either|both|all of)\b", re.IGNORECASE)


def needs_of(line: str, people: list[User]) -> Approval.Needs:
    any_is_enough = len(people) > 1 and _ANY.search(line)
    return Approval.Needs.ANY if any_is_enough else Approval.Needs.ALL


def proposed(plan: Plan, approval: Approval) -> list[User]:
    """Members whom a line names by what they are called now, and who are not asked:
    each is the only one of that name. An editor says whether they are meant."""
    seats = approval.seats.all()
    asked = {pk for seat in seats for pk in (seat.user_id, seat.in_place_of_id)}
    return _called_but_not_asked(NamedPeople(plan), approval, asked)


def propose(plan: Plan, state: ReviewStatus) -> None:
    """Say in a state whom its lines may mean beside those who are asked."""
    slots = [
        slot
        for slot in state.slots
        if _most_people(slot.approval.name) > len(slot.approvers)
    ]
    if not slots:
        return
    meant = NamedPeople(plan)
    for slot in slots:
        places = [(one.user, one.in_place_of) for one in slot.approvers]
        asked = {person.pk for place in places for person in place if person}
        slot.proposed = _called_but_not_asked(meant, slot.approval, asked)


def _called_but_not_asked(
    meant: NamedPeople, approval: Approval, asked: Collection[int | None]
) -> list[User]:
    people = [meant.called_so(name) for name in names_in(approval.name)]
    return [one for one in dict.fromkeys(people) if one and one.pk not in asked]


def members_called(plan: Plan, text: str) -> list[User]:
    """The team members that a line names, in its order: `Dana Ito`, `dana`, `Dana Ito,
    Architect`, `Dana Ito and Emil`, `dana or emil`."""
    return NamedPeople(plan).people(text)


class NamedPeople:
    """Whom names mean in the Approvals lines of a plan's team."""

    def __init__(self, plan: Plan) -> None:
        self.team_id = plan.team_id
        members = User.objects.filter(memberships__team=plan.team_id)
        self.members = {member.pk: member for member in members.order_by("pk")}
        seats = SeatName.objects.filter(team=plan.team_id)
        self.seated = dict(seats.values_list("name", "user_id"))

    def people(self, text: str) -> list[User]:
        people = [self.person(name) for name in names_in(text)]
        return [person for person in dict.fromkeys(people) if person]

    def person(self, name: str) -> User | None:
        """The account that was seated by this name, while it is in the team; else the
        only member who is called so."""
        if name in self.seated:
            return self.members.get(self.seated[name])
        return self.called_so(name)

    def called_so(self, name: str) -> User | None:
        called = [one for one in self.members.values() if name in names_of(one)]
        return called[0] if len(called) == 1 else None


def names_of(member: User) -> set[str]:
    return {
        names.fold_name(names.visible(name)) for name in (member.name, member.username)
    }


def names_in(line: str) -> list[str]:
    """The names in a line, as they are compared: the whole of it may be one too."""
    bare = _BEFORE.sub("", line)
    parts = [name_in(part) for part in [bare, *_BETWEEN.split(bare)]]
    return [name for name in dict.fromkeys(parts) if name]


def _most_people(line: str) -> int:
    """How many people a line can name."""
    parts = map(name_in, _BETWEEN.split(_BEFORE.sub("", line)))
    return len(set(filter(None, parts)))


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
        is_plain = len(people) < 2 or needs_of(line, found) == needs
        if is_plain and {p.pk for p in found} == {p.pk for p in people}:
            return line
    raise Refused(
        "These names are ambiguous in the plan: another member has the same name, "
        "or a name contains “and” or “or”. Ask an administrator to change the "
        "display name."
    )


def name_in(text: str) -> str:
    """The name alone, casefolded: what stands behind it in brackets or after a comma
    or dash is a role."""
    name = re.split(r"[,(/]|\s[-–—]", text, maxsplit=1)[0]
    return names.fold_name(names.visible(name).strip(" *_`@"))
