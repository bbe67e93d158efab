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
from plans.reviews.model import ApprovalStatus, ReviewStatus

_DESIGN = re.compile(r"technical design", re.IGNORECASE)

_READY = "Definition of Ready"
_DONE = "Definition of Done"
_GATES = {
    _READY: re.compile(_READY, re.IGNORECASE),
    _DONE: doc.DEFINITION_OF_DONE,
}


@dataclass(frozen=True)
class ApprovalAttempt:
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
    refusal: Callable[[ApprovalAttempt], str]


@dataclass(frozen=True)
class Gate:
    """A list of checks that a rule looks at: how many of them are ticked."""

    name: str
    done: int
    total: int

    @property
    def is_open(self) -> bool:
        return self.done == self.total


def find_gates(document: doc.Document) -> list[Gate]:
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


def _closed_gate(case: ApprovalAttempt, name: str) -> Gate | None:
    gates = find_gates(doc.read(case.version.markdown))
    return next((g for g in gates if g.name == name and not g.is_open), None)


def _alone(case: ApprovalAttempt) -> str:
    if set(case.version.writers) != {case.signer.pk}:
        return ""
    return (
        "You’re the only author of this plan, so you can’t approve it. Ask an "
        f"editor to name someone else for {case.slot.approval.role}."
    )


def _last_editor(case: ApprovalAttempt) -> str:
    if case.version.last_writer_id != case.signer.pk:
        return ""
    return (
        f"You made the last edit of version {case.version.number}, so someone else "
        "has to review it. Ask an editor to name another approver for "
        f"{case.slot.approval.role}, or have a colleague edit the plan and submit it."
    )


def _writer(case: ApprovalAttempt) -> str:
    if case.signer.pk not in case.version.writers:
        return ""
    return (
        f"You wrote part of version {case.version.number}, and its rules ask for "
        "approvers who wrote none of it. Ask an editor to name someone else for "
        f"{case.slot.approval.role}."
    )


def _unclean(case: ApprovalAttempt) -> str:
    count = len(case.version.errors)
    if not count:
        return ""
    things = "1 issue is" if count == 1 else f"{count} issues are"
    return (
        f"{things} blocking version {case.version.number}. Resolve all of them and "
        "submit the plan again before it’s approved."
    )


def _not_ready(case: ApprovalAttempt) -> str:
    if not _DESIGN.search(case.slot.approval.role):
        return ""
    gate = _closed_gate(case, _READY)
    return _says_closed(gate, "Technical Design") if gate else ""


def _not_done(case: ApprovalAttempt) -> str:
    if not case.slot.approval.is_launch:
        return ""
    if gate := _closed_gate(case, _DONE):
        return _says_closed(gate, "Launch Approval")
    others = _others_open(case.state, case.slot)
    if not others:
        return ""
    return (
        "Launch Approval comes last. Still open: "
        f"{', '.join(slot.approval.role for slot in others)}."
    )


def _says_closed(gate: Gate, role: str) -> str:
    return (
        f"{gate.done} of {gate.total} items of the {gate.name} are ticked; {role} "
        "needs all of them. Tick them in the plan once they’re true, and submit it "
        "again."
    )


RULES = (
    Rule(
        "not_alone",
        "No one approves a plan that they alone wrote",
        "A second person must have contributed.",
        _alone,
    ),
    Rule(
        "not_last_editor",
        "The last editor of a version doesn’t approve it",
        "The person who edited it last can’t be its reviewer.",
        _last_editor,
    ),
    Rule(
        "not_a_writer",
        "No one approves a version that they wrote any part of",
        "Stricter than the two above: writers and approvers are different people.",
        _writer,
    ),
    Rule(
        "check_clean",
        "No approval while there are blocking issues",
        "Such as blanks and open questions. A plan with any can’t be submitted either.",
        _unclean,
    ),
    Rule(
        "ready_first",
        "Definition of Ready before Technical Design",
        "Every item of that list must be ticked in the version.",
        _not_ready,
    ),
    Rule(
        "done_first",
        "Definition of Done and all other sign-offs before Launch Approval",
        "Every item of that list must be ticked, and no other sign-off missing.",
        _not_done,
    ),
)


def refusals_for(case: ApprovalAttempt) -> Iterator[str]:
    """Every reason why this person may not approve this version in this slot now."""
    for rule in RULES:
        if getattr(case.state.rules, rule.name) and (said := rule.refusal(case)):
            yield said
    waits = [s.approval.role for s in case.slot.waits_for if not s.is_approved]
    if waits:
        yield (
            f"{case.slot.approval.role} comes after {' and '.join(waits)}, which "
            "isn’t approved yet. You’ll be notified when it’s your turn."
        )


def awaits_decision(state: ReviewStatus, slot: ApprovalStatus) -> bool:
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
