"""What the planner can be tried with: a team, its people, and three plans.

Everything here is made up. The people's password is known to everybody who reads this,
so `load_demo` refuses to make them anywhere but in development.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from django.db import transaction

from plans.actions.assignments import assign
from plans.actions.comments import comment, resolve
from plans.actions.items import save_item
from plans.actions.plans import Start, create_from_template, import_plan
from plans.actions.reviews import request_review
from plans.actions.signing import sign
from plans.actions.suggestions import suggest
from plans.actions.versions import name_version
from plans.content import storage
from plans.content.anchors import About
from plans.errors import Refused
from plans.models import (
    Approval,
    AuditRecord,
    Field,
    Membership,
    Plan,
    Section,
    Team,
    User,
)
from plans.permissions import Role

Kind = AuditRecord.Kind

PASSWORD = "meter-reading"  # noqa: S105 (printed on purpose)


@dataclass(frozen=True)
class CastMember:
    username: str
    display_name: str
    role: Role


PEOPLE = [
    CastMember("alice", "Alice Moreau", Role.OWNER),
    CastMember("bob", "Bob Tanaka", Role.EDITOR),
    CastMember("dana", "Dana Okafor", Role.REVIEWER),
    CastMember("emil", "Emil Brandt", Role.REVIEWER),
    CastMember("frida", "Frida Nyström", Role.EDITOR),
    CastMember("victor", "Victor Adeyemi", Role.VIEWER),
]
# Two of the four approvers have decided on the filled plan: role, word and comment.
HALF_SIGNED = [
    (
        "dana",
        "Technical Design",
        Kind.APPROVED,
        "The queue with ids of its own convinces me; the spike settled it.",
    ),
    (
        "emil",
        "Security Review",
        Kind.APPROVED_IF,
        "The runbook for a lost phone is linked from the plan before the pilot.",
    ),
]
# The plan that is approved took two versions.
FIRST_ROUND = [
    ("dana", "Technical Design", Kind.APPROVED, "One rounding at the end: good."),
    (
        "emil",
        "Security Review",
        Kind.CHANGES_REQUESTED,
        "A code by letter can be intercepted. Say what stops the bills then.",
    ),
]
MENDED = {
    "Stop Signals": "More than 1 bill in 200 taken back within a week, or any bill for "
    "a flat whose owner did not move",
}
SECOND_ROUND = [
    ("dana", "Technical Design", Kind.APPROVED, ""),
    ("emil", "Security Review", Kind.APPROVED, "That is the signal I missed."),
    ("alice", "Product Sign-off", Kind.APPROVED, ""),
    ("frida", "Launch Approval", Kind.APPROVED, "Runbook tried on 2 March."),
]
STARTED = Start(feature="Leak Alerts", branch="015-leak-alerts", area="customer-portal")


@transaction.atomic
def load_demo_plans(*, today: date) -> None:
    """Make team, people and plans; where the team has plans, leave all as it is.

    Raises Refused where other accounts have the user names of the demo's people: they
    would become members of a team that they never joined, and signers of its plans.
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
            f"{', '.join(names)}, and other accounts here have these names: "
            f"{', '.join(taken)}. Name another database in DATABASE_URL to try it."
        )
    people = {person.username: _user(person, team) for person in PEOPLE}
    _approved_plan(team, people)
    plan = _filled_plan(team, people)
    _talk(plan, people)
    _share_out(plan, people, today)
    for person in people.values():
        # Last, so that nothing above sends mail.
        person.email = f"{person.username}@example.org"
        person.save(update_fields=["email"])
    create_from_template(
        team=team,
        actor=people["bob"],
        start=Start(STARTED.feature, STARTED.branch, STARTED.area, today),
    )


def _user(person: CastMember, team: Team) -> User:
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


def filled_text(name: str = "offline-readings") -> str:
    """A plan that is filled in completely."""
    return files("plans.demo").joinpath(f"{name}.md").read_bytes().decode()


def _filled_plan(team: Team, people: dict[str, User]) -> Plan:
    """Finished, submitted, and signed by half of its approvers."""
    plan = import_plan(team=team, actor=people["bob"], text=filled_text())
    request_review(plan=plan, actor=people["bob"])
    _sign(plan, people, HALF_SIGNED)
    return plan


def _approved_plan(team: Team, people: dict[str, User]) -> None:
    """Sent back once, mended, and signed by all."""
    bob = people["bob"]
    plan = import_plan(team=team, actor=bob, text=filled_text("final-bill"))
    request_review(plan=plan, actor=bob)
    _sign(plan, people, FIRST_ROUND)
    for label, value in MENDED.items():
        item = storage.items_of(plan).get(field__label=label)
        save_item(
            plan=plan, item=item, actor=bob, values={"value": value}, seen=item.version
        )
    request_review(plan=plan, actor=bob)
    _sign(plan, people, SECOND_ROUND)


def _sign(
    plan: Plan, people: dict[str, User], words: Sequence[tuple[str, str, str, str]]
) -> None:
    slots = Approval.objects.filter(item__block__section__plan=plan)
    for username, role, decision, comment_text in words:
        sign(
            plan=plan,
            approval=slots.get(role=role),
            version=plan.versions.latest("number"),
            actor=people[username],
            decision=decision,
            comment=comment_text,
            proof="demo",
        )


def _share_out(plan: Plan, people: dict[str, User], today: date) -> None:
    """Who looks after what, one of it overdue, and a name for the version."""
    bob, alice = people["bob"], people["alice"]
    item = storage.items_of(plan).present().get(field__label="Stop Signals")
    due = today + timedelta(days=7)
    assign(plan=plan, actor=alice, item=item, assignee=people["frida"], due=due)
    sections = Section.objects.present().filter(plan=plan)
    section = sections.get(heading__startswith="7. RISKS")
    due = today - timedelta(days=1)
    assign(plan=plan, actor=bob, section=section, assignee=alice, due=due)
    version = plan.versions.get()
    name_version(plan=plan, version=version, actor=bob, name="After the pilot")


def _talk(plan: Plan, people: dict[str, User]) -> None:
    """Three threads (one with a mention on some words of a text, one that is resolved,
    one on a section), and a suggestion."""
    labels = {
        field.label: field.item
        for field in Field.objects.select_related("item__block__section").filter(
            item__block__section__plan=plan
        )
    }
    signals = labels["Stop Signals"]
    words = "any technician who reports a reading gone"
    position = signals.field.value.index(words)
    question = comment(
        plan=plan,
        actor=people["emil"],
        item=signals,
        about=About("value", words, position=position),
        text="Who watches this at night? @frida, is there someone **on call** "
        "in the first week?",
    )
    comment(
        plan=plan,
        actor=people["bob"],
        thread=question.thread,
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
    suggest(
        plan=plan,
        item=signals,
        actor=people["dana"],
        key="value",
        text=signals.field.value.replace("1 in 1,000", "1 in 2,000"),
        reason="Support would hear of 1 in 1,000 before we do.",
    )
    phase = Section.objects.get(plan=plan, heading="Phase 4: Pilot in Two Districts")
    comment(
        plan=plan,
        actor=people["frida"],
        section=phase,
        text="Two districts that differ:\n\n- the harbour, with good reception\n"
        "- the hills, where phones are offline until noon",
    )
