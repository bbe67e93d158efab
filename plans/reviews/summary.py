"""A plan's sign-off in words: its status, and who has to do what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plans.models import Approval
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus
from plans.reviews.rules import awaits_decision


@dataclass(frozen=True)
class ReviewSummary:
    """`title`: one sentence; `steps`: what has to happen next, and who does it."""

    title: str
    steps: list[str]


def review_summary(state: ReviewStatus) -> ReviewSummary:
    return ReviewSummary(_title(state), list(_steps(state)))


def _title(state: ReviewStatus) -> str:
    if state.version is None:
        return "No one has been asked to sign yet."
    number = state.version.number
    match state.name:
        case "changes":
            objections = [
                f"{_name(approver)} {_OBJECTED[approver.state]} ({slot.approval.role})"
                for slot in state.slots
                for approver in slot.approvers
                if approver.state in _OBJECTED
            ]
            return f"{join_words(objections)}, so version {number} is not approved."
        case "approved":
            return f"Version {number} is approved: it has every required sign-off."
        case "superseded":
            return (
                f"Version {number} is approved. The plan has been edited since, and "
                "no one has signed the current text."
            )
    count = f"{state.required_signed} of {len(state.required)} required sign-offs"
    if state.has_expired:
        return f"The request for version {number} has ended with {count}."
    return f"Version {number} is in review: it has {count}."


_OBJECTED = {"changes": "asked for changes", "declined": "declined"}


def _steps(state: ReviewStatus) -> Iterator[str]:
    if not state.slots:
        yield (
            "Add a section called Approvals to the plan, with a field for each "
            "sign-off."
        )
        return
    if state.version is None:
        yield from _steps_for_unsignable_slots(state)
        yield (
            "Submit the plan. Its text is then frozen as version 1, and the people "
            "below are asked to sign it."
        )
        return
    yield from _steps_of_version(state, state.version.number)
    yield from _steps_for_unsignable_slots(state)


def _steps_of_version(state: ReviewStatus, number: int) -> Iterator[str]:
    newer = f"submit it as version {number + 1}"
    if state.name == "superseded":
        yield (
            f"Version {number} stays approved. To have the newer text approved too, "
            f"{newer}."
        )
        return
    if state.name == "changes":
        yield (
            f"Edit the plan and {newer}"
            + (
                "; it has already been edited."
                if state.is_edited
                else ". The reviewer can withdraw the request below."
            )
        )
        return
    if state.is_edited:
        yield (
            f"The plan was edited after version {number} was submitted. Undo the "
            f"edits, or {newer}."
        )
    elif state.has_expired and state.name != "approved":
        yield "It can no longer be signed. Submit it again to ask again."
    yield from _steps_of_slots(state)
    if state.name == "approved":
        yield "Nothing left to do. Download plan.md and commit it."


def _steps_of_slots(state: ReviewStatus) -> Iterator[str]:
    for slot in state.slots:
        role = slot.approval.role
        optional = "" if slot.approval.is_required else ", which is optional"
        if awaits_decision(state, slot):
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
        if slot.open_approvers
        and not slot.is_stale
        and not awaits_decision(state, slot)
    ]
    if later:
        yield f"After that: {join_words(later)}."


def _steps_for_unsignable_slots(state: ReviewStatus) -> Iterator[str]:
    """Slots that wait for an editor, because no one can sign in them."""
    for slot in state.slots:
        if not slot.open_approvers or slot.approval.needs == Approval.Needs.ALL:
            for approver in slot.unable_approvers:
                yield (
                    f"{_name(approver)} {approver.unable_reason} and can’t sign. "
                    f"Replace them for {slot.approval.role}, or name another approver."
                )
    proposed = {slot.approval.pk: slot.proposed for slot in state.slots}
    for slot in state.slots:
        for seat in slot.invited:
            if seat.invitation.is_live:
                yield f"{seat.name} to accept the invitation: {slot.approval.role}."
            else:
                yield (
                    f"The invitation of {seat.name} has ended. Invite them again for "
                    f"{slot.approval.role}, or choose someone else."
                )
        for person in slot.proposed:
            yield (
                f"Confirm that “{slot.approval.name}” means {person.account}: "
                f"{slot.approval.role}."
            )
    without_approver = [
        slot.approval
        for slot in state.slots
        if not slot.approvers and not slot.invited and slot.approval.is_required
    ]
    for approval in without_approver:
        if approval.name and not proposed.get(approval.pk):
            yield (
                f"Name an approver for {approval.role}: “{approval.name}” isn’t a "
                "member of the team."
            )
    empty = [approval.role for approval in without_approver if not approval.name]
    if empty:
        yield f"Choose who signs {join_words(empty)}."


def _who(slot: ApprovalStatus, approvers: list[ApproverStatus]) -> str:
    is_any = slot.approval.needs == Approval.Needs.ANY
    return join_words(
        [_name(approver) for approver in approvers], "or" if is_any else "and"
    )


def _name(approver: ApproverStatus) -> str:
    return approver.user.name


def join_words(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
