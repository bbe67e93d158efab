"""What has to hold before somebody approves. Each rule can be switched off for a plan.

A refusal says which rule it is and what to do. Asking for changes and declining are
bound by none of them: whoever is asked may always object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plans import document as doc
from plans.models import User, Version
from plans.reviews.status import ApprovalStatus, ReviewStatus

_DESIGN = re.compile(r"technical design", re.IGNORECASE)

_READY = "Definition of Ready"
_DONE = "Definition of Done"
_GATES = {
    _READY: re.compile(_READY, re.IGNORECASE),
    _DONE: doc.DEFINITION_OF_DONE,
}


@dataclass(frozen=True)
class Case:
    """Somebody who is about to approve. `version` has its Markdown."""

    version: Version
    state: ReviewStatus
    slot: ApprovalStatus
    signer: User


@dataclass(frozen=True)
class Rule:
    """`name`: the column of ReviewRules that switches it; `label` and `help` for the
    page where that is done; `refusal`: why a case breaks it, or ""."""

    name: str
    label: str
    help: str
    refusal: Callable[[Case], str]


@dataclass(frozen=True)
class Gate:
    """A list of checks that a rule looks at: how many of them are ticked."""

    name: str
    done: int
    total: int

    @property
    def is_open(self) -> bool:
        return self.done == self.total


def gates_of(document: doc.Document) -> list[Gate]:
    """The Definition of Ready and of Done, where a plan has them."""
    found = []
    for name, heading in _GATES.items():
        checks = [
            item
            for section, _, item in document.walk()
            if heading.search(section.heading) and isinstance(item, doc.Check)
        ]
        if checks:
            found.append(Gate(name, sum(c.done for c in checks), len(checks)))
    return found


def _closed_gate(case: Case, name: str) -> Gate | None:
    gates = gates_of(doc.read(case.version.markdown))
    return next((g for g in gates if g.name == name and not g.is_open), None)


def _alone(case: Case) -> str:
    if set(case.version.writers) != {case.signer.pk}:
        return ""
    return (
        "You alone wrote this plan, so you cannot approve it: that would be nobody’s "
        "check but your own. Ask an editor to name somebody else for "
        f"{case.slot.approval.role}."
    )


def _last_editor(case: Case) -> str:
    if case.version.last_writer_id != case.signer.pk:
        return ""
    return (
        f"You made the last edit of version {case.version.number}, so somebody else "
        "has to look at it first. Ask an editor to name another approver for "
        f"{case.slot.approval.role}, or let a colleague go over the plan and submit it."
    )


def _writer(case: Case) -> str:
    if case.signer.pk not in case.version.writers:
        return ""
    return (
        f"You wrote part of version {case.version.number}, and this plan wants "
        "approvers who wrote none of it. Ask an editor to name somebody else for "
        f"{case.slot.approval.role}."
    )


def _unclean(case: Case) -> str:
    count = len(case.version.errors)
    if not count:
        return ""
    things = "1 thing is" if count == 1 else f"{count} things are"
    return (
        f"{things} in the way of finishing version {case.version.number}. They have to "
        "be mended, and the plan submitted again, before anybody approves it."
    )


def _not_ready(case: Case) -> str:
    if not _DESIGN.search(case.slot.approval.role):
        return ""
    gate = _closed_gate(case, _READY)
    return _says_closed(gate, "Technical Design") if gate else ""


def _not_done(case: Case) -> str:
    if not case.slot.approval.is_launch:
        return ""
    if gate := _closed_gate(case, _DONE):
        return _says_closed(gate, "Launch Approval")
    others = _others_open(case.state, case.slot)
    if not others:
        return ""
    return (
        "Launch Approval comes after all others. Still open: "
        f"{', '.join(slot.approval.role for slot in others)}."
    )


def _says_closed(gate: Gate, role: str) -> str:
    return (
        f"{gate.done} of {gate.total} points of the {gate.name} are ticked; all of "
        f"them come before {role}. Tick them in the plan when they hold, and submit it "
        "again."
    )


RULES = (
    Rule(
        "not_alone",
        "Nobody approves a plan that they alone wrote",
        "A second person has to have written in it.",
        _alone,
    ),
    Rule(
        "not_last_editor",
        "The last editor of a version does not approve it",
        "Whoever changed it last is not its own check.",
        _last_editor,
    ),
    Rule(
        "not_a_writer",
        "Nobody approves a version that they wrote any part of",
        "Stricter than the two above: writers and approvers are different people.",
        _writer,
    ),
    Rule(
        "check_clean",
        "No approval while something is in the way of finishing",
        "Blanks, open questions and the like. Such a plan is not submitted either.",
        _unclean,
    ),
    Rule(
        "ready_first",
        "Definition of Ready before Technical Design",
        "Every point of that list is ticked in the version.",
        _not_ready,
    ),
    Rule(
        "done_first",
        "Definition of Done and all other sign-offs before Launch Approval",
        "Every point of that list is ticked, and nobody else’s sign-off is missing.",
        _not_done,
    ),
)


def refusals(case: Case) -> Iterator[str]:
    """Every reason why this person may not approve this version in this slot now."""
    for rule in RULES:
        if getattr(case.state.rules, rule.name) and (said := rule.refusal(case)):
            yield said
    waits = [s.approval.role for s in case.slot.waits_for if not s.is_approved]
    if waits:
        yield (
            f"{case.slot.approval.role} comes after {' and '.join(waits)}, which "
            "is not approved yet. You are told when it is your turn."
        )


def is_turn(state: ReviewStatus, slot: ApprovalStatus) -> bool:
    """Whether somebody's word is waited for in a slot now, and could be given."""
    if state.version is None or state.has_expired or slot.is_stale:
        return False
    if any(not earlier.is_approved for earlier in slot.waits_for):
        return False
    is_last = state.rules.done_first and slot.approval.is_launch
    if is_last and _others_open(state, slot):
        return False
    return bool(slot.open_approvers)


def _others_open(state: ReviewStatus, slot: ApprovalStatus) -> list[ApprovalStatus]:
    return [s for s in state.required if s is not slot and not s.is_approved]
