"""Signing: one approver's word on one exact version, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction

from plans import permissions
from plans.actions.change_log import lock_plan, log_change, require
from plans.actions.cited_comments import with_comments
from plans.actions.evidence import append, record_completion
from plans.actions.guests import guest_details
from plans.actions.membership import membership
from plans.content import storage
from plans.errors import Outdated, Refused
from plans.models import Approval, AuditRecord, Change, Plan, User, Version
from plans.notifications import sign_off
from plans.reviews.intents import OwnSignature
from plans.reviews.meaning import default_meaning
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus
from plans.reviews.rules import ApprovalAttempt, awaits_decision, in_turn, refusals_for
from plans.reviews.staleness import mark_edits_in
from plans.reviews.status import review_status

Kind = AuditRecord.Kind
_WHY = {
    Kind.APPROVED_IF: "Enter your condition for approving.",
    Kind.CHANGES_REQUESTED: "Say what needs to change.",
    Kind.DECLINED: "Say why you decline.",
}
_VERBS = {
    Kind.APPROVED: Change.Verb.REVIEW_APPROVED,
    Kind.APPROVED_IF: Change.Verb.REVIEW_APPROVED_IF,
    Kind.CHANGES_REQUESTED: Change.Verb.REVIEW_CHANGES_REQUESTED,
    Kind.DECLINED: Change.Verb.REVIEW_DECLINED,
    Kind.WITHDRAWN: Change.Verb.REVIEW_WITHDRAWN,
    Kind.CONDITION_MET: Change.Verb.REVIEW_CONDITION_MET,
}


@transaction.atomic
def sign(
    *,
    plan: Plan,
    approval: Approval,
    version: Version,
    actor: User,
    decision: str,
    comment: str = "",
    meaning: str = "",
    thread_ids: Collection[int] = (),
    seen: int | None = None,
    proof: str,
    own: OwnSignature | None = None,
    together: Sequence[str] = (),
) -> AuditRecord:
    """Record an approver's decision on one exact version.

    `decision`: one of AuditRecord.DECISIONS. `comment`: the condition, for an approval
    with one. `meaning`: what the signature says, in the signer's words. `thread_ids`:
    open comments of the signer that the record's text lists; an approval without a
    condition takes none. `seen`: the number of the signer's newest record in this slot,
    0 for none; so a form that is sent twice signs once. `proof`: how the signer showed
    who they are. `own`: their signature with their own key. `together`: the roles of
    all slots that the same decision and proof are for, if there are several.

    Raises NotAllowed, Outdated when what there is to sign is something else by now, and
    Refused when a rule of the plan forbids it.
    """
    if decision != Kind.APPROVED:
        comment = with_comments(
            plan=plan, actor=actor, text=comment, thread_ids=thread_ids
        )
    kind = _kind(decision, comment)
    turn = lock_plan(plan)
    state, slot, approver = _place(plan, approval, actor)
    if seen is not None and approver.last_record != seen:
        raise Outdated(
            "You have already decided here, perhaps in another tab. Nothing was "
            "signed twice; your decision is on this page."
        )
    _refuse_unless_newest(plan, state, slot, version)
    if approver.decision and not approver.is_carried:
        raise Outdated(
            "You have already decided on this version. To change your decision, "
            "withdraw it first."
        )
    _refuse_if_ended(state)
    newest = plan.versions.get(pk=version.pk)
    if kind in (Kind.APPROVED, Kind.APPROVED_IF):
        for reason in refusals_for(ApprovalAttempt(newest, state, slot, actor)):
            raise Refused(reason)
    signed = append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=kind,
        version=newest,
        approval=slot.approval,
        meaning=meaning.strip() or default_meaning(slot.approval.role, kind),
        comment=comment,
        proof=proof,
        own=own,
        details={
            "covers": slot.approval.covers,
            "in_place_of": approver.in_place_of.account if approver.in_place_of else "",
            "team": plan.team.name,
            "planner": settings.PLANNER_ADDRESS.partition("://")[2],
            **({"together": list(together)} if len(together) > 1 else {}),
            **guest_details(actor),
        },
    )
    return _done(plan, actor, turn, signed, before=state)


@transaction.atomic
def sign_slots(
    *,
    plan: Plan,
    slots: Sequence[tuple[Approval, int | None]],
    version: Version,
    actor: User,
    decision: str,
    comment: str = "",
    meaning: str = "",
    thread_ids: Collection[int] = (),
    proof: str,
    own: OwnSignature | None = None,
) -> list[AuditRecord]:
    """The same decision in several slots of one person: all of them or none.

    `slots`: each with what `sign` calls `seen`. Each signature is a record of its own
    that names the others; one proof is for all of them, for the signer saw and sent
    them together. A slot that comes after others is signed after them, so the
    decision that approves those can be for it as well.
    """
    by_slot = {approval.pk: (approval, seen) for approval, seen in slots}
    order = in_turn(review_status(plan), by_slot) if len(slots) > 1 else by_slot
    ordered = [by_slot[pk] for pk in order]
    return [
        sign(
            plan=plan,
            approval=approval,
            version=version,
            actor=actor,
            decision=decision,
            comment=comment,
            meaning=meaning,
            thread_ids=thread_ids,
            seen=seen,
            proof=proof,
            own=own,
            together=[each.role for each, _ in ordered],
        )
        for approval, seen in ordered
    ]


def _kind(decision: str, comment: str) -> AuditRecord.Kind:
    if decision not in AuditRecord.DECISIONS:
        raise Refused("Choose a decision.")
    kind = AuditRecord.Kind(decision)
    if kind in _WHY and not comment.strip():
        raise Refused(_WHY[kind])
    return kind


def _place(
    plan: Plan, approval: Approval, actor: User
) -> tuple[ReviewStatus, ApprovalStatus, ApproverStatus]:
    """Where the plan stands now that it is our turn, and the signer's seat in it."""
    state = review_status(plan)
    document = storage.load(plan).document
    mark_edits_in(state, plan, document)
    slot = state.slot_of(approval.pk)
    if slot is None:
        raise Outdated("This approval is no longer needed. Nothing was signed.")
    approvers = [approver.user.pk for approver in slot.approvers]
    require(permissions.may_sign(membership(plan, actor), slot.approval, approvers))
    approver = slot.approver_for(actor)
    assert approver, "may_sign has looked"
    return state, slot, approver


