"""What the planner can be tried with: a team, its people, and two plans.

Everything here is made up. The people's password is known to everybody who reads this,
so `load_demo` refuses to make them anywhere but in development.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from django.db import transaction

from plans.access import Role
from plans.actions.comments import comment, resolve
from plans.actions.errors import Refused
from plans.actions.plans import Start, create_from_template, import_plan
from plans.actions.reviews import request_review
from plans.actions.signing import sign
from plans.models import Approval, Field, Membership, Plan, Section, Team, User

PASSWORD = "meter-reading"  # noqa: S105 (printed on purpose)


@dataclass(frozen=True)
class Person:
    username: str
    display_name: str
    role: Role


PEOPLE = [
    Person("alice", "Alice Moreau", Role.OWNER),
    Person("bob", "Bob Tanaka", Role.EDITOR),
    Person("dana", "Dana Okafor", Role.REVIEWER),
    Person("emil", "Emil Brandt", Role.REVIEWER),
    Person("frida", "Frida Nyström", Role.EDITOR),
    Person("victor", "Victor Adeyemi", Role.VIEWER),
]
# Two of the four approvers have decided on the filled plan.
SIGNED = {
    "dana": "The queue with ids of its own convinces me; the spike settled it.",
    "emil": "Readings hold no names. Fine, once the lost-phone runbook is linked.",
}
STARTED = Start(feature="Leak Alerts", branch="015-leak-alerts", area="customer-portal")


@transaction.atomic
def load(*, today: date) -> None:
    """Make team, people and plans; where the team has plans, leave all as it is.

    Raises Refused where somebody else has a name of the demo's people: they would find
    themselves in a team that they never joined, and as signers of what they never saw.
    """
    team, _ = Team.objects.get_or_create(
        slug="water-works", defaults={"name": "Water works"}
    )
    if team.plans.exists():
        return
    names = [person.username for person in PEOPLE]
    others = User.objects.filter(username__in=names).exclude(teams=team)
    taken = sorted(others.values_list("username", flat=True))
    if taken:
        raise Refused(
            "The demo was not loaded: its people are called "
            f"{', '.join(names)}, and somebody else here is {' and '.join(taken)}. "
            "Name another database in DATABASE_URL to try it."
        )
    people = {person.username: _user(person, team) for person in PEOPLE}
    _talk(_filled_plan(team, people), people)
    for person in people.values():
        # Last, so that what happened above wrote to nobody.
        person.email = f"{person.username}@example.org"
        person.save(update_fields=["email"])
    create_from_template(
        team=team,
        actor=people["bob"],
        start=Start(STARTED.feature, STARTED.branch, STARTED.area, today),
    )


def _user(person: Person, team: Team) -> User:
    user = User.objects.filter(username=person.username).first()
    if user is None:
        user = User.objects.create_user(
            username=person.username,
            password=PASSWORD,
            display_name=person.display_name,
        )
    Membership.objects.get_or_create(
        team=team, user=user, defaults={"role": person.role}
    )
    return user


def filled_text() -> str:
    """A plan that is filled in completely."""
    return files("plans.demo").joinpath("offline-readings.md").read_bytes().decode()


def _filled_plan(team: Team, people: dict[str, User]) -> Plan:
    """Finished, submitted, and signed by half of its approvers."""
    plan = import_plan(team=team, actor=people["alice"], text=filled_text())
    version = request_review(plan=plan, actor=people["alice"])
    for username, reason in SIGNED.items():
        approval = Approval.objects.get(
            item__block__section__plan=plan, approvers=people[username]
        )
        sign(
            plan=plan,
            approval=approval,
            version=version,
            actor=people[username],
            decision="approved",
            comment=reason,
            proof="demo",
        )
    return plan


def _talk(plan: Plan, people: dict[str, User]) -> None:
    """Three threads: one with a mention, one that is resolved, one on a section."""
    labels = {
        field.label: field.item
        for field in Field.objects.select_related("item__block__section").filter(
            item__block__section__plan=plan
        )
    }
    asked = comment(
        plan=plan,
        actor=people["emil"],
        item=labels["Stop Signals"],
        text="Who watches this at night? @frida, is there somebody **on call** "
        "in the first week?",
    )
    comment(
        plan=plan,
        actor=people["bob"],
        thread=asked.thread,
        text="The dashboard pages the service team. Phones are another matter.",
    )
    done = comment(
        plan=plan,
        actor=people["dana"],
        item=labels["Storage"],
        text="Room encrypts nothing by itself. Is that fine for a day's readings?",
    )
    comment(
        plan=plan,
        actor=people["alice"],
        thread=done.thread,
        text="Yes: they hold a meter's number and no name, and leave the phone with "
        "the evening's hand-in. See `docs/threats.md`.",
    )
    resolve(plan=plan, actor=people["dana"], thread=done.thread)
    phase = Section.objects.get(plan=plan, heading="Phase 4: Pilot in Two Districts")
    comment(
        plan=plan,
        actor=people["frida"],
        section=phase,
        text="Two districts that differ:\n\n- the harbour, with good reception\n"
        "- the hills, where phones are offline until noon",
    )
