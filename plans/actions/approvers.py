"""Who is meant by the names on an Approvals line."""

from __future__ import annotations

import re

from django.db import transaction

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.evidence import record_seats
from plans.actions.membership import membership
from plans.errors import Refused
from plans.models import Approval, Approver, Plan, SeatName, User, names
from plans.notifications import sign_off
from plans.reviews.rules import is_turn
from plans.reviews.status import ReviewStatus, review_status

_BETWEEN = re.compile(r"[,;/&+\n、，]|\band\b|\bor\b|<br\s*/?>", re.IGNORECASE)
_ANY = re.compile(r"\bor\b|\bany of\b|/", re.IGNORECASE)
# As plans.models.SeatName keeps it.
_LONGEST = 200
_BEFORE = re.compile(r"^\s*(?:any of|either|both|all of)\b", re.IGNORECASE)


def link(plan: Plan, approval: Approval) -> None:
    """Seat the members whose names somebody wrote into the line, and nobody else."""
    meant = _Meant(plan)
    people = meant.people(approval.name)
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
    meant.remember(approval.name)


def _needs_of(line: str, people: list[User]) -> Approval.Needs:
    any_is_enough = len(people) > 1 and _ANY.search(line)
    return Approval.Needs.ANY if any_is_enough else Approval.Needs.ALL


def link_all(plan: Plan) -> None:
    """Seat the members whom a new plan names."""
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    for approval in slots.filter(seats=None).exclude(name=""):
        link(plan, approval)


@transaction.atomic
def confirm(*, plan: Plan, approval: Approval, actor: User, person: User) -> Approver:
    """Seat a member whom a line names, and who was not in the team, or was called
    otherwise, when it was written. Raises Refused for anybody else."""
    require(permissions.may_edit(membership(plan, actor)))
    number = lock_plan(plan)
    slots = Approval.objects.present().filter(item__block__section__plan=plan)
    stored = slots.filter(pk=approval.pk).first()
    if stored is None or person not in proposed(plan, stored):
        raise Refused(
            "The plan’s Approvals no longer name this person. Nothing is new."
        )
    seat = Approver.objects.create(approval=stored, user=person)
    for name in names_in(stored.name):
        if name in _called(person):
            SeatName.objects.update_or_create(
                team_id=plan.team_id, name=name, defaults={"user": person}
            )
    stored.needs = _needs_of(stored.name, [seat.user for seat in stored.seats.all()])
    stored.save(update_fields=["needs"])
    record_seats(plan=plan, actor=actor, approval=stored)
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb="approver.confirmed",
        edits=[],
        label=f"{stored.role}: {person.account}",
        item_id=stored.pk,
    )
    state = review_status(plan)
    slot = state.slot_of(stored.pk)
    if slot and is_turn(state, slot):
        sign_off.ask_for_sign_off(plan, state, [slot], only=person)
    return seat


def proposed(plan: Plan, approval: Approval) -> list[User]:
    """Members whom a line names by what they are called now, and who are not asked:
    each is the only one of that name. An editor says whether they are meant."""
    seats = approval.seats.all()
    asked = {pk for seat in seats for pk in (seat.user_id, seat.in_place_of_id)}
    meant = _Meant(plan)
    people = [meant.called_so(name) for name in names_in(approval.name)]
    return [one for one in dict.fromkeys(people) if one and one.pk not in asked]


def propose(plan: Plan, state: ReviewStatus) -> None:
    """Say in a state whom its lines may mean beside those who are asked."""
    for slot in state.slots:
        if len(names_in(slot.approval.name)) > len(slot.voices):
            slot.proposed = proposed(plan, slot.approval)


def members_called(plan: Plan, text: str) -> list[User]:
    """The team members that a line names, in its order: `Dana Ito`, `dana`, `Dana Ito,
    Architect`, `Dana Ito and Emil`, `dana or emil`."""
    return _Meant(plan).people(text)


class _Meant:
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
        called = [one for one in self.members.values() if name in _called(one)]
        return called[0] if len(called) == 1 else None

    def remember(self, text: str) -> None:
        """From now on these names mean those whom they have seated."""
        pairs = [(name, self.person(name)) for name in names_in(text)]
        SeatName.objects.bulk_create(
            [
                SeatName(team_id=self.team_id, name=name, user=person)
                for name, person in pairs
                if person and name not in self.seated and len(name) <= _LONGEST
            ],
            ignore_conflicts=True,
        )


def _called(member: User) -> set[str]:
    return {
        names.folded(names.visible(name)) for name in (member.name, member.username)
    }


def names_in(line: str) -> list[str]:
    """The names in a line, as they are compared: the whole of it may be one too."""
    bare = _BEFORE.sub("", line)
    parts = [name_in(part) for part in [bare, *_BETWEEN.split(bare)]]
    return [name for name in dict.fromkeys(parts) if name]


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
    return names.folded(names.visible(name).strip(" *_`@"))