def _refuse_unless_newest(
    plan: Plan, state: ReviewStatus, slot: ApprovalStatus, version: Version
) -> None:
    newest = state.version
    if newest is None or newest.pk != version.pk:
        raise Outdated(
            "A newer version has been submitted. Nothing was signed: review what "
            "changed, then decide on that version."
        )
    if slot.is_stale:
        raise Outdated(
            f"The plan was edited after version {version.number} was submitted. "
            "Nothing was signed: review what changed. An editor can submit it as a "
            "new version."
        )


def _refuse_if_ended(state: ReviewStatus) -> None:
    if state.version and state.has_expired:
        raise Refused(
            f"The request for version {state.version.number} has ended, so it can’t "
            "be signed. An editor can submit it again."
        )


@transaction.atomic
def withdraw(
    *,
    plan: Plan,
    approval: Approval,
    actor: User,
    comment: str,
    seen: int | None = None,
    proof: str,
    own: OwnSignature | None = None,
) -> AuditRecord:
    """Withdraw the actor's decision. It stays on record, but no longer counts."""
    turn = lock_plan(plan)
    state, slot, approver = _place(plan, approval, actor)
    decision = approver.last
    if decision is None or (seen is not None and approver.last_record != seen):
        raise Outdated("You no longer have a decision to withdraw here.")
    if not comment.strip():
        raise Refused("Enter a reason for withdrawing. The others will see it.")
    withdrawn = append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.WITHDRAWN,
        version=decision.version,
        approval=slot.approval,
        comment=comment,
        proof=proof,
        own=own,
        details={"record": decision.number, **guest_details(actor)},
    )
    return _done(plan, actor, turn, withdrawn, before=state)


@transaction.atomic
def confirm_condition(
    *,
    plan: Plan,
    approval: Approval,
    actor: User,
    comment: str = "",
    seen: int | None = None,
    proof: str,
    own: OwnSignature | None = None,
) -> AuditRecord:
    """Confirm that the condition of the actor's approval is met: from now on it
    counts."""
    turn = lock_plan(plan)
    state, slot, approver = _place(plan, approval, actor)
    if approver.state != "condition" or (
        seen is not None and approver.last_record != seen
    ):
        raise Outdated("You have no open condition here. Reload the page.")
    assert approver.decision
    if slot.is_stale:
        raise Outdated(
            "The plan has been edited, so your approval is no longer valid. You’ll "
            "be asked again when the plan is submitted."
        )
    _refuse_if_ended(state)
    met = append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.CONDITION_MET,
        version=approver.decision.version,
        approval=slot.approval,
        comment=comment,
        proof=proof,
        own=own,
        details={"record": approver.decision.number, **guest_details(actor)},
    )
    return _done(plan, actor, turn, met, before=state)


def _done(
    plan: Plan, actor: User, turn: int, record: AuditRecord, *, before: ReviewStatus
) -> AuditRecord:
    """The end of every action here: change log, completion, and notifications."""
    assert record.version
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=_VERBS[Kind(record.kind)],
        edits=[],
        label=f"{record.role}, version {record.version.number}",
        item_id=record.approval_id,
    )
    after = record_completion(plan=plan, actor=actor)
    waited = {
        slot.approval.pk for slot in before.slots if awaits_decision(before, slot)
    }
    called = [
        slot
        for slot in after.slots
        if awaits_decision(after, slot) and slot.approval.pk not in waited
    ]
    sign_off.request_sign_off(plan, after, called)
    sign_off.notify_of_decision(plan, after, record)
    return record
