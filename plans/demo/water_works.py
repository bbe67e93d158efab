"""The first team of the demo: one plan approved, one in review, one just begun."""

from __future__ import annotations

from datetime import date

from plans import document as doc
from plans.actions.plans import Start, create_from_template
from plans.actions.templates import add_template, add_template_version
from plans.actions.versions import name_version
from plans.demo.cast import WATER_WORKS, make_team
from plans.demo.stage import Stage
from plans.models import AuditRecord, Team, User

Kind = AuditRecord.Kind


def load(people: dict[str, User], today: date) -> None:
    team = make_team(WATER_WORKS, people)
    _approved_at_the_second_try(
        Stage.of("final-bill", team, "bob", people, today, tags=["billing", "2026 Q1"])
    )
    _half_signed(
        Stage.of(
            "offline-readings",
            team,
            "bob",
            people,
            today,
            tags=["field app", "2026 Q2"],
        )
    )
    _just_begun(team, people, today)


def _approved_at_the_second_try(stage: Stage) -> None:
    stage.submit("bob")
    stage.sign(
        "dana", "Technical Design", Kind.APPROVED, "One rounding at the end: good."
    )
    stage.sign(
        "emil",
        "Security Review",
        Kind.CHANGES_REQUESTED,
        "A code by letter can be intercepted. Say what stops the bills then.",
    )
    stage.edit(
        "bob",
        "Stop Signals",
        "More than 1 bill in 200 taken back within a week, or any bill for a flat "
        "whose owner did not move",
    )
    stage.submit("bob")
    stage.sign("dana", "Technical Design", Kind.APPROVED)
    stage.sign("emil", "Security Review", Kind.APPROVED, "That is the signal I missed.")
    stage.sign("alice", "Product Sign-off", Kind.APPROVED)
    stage.sign("frida", "Launch Approval", Kind.APPROVED, "Runbook tried on 2 March.")


def _half_signed(stage: Stage) -> None:
    stage.submit("bob")
    stage.sign(
        "dana",
        "Technical Design",
        Kind.APPROVED,
        "The queue with ids of its own convinces me; the spike settled it.",
    )
    stage.sign(
        "emil",
        "Security Review",
        Kind.APPROVED_IF,
        "The runbook for a lost phone is linked from the plan before the pilot.",
    )
    _talk(stage)
    stage.assign("alice", "frida", 7, label="Stop Signals")
    stage.assign("bob", "alice", -1, heading="7. RISKS")
    name_version(
        plan=stage.plan,
        version=stage.plan.versions.get(),
        actor=stage.people["bob"],
        name="After the pilot",
    )


def _talk(stage: Stage) -> None:
    """A thread on some words, one that is resolved, one on a section; a suggestion."""
    nights = stage.comment(
        "emil",
        "Who watches this at night? @frida, is there someone **on call** in the first "
        "week?",
        label="Stop Signals",
        about="any technician who reports a reading gone",
    )
    stage.reply(
        "bob",
        nights,
        "The dashboard pages the service team. Phones are another matter.",
    )
    storage = stage.comment(
        "dana",
        "Room encrypts nothing by itself. Is that fine for a day's readings?",
        label="Storage",
    )
    stage.reply(
        "alice",
        storage,
        "Yes: they hold a meter's number and no name, and leave the phone with the "
        "evening's hand-in. See `docs/threats.md`.",
    )
    stage.resolve("dana", storage)
    stage.suggest(
        "dana",
        "Stop Signals",
        "1 in 1,000",
        "1 in 2,000",
        "Support would hear of 1 in 1,000 before we do.",
    )
    stage.comment(
        "frida",
        "Two districts that differ:\n\n- the harbour, with good reception\n"
        "- the hills, where phones are offline until noon",
        heading="Phase 4: Pilot in Two Districts",
    )


def _just_begun(team: Team, people: dict[str, User], today: date) -> None:
    """From the team's own template, of which there is a newer version."""
    text = doc.default_template()
    version = add_template(
        team=team,
        actor=people["alice"],
        name="Plan of the water works",
        markdown=text,
        hints=_HINTS,
        note="The built-in template, with our own guidance",
    )
    start = Start("Leak Alerts", "015-leak-alerts", "customer-portal", today)
    create_from_template(team=team, actor=people["bob"], start=start, version=version)
    heading = "### Checkpoints\n"
    calls = "### Customer Calls\n\n- **Who answers**: [Name]\n\n"
    assert heading in text
    add_template_version(
        template=version.template,
        actor=people["alice"],
        markdown=text.replace(heading, calls + heading),
        hints=_HINTS,
        note="Say who answers when customers call",
    )


_HINTS = """\
## Technical Context

Write what is decided, not what is possible. Ask Emil before you name a supplier.

- **Storage**: Where readings end up, and for how many years.
- **Target Platform**: The tablets of the field crews count, too.

## Stakeholders

Somebody from customer service belongs here whenever a letter or a bill changes.
"""
