"""Approvals lines and team members: which members a line names, and the reverse. The
plan's guests count as members here."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from plans.errors import Refused
from plans.models import Approval, Guest, InvitedSeat, Plan, SeatName, User, names
from plans.reviews.model import ReviewStatus

_SEPARATOR = re.compile(r"[,;/&+\n、，]|\band\b|\bor\b|<br\s*/?>", re.IGNORECASE)
_ANY = re.compile(r"\bor\b|\bany of\b|/", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*(?:any of|either|both|all of)\b", re.IGNORECASE)


def parse_needs(line: str, people: int) -> Approval.Needs:
    """`people`: how many of those on the line are to sign."""
    any_is_enough = people > 1 and _ANY.search(line)
    return Approval.Needs.ANY if any_is_enough else Approval.Needs.ALL


def proposed_members(plan: Plan, approval: Approval) -> list[User]:
    """Members whose present name is on the line, unambiguously, and who have not been
    asked to sign. An editor confirms whether they are meant."""
    seats = approval.seats.all()
    approver_ids = {pk for seat in seats for pk in (seat.user_id, seat.in_place_of_id)}
    return _without_approvers(MemberLookup(plan), approval, approver_ids)


def add_proposals(plan: Plan, state: ReviewStatus) -> None:
    """Set `proposed` and `invited` in slots whose line may name more people than their
    approvers."""
    slots = [
        slot
        for slot in state.slots
        if _most_people(slot.approval.name) > len(slot.approvers)
    ]
    if not slots:
        return
    lookup = MemberLookup(plan)
    for slot in slots:
        pairs = [(one.user, one.in_place_of) for one in slot.approvers]
        approver_ids = {person.pk for pair in pairs for person in pair if person}
        slot.proposed = _without_approvers(lookup, slot.approval, approver_ids)
        slot.invited = lookup.invited_for(slot.approval)


def _without_approvers(
    lookup: MemberLookup, approval: Approval, approver_ids: Collection[int | None]
) -> list[User]:
    line_names = parse_names(approval.name)
    members = dict.fromkeys(lookup.only_member_called(name) for name in line_names)
    return [member for member in members if member and member.pk not in approver_ids]


def members_named(plan: Plan, text: str) -> list[User]:
    """The team members that a line names, in its order. Lines look like `Dana Ito`,
    `dana`, `Dana Ito, Architect`, `Dana Ito and Emil` or `dana or emil`."""
    return MemberLookup(plan).members_named(text)


class MemberLookup:
    """Finds team members by the names on Approvals lines. A name that stands for
    somebody who was invited means no member."""

    def __init__(self, plan: Plan) -> None:
        self.team_id = plan.team_id
        members = User.objects.filter(memberships__team=plan.team_id)
        guests = Guest.objects.live().filter(plan=plan)
        people = members.union(User.objects.filter(pk__in=guests.values("user")))
        self.members = {person.pk: person for person in people.order_by("pk")}
        seats = SeatName.objects.filter(team=plan.team_id)
        self.seated = dict(seats.values_list("name", "user_id"))
        self.invited = list(
            InvitedSeat.objects.filter(
                is_named=True, approval__item__block__section__plan=plan
            ).select_related("invitation")
        )
        self._invited_names = {parse_name(seat.name) for seat in self.invited}

    def invited_for(self, approval: Approval) -> list[InvitedSeat]:
        return [seat for seat in self.invited if seat.approval_id == approval.pk]

    def members_named(self, text: str) -> list[User]:
        members = [self.member_named(name) for name in parse_names(text)]
        return [member for member in dict.fromkeys(members) if member]

    def member_named(self, name: str) -> User | None:
        """The account that this name was assigned to, if it is still in the team;
        without an assignment, the only member of this name."""
        if name in self.seated:
            return self.members.get(self.seated[name])
        return self.only_member_called(name)

    def only_member_called(self, name: str) -> User | None:
        if name in self._invited_names:
            return None
        members = self.members.values()
        matching = [member for member in members if name in comparable_names(member)]
        return matching[0] if len(matching) == 1 else None


def comparable_names(member: User) -> set[str]:
    return {
        names.fold_name(names.visible(name)) for name in (member.name, member.username)
    }


def parse_names(line: str) -> list[str]:
    """The comparable names on a line, which may also be one name as a whole."""
    bare = _PREFIX.sub("", line)
    parts = [parse_name(part) for part in [bare, *_SEPARATOR.split(bare)]]
    return [name for name in dict.fromkeys(parts) if name]


def _most_people(line: str) -> int:
    """The largest number of people that a line can name."""
    parts = map(parse_name, _SEPARATOR.split(_PREFIX.sub("", line)))
    return len(set(filter(None, parts)))


def _joined(names: list[str], needs: str) -> str:
    if len(names) < 2:
        return "".join(names)
    joined = "or" if needs == Approval.Needs.ANY else "and"
    return f"{', '.join(names[:-1])} {joined} {names[-1]}"


def unambiguous_line(
    plan: Plan, people: list[User], needs: str, invited: Sequence[str] = ()
) -> str:
    """A line that names exactly these people, by display names or else by usernames,
    and those who were `invited` by the names that they were given.
    Raises Refused if both are ambiguous."""
    known_as = [[p.name for p in people], [p.username for p in people]]
    for names_used in known_as:
        line = _joined([*names_used, *invited], needs)
        members = members_named(plan, line)
        count = len(people) + len(invited)
        has_needs = count < 2 or parse_needs(line, count) == needs
        if has_needs and {p.pk for p in members} == {p.pk for p in people}:
            return line
    raise Refused(
        "These names are ambiguous in the plan: another member has the same name, "
        "or a name contains “and” or “or”. Ask an administrator to change the "
        "display name."
    )


def is_one_name(text: str) -> bool:
    """Whether a line with this name alone names one person."""
    return parse_names(text) == [names.fold_name(names.visible(text))]


def parse_name(text: str) -> str:
    """The comparable name, without a role in brackets or after a comma or dash."""
    name = re.split(r"[,(/]|\s[-–—]", text, maxsplit=1)[0]
    return names.fold_name(names.visible(name).strip(" *_`@"))
