"""Appending to a plan's evidence, in the transaction of the action and in its turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from planner_evidence.verify import check_own_key
from plans.actions.change_log import lock_plan, log_change
from plans.content.limits import COMMENT_TOO_LONG, MAX_COMMENT_CHARACTERS
from plans.errors import Outdated, Refused
from plans.models import Approval, AuditRecord, Change, Plan, User, Version
from plans.reviews.completions import completed_versions
from plans.reviews.hash_chain import hash_input, record_hash
from plans.reviews.intents import OwnSignature
from plans.reviews.model import ReviewStatus
from plans.reviews.settings import approver_settings
from plans.reviews.status import review_status

Kind = AuditRecord.Kind


def append(
    *,
    plan: Plan,
    actor: User,
    turn: int,
    kind: AuditRecord.Kind,
    version: Version | None = None,
    approval: Approval | None = None,
    meaning: str = "",
    comment: str = "",
    proof: str = "",
    details: dict[str, Any] | None = None,
    own: OwnSignature | None = None,
    at: datetime | None = None,
) -> AuditRecord:
    """Add a record behind the plan's newest one. `turn`: the number of the action.
    `own`: the actor's signature with their own key.

    Raises Refused for words that are too long, and Outdated when something else than
    this record was signed.
    """
    if max(len(comment), len(meaning)) > MAX_COMMENT_CHARACTERS:
        raise Refused(str(COMMENT_TOO_LONG))
    newest = AuditRecord.objects.filter(plan=plan).order_by("number").last()
    added = AuditRecord(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        kind=kind,
        version=version,
        approval=approval,
        actor=actor,
        name=actor.account,
        role=approval.role if approval else "",
        meaning=meaning,
        # Not every comment comes by a form, and PostgreSQL stores no NUL.
        comment=comment.replace("\0", "").strip(),
        sha256=version.sha256 if version else "",
        proof=proof,
        details=(details or {}) | (own.details if own else {}),
        change_number=turn,
        at=at or timezone.now(),
        previous=newest.hash if newest else "",
    )
    if own:
        _refuse_unless_signed(added)
    added.hash = record_hash(added, added.previous)
    added.save(force_insert=True)
    return added


def _refuse_unless_signed(record: AuditRecord) -> None:
    """Above all, a record may have come between the signature and this one."""
    previous, columns = hash_input(record, record.previous)
    number = record.version.number if record.version else 0
    _, problem = check_own_key(columns, previous, number)
    if problem:
        raise Outdated(
            "The sign-off changed while you used your passkey. Nothing was signed: "
            "look again, then sign again."
        )


def record_seats(*, plan: Plan, actor: User, approval: Approval) -> None:
    """Say who is to sign in a slot of the newest version from now on, in the turn of
    the action that changed it."""
    newest = plan.versions.first()
    if newest is None or approval.pk not in newest.slots:
        return  # the next submission says it
    append(
        plan=plan,
        actor=actor,
        turn=plan.change_number,
        kind=Kind.SEATED,
        approval=approval,
        details=approver_settings(approval),
    )


def record_completion(*, plan: Plan, actor: User) -> ReviewStatus:
    """Where the plan stands now. When that is approved, and nothing said so yet, a
    record does: it names the sign-offs that the version has. It has a change of its
    own, so that it is missed when it is taken out of the evidence."""
    state = review_status(plan)
    version = state.version
    if version is None or not state.is_approved or state.slots_changed:
        return state
    if version.pk in completed_versions(
        AuditRecord.objects.filter(plan=plan).order_by("number")
    ):
        return state
    signed = [
        approver.decision.number
        for slot in state.slots
        for approver in slot.approvers
        if approver.is_approval and approver.decision
    ]
    turn = lock_plan(plan)
    append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.COMPLETED,
        version=version,
        details={"records": sorted(signed)},
    )
    log_change(
        plan=plan,
        actor=actor,
        number=turn,
        verb=Change.Verb.REVIEW_COMPLETED,
        edits=[],
        label=f"Version {version.number}",
    )
    return state
