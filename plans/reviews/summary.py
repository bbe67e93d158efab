"""Where a plan's sign-off stands, in words: what is so, and who has to do what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plans.models import Approval
from plans.reviews.rules import is_turn
from plans.reviews.status import ApprovalStatus, ApproverStatus, ReviewStatus


@dataclass(frozen=True)
class ReviewSummary:
    """`title`: one sentence; `steps`: what has to happen next, each with by whom."""

    title: str
    steps: list[str]


def review_summary(state: ReviewStatus) -> ReviewSummary:
    return ReviewSummary(_title(state), list(_steps(state)))


def _title(state: ReviewStatus) -> str:
    if state.version is None:
        return "Nobody was asked to sign this plan yet."
    number = state.version.number
    match state.name:
        case "changes":
            said = [
                f"{_name(approver)} {_OBJECTED[approver.state]} ({slot.approval.role})"
                for slot in state.slots
                for approver in slot.approvers
                if approver.state in _OBJECTED
            ]
            return f"{join_words(said)}, so version {number} is not approved."
        case "approved":
            return f"Version {number} is approved: every required sign-off is there."
        case "superseded":
            return (
                f"Version {number} is approved. The plan was edited since, and nobody "
                "has signed what it says now."
            )
    given = f"{state.required_signed} of {len(state.required)} required sign-offs"
    if state.has_expired:
        return f"The request for version {number} has ended with {given}."
    return f"Version {number} is in review: it has {given}."


_OBJECTED = {"changes": "asked for changes", "declined": "declined"}


def _steps(state: ReviewStatus) -> Iterator[str]:
    if not state.slots:
        yield (
            "An editor adds a section called Approvals to the plan, with a field for "
            "each sign-off."
        )
        return
    if state.version is None:
        yield (
            "An editor submits the plan. Its text is then frozen as version 1, and "
            "the people below are asked to sign exactly that."
        )
    else:
        yield from _steps_of_version(state, state.version.number)
    yield from _steps_for_nobody(state)


def _steps_of_version(state: ReviewStatus, number: int) -> Iterator[str]:
    newer = f"submits it as version {number + 1}"
    if state.name == "superseded":
        yield (
            f"Version {number} stays approved as it is. To have the newer text "
            f"approved too, an editor {newer}."
        )
        return
    if state.name == "changes":
        yield (
            f"An editor changes the plan and {newer}"
            + (
                "; it was edited since already."
                if state.is_edited
                else ". Whoever objected can also take that back below."
            )
        )
        return
    if state.is_edited:
        yield (
            f"The plan was edited after version {number} was submitted. An editor "
            f"{newer}, or undoes the edits."
        )
    elif state.has_expired and state.name != "approved":
        yield "Nobody can sign it any more. An editor can submit it again."
    yield from _steps_of_slots(state)
    if state.name == "approved":
        yield "Nothing is left to do: download plan.md and commit it."


def _steps_of_slots(state: ReviewStatus) -> Iterator[str]:
    for slot in state.slots:
        role = slot.approval.role
        optional = "" if slot.approval.is_required else ", which is optional"
        if is_turn(state, slot):
            who = _who(slot, slot.open_approvers)
            yield f"{who} to decide: {role}{optional}."
        for approver in slot.approvers:
            if approver.state == "condition" and not slot.is_approved:
                yield f"{_name(approver)} to confirm that the condition is met: {role}."
    if state.has_expired or state.name == "approved":
        return
    later = [
        f"{slot.approval.role} ({_who(slot, slot.open_approvers)})"
        for slot in state.slots
        if slot.open_approvers and not slot.is_stale and not is_turn(state, slot)
    ]
    if later:
        yield f"After that: {join_words(later)}."


def _steps_for_nobody(state: ReviewStatus) -> Iterator[str]:
    """Slots that nobody could sign: that is for an editor to mend, not to wait for."""
    for slot in state.slots:
        if not slot.open_approvers or slot.approval.needs == Approval.Needs.ALL:
            for approver in slot.unable_approvers:
                yield (
                    f"An owner puts somebody in {_name(approver)}’s place for "
                    f"{slot.approval.role}, or an editor names somebody else: "
                    f"{_name(approver)} {approver.unable_reason} and cannot sign."
                )
    proposed = {slot.approval.pk: slot.proposed for slot in state.slots}
    for slot in state.slots:
        for person in slot.proposed:
            yield (
                f"An editor says whether {person.account} is who “"
                f"{slot.approval.name}” means: {slot.approval.role}."
            )
    mended = [
        slot.approval
        for slot in state.slots
        if not slot.approvers and slot.approval.is_required
    ]
    for approval in mended:
        if approval.name and not proposed.get(approval.pk):
            yield (
                f"An editor names a member of the team for {approval.role}: "
                f"“{approval.name}” is no member of the team."
            )
    empty = [approval.role for approval in mended if not approval.name]
    if empty:
        name = "names" if len(empty) == 1 else "name"
        yield f"An editor says who signs: {join_words(empty)} {name} nobody yet."


def _who(slot: ApprovalStatus, approvers: list[ApproverStatus]) -> str:
    is_any = slot.approval.needs == Approval.Needs.ANY
    return join_words(
        [_name(approver) for approver in approvers], "or" if is_any else "and"
    )


def _name(approver: ApproverStatus) -> str:
    return approver.user.name


def join_words(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"
