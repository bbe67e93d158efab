"""Appending to a plan's evidence, in the transaction of the action and in its turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from plans.models import Approval, Plan, Record, User, Version
from plans.reviews.chain import hash_of
from plans.reviews.state import State, state_of

Kind = Record.Kind
# After one of these it has to be said anew that all sign-offs are there.
_REOPENS = (
    Kind.SUBMITTED,
    Kind.WITHDRAWN,
    Kind.REPLACED,
    Kind.SLOT_CHANGED,
    Kind.RULES_CHANGED,
)


def append(
    *,
    plan: Plan,
    actor: User,
    turn: int,
    kind: Record.Kind,
    version: Version | None = None,
    approval: Approval | None = None,
    meaning: str = "",
    comment: str = "",
    proof: str = "",
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Record:
    """Add a record behind the plan's newest one. `turn`: the number of the action."""
    newest = Record.objects.filter(plan=plan).order_by("number").last()
    record = Record(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        kind=kind,
        version=version,
        approval=approval,
        actor=actor,
        name=actor.name,
        role=approval.role if approval else "",
        meaning=meaning,
        comment=comment,
        sha256=version.sha256 if version else "",
        proof=proof,
        details=details or {},
        change_number=turn,
        at=at or timezone.now(),
        previous=newest.hash if newest else "",
    )
    record.hash = hash_of(record, record.previous)
    record.save(force_insert=True)
    return record


def conclude(*, plan: Plan, actor: User, turn: int) -> State:
    """Where the plan stands now. When that is approved, and nothing said so yet, a
    record does: it names the sign-offs that the version has."""
    state = state_of(plan)
    version = state.version
    if version is None or not state.is_approved:
        return state
    records = Record.objects.filter(plan=plan)
    reopened = records.filter(kind__in=_REOPENS).order_by("number").last()
    said = (
        records.filter(kind=Kind.COMPLETED, version=version).order_by("number").last()
    )
    if said and reopened and said.number > reopened.number:
        return state
    signed = [
        voice.decision.number
        for slot in state.slots
        for voice in slot.voices
        if voice.is_approval and voice.decision
    ]
    append(
        plan=plan,
        actor=actor,
        turn=turn,
        kind=Kind.COMPLETED,
        version=version,
        details={"records": sorted(signed)},
    )
    return state
