"""The finished file of an approved plan: the signed bytes, with who signed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plans import document as doc
from plans.models import Plan, Record, Version
from plans.reviews.state import State, state_of
from plans.reviews.verify import signature_of

Kind = Record.Kind


@dataclass(frozen=True)
class Approved:
    """An approved version. `text`: its bytes with the decisions written into the
    Approvals lines; `is_current`: whether the plan still says the same."""

    version: Version
    text: str
    is_current: bool


def approved(plan: Plan, state: State | None = None) -> Approved | None:
    """The newest version of a plan with all the sign-offs that it needs, if any."""
    state = state or state_of(plan)
    if state.is_approved and state.version:
        records = [
            voice.decision
            for slot in state.slots
            for voice in slot.voices
            if voice.is_approval and voice.decision
        ]
        version = plan.versions.get(pk=state.version.pk)
        return Approved(version, signed_text(version, records), not state.is_edited)
    if state.version is None:
        return None
    for version_id, records in _completed_before(plan, state):
        version = plan.versions.get(pk=version_id)
        return Approved(version, signed_text(version, records), is_current=False)
    return None


def _completed_before(plan: Plan, state: State) -> Iterator[tuple[int, list[Record]]]:
    """Earlier versions that were approved, the newest first, with the sign-offs that
    made them so, unless one of those was withdrawn."""
    told = plan.records.filter(kind__in=[Kind.COMPLETED, Kind.WITHDRAWN])
    withdrawn: set[int] = set()
    for record in told.order_by("-number"):
        if record.kind == Kind.WITHDRAWN:
            withdrawn.add(record.details["record"])
            continue
        numbers = record.details["records"]
        is_newest = state.version and record.version_id == state.version.pk
        if not is_newest and record.version_id and not withdrawn & set(numbers):
            signed = plan.records.filter(number__in=numbers).select_related("version")
            yield record.version_id, list(signed)


def signed_text(version: Version, records: Iterable[Record]) -> str:
    """A version's bytes with these decisions in its Approvals lines."""
    by_slot: dict[int, list[doc.Signature]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.number):
        by_slot[record.approval_id or 0].append(signature_of(record))
    return doc.signed(version.markdown, [by_slot[slot] for slot in version.slots])
