"""The rules that an approval has to meet. A plan can switch off each of them.

A refusal names the rule and says what to do. Approvers may always object: no rule
restricts asking for changes or declining.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
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
    """A person about to approve. `version` is loaded with its Markdown. `together`: ids
    of the slots that the same decision approves first."""

    version: Version
    state: ReviewStatus
    slot: ApprovalStatus
    signer: User
    together: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rule:
    """`name`: the column of ReviewRules that switches it on. `label` and `help`: for
    the settings page. `refusal`: why an attempt breaks the rule, or ""."""

    name: str
    label: str
    help: str
    refusal: Callable[[ApprovalAttempt], str]


@dataclass(frozen=True)
class Gate:
    """A checklist that a rule requires: how many of its items are ticked."""

    name: str
    done: int
    total: int

    @property
    def is_open(self) -> bool:
        return self.done == self.total


def find_gates(document: doc.Document) -> list[Gate]:
    """The Definition of Ready and of Done, if the plan has them."""
    gates = []
    for name, heading in _GATES.items():
        checks = [
            item
            for section, _, item in document.walk()
            if heading.search(section.heading) and isinstance(item, doc.Check)
        ]
        if checks:
            gates.append(Gate(name, sum(c.done for c in checks), len(checks)))
    return gates


def _closed_gate(attempt: ApprovalAttempt, name: str) -> Gate | None:
    gates = find_gates(doc.read(attempt.version.markdown))
    return next((g for g in gates if g.name == name and not g.is_open), None)


def _alone(attempt: ApprovalAttempt) -> str:
    if set(attempt.version.writers) != {attempt.signer.pk}:
        return ""
    return (
        "You’re the only author of this plan, so you can’t approve it. Ask an "
        f"editor to name someone else for {attempt.slot.approval.role}."
    )


def _last_editor(attempt: ApprovalAttempt) -> str:
    if attempt.version.last_writer_id != attempt.signer.pk:
        return ""
    return (
        f"You made the last edit of version {attempt.version.number}, so someone else "
        "has to review it. Ask an editor to name another approver for "
        f"{attempt.slot.approval.role}, or have a colleague edit the plan and submit "
        "it."
    )


def _writer(attempt: ApprovalAttempt) -> str:
    if attempt.signer.pk not in attempt.version.writers:
        return ""
    return (
        f"You wrote part of version {attempt.version.number}, and its rules ask for "
        "approvers who wrote none of it. Ask an editor to name someone else for "
        f"{attempt.slot.approval.role}."
    )


def _unclean(attempt: ApprovalAttempt) -> str:
    count = len(attempt.version.errors)
    if not count:
        return ""
    things = "1 issue is" if count == 1 else f"{count} issues are"
    return (
        f"{things} blocking version {attempt.version.number}. Resolve all of them and "
        "submit the plan again before it’s approved."
    )


def _not_ready(attempt: ApprovalAttempt) -> str:
    if not _DESIGN.search(attempt.slot.approval.role):
        return ""
    gate = _closed_gate(attempt, _READY)
    return _closed_message(gate, "Technical Design") if gate else ""


def _not_done(attempt: ApprovalAttempt) -> str:
    if not attempt.slot.approval.is_launch:
        return ""
    if gate := _closed_gate(attempt, _DONE):
        return _closed_message(gate, "Launch Approval")
    others = _without(attempt.together, _others_open(attempt.state, attempt.slot))
    if not others:
        return ""
    return (
        "Launch Approval comes last. Still open: "
        f"{', '.join(slot.approval.role for slot in others)}."
    )


def _closed_message(gate: Gate, role: str) -> str:
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


def refusals_for(attempt: ApprovalAttempt) -> Iterator[str]:
    """Every reason why the signer may not approve this version in this slot."""
    for rule in RULES:
        if getattr(attempt.state.rules, rule.name) and (
            refusal := rule.refusal(attempt)
        ):
            yield refusal
    earlier = [slot for slot in attempt.slot.waits_for if not slot.is_approved]
    open_roles = [slot.approval.role for slot in _without(attempt.together, earlier)]
    if open_roles:
        yield (
            f"{attempt.slot.approval.role} comes after {' and '.join(open_roles)}, "
            "which isn’t approved yet. You’ll be notified when it’s your turn."
        )


def awaits_decision(state: ReviewStatus, slot: ApprovalStatus) -> bool:
    """Whether it is a slot's turn, and one of its approvers can still decide."""
    if state.version is None or state.has_expired or slot.is_stale:
        return False
    return is_turn_of(state, slot) and bool(slot.open_approvers)


def is_turn_of(state: ReviewStatus, slot: ApprovalStatus) -> bool:
    """Whether all slots that come before it are approved."""
    if any(not earlier.is_approved for earlier in slot.waits_for):
        return False
    comes_last = state.rules.done_first and slot.approval.is_launch
    return not (comes_last and _others_open(state, slot))


def in_turn(state: ReviewStatus, slots: Iterable[int]) -> list[int]:
    """Ids of slots, each behind those that have to be approved before it."""
    return sorted(slots, key=lambda pk: len(_predecessors(state, pk)))


def _predecessors(state: ReviewStatus, slot_id: int) -> set[int]:
    earlier: set[int] = set()
    pending = [slot_id]
    while pending:
        slot = state.slot_of(pending.pop())
        if slot is None:
            continue
        comes_last = state.rules.done_first and slot.approval.is_launch
        before = [*slot.waits_for, *(state.required if comes_last else [])]
        new = {each.approval.pk for each in before} - earlier - {slot_id}
        earlier |= new
        pending += new
    return earlier


def _without(
    together: frozenset[int], slots: Iterable[ApprovalStatus]
) -> list[ApprovalStatus]:
    return [slot for slot in slots if slot.approval.pk not in together]


def _others_open(state: ReviewStatus, slot: ApprovalStatus) -> list[ApprovalStatus]:
    return [s for s in state.required if s is not slot and not s.is_approved]
