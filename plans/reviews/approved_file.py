"""The file of an approved plan: the signed bytes with the signatures written in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from plans import document as doc
from plans.models import AuditRecord, Plan, Version
from plans.reviews.completions import completed_versions
from plans.reviews.identify import signature_of
from plans.reviews.model import ReviewStatus
from plans.reviews.status import review_status


@dataclass(frozen=True)
class ApprovedFile:
    """An approved version. `text`: its bytes with the signatures in the Approvals
    lines; `is_current`: whether the plan still has the same text."""

    version: Version
    text: str
    is_current: bool


def approved_file(plan: Plan, state: ReviewStatus | None = None) -> ApprovedFile | None:
    """The newest version that had every sign-off, if any."""
    state = state or review_status(plan)
    if state.version is None:
        return None
    if state.is_approved and not state.slots_changed:
        version, signed = state.version.pk, _approvals_in(state)
        return _load_file(plan, version, signed, not state.is_edited)
    records = list(plan.records.order_by("number").select_related("version"))
    completions = _completions(state, records)
    newest = max(completions.values(), key=lambda record: record.number, default=None)
    if newest is None or newest.version_id is None:
        return None
    signed = _completed_by(newest, records)
    return _load_file(plan, newest.version_id, signed, is_current=False)


def completing_approvals(
    version: Version, state: ReviewStatus, records: list[AuditRecord]
) -> list[AuditRecord]:
    """The approvals that made a version an approved one; none if it is not."""
    is_newest = state.version is not None and state.version.pk == version.pk
    if is_newest and state.is_approved and not state.slots_changed:
        return _approvals_in(state)
    completion = _completions(state, records).get(version.pk)
    return _completed_by(completion, records) if completion else []


def _approvals_in(state: ReviewStatus) -> list[AuditRecord]:
    return [
        approver.decision
        for slot in state.slots
        for approver in slot.approvers
        if approver.is_approval and approver.decision
    ]


def _completions(
    state: ReviewStatus, records: list[AuditRecord]
) -> dict[int, AuditRecord]:
    completions = dict(completed_versions(records))
    if state.version and not state.slots_changed:
        # By the present slots it is not approved, whatever the log says.
        completions.pop(state.version.pk, None)
    return completions


def _completed_by(
    completion: AuditRecord, records: list[AuditRecord]
) -> list[AuditRecord]:
    numbers = completion.details["records"]
    return [record for record in records if record.number in numbers]


def _load_file(
    plan: Plan, version_id: int, signed: list[AuditRecord], is_current: bool
) -> ApprovedFile:
    version = plan.versions.get(pk=version_id)
    return ApprovedFile(version, signed_text(version, signed), is_current)


def signed_text(version: Version, records: Iterable[AuditRecord]) -> str:
    """A version's bytes with the signatures of these records in its Approvals lines."""
    by_slot: dict[int, list[doc.Signature]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.number):
        by_slot[record.approval_id or 0].append(signature_of(record))
    signatures = [by_slot[slot] for slot in version.slots]
    edition = doc.Edition(version.edition)
    return doc.add_signatures(version.markdown, signatures, edition, version.places)
