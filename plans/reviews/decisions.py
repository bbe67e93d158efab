"""Which decision of an approver counts for the newest version of a plan."""

from __future__ import annotations

from collections import defaultdict

from plans.models import Approval, AuditRecord
from plans.models.compiled import quick_rows
from plans.reviews.model import ApprovalStatus, ApproverStatus, ReviewStatus
from plans.reviews.staleness import is_unchanged_for

Kind = AuditRecord.Kind


class DecisionLog:
    """Every decision on some plans, by slot and approver; at most one query."""

    def __init__(self, plan_ids: list[int]) -> None:
        self._records: dict[tuple[int, int], list[AuditRecord]] = defaultdict(list)
        if not plan_ids:
            return
        kinds = [*AuditRecord.DECISIONS, Kind.WITHDRAWN, Kind.CONDITION_MET]
        records = AuditRecord.objects.filter(plan__in=plan_ids, kind__in=kinds)
        records = records.select_related("version").defer("version__markdown")
        for record in quick_rows(records.order_by("number")):
            self._records[record.approval_id or 0, record.actor_id].append(record)

    def fill_in(
        self, approver: ApproverStatus, slot: ApprovalStatus, status: ReviewStatus
    ) -> None:
        """Set the approver's decision and everything else that their records tell."""
        records = self._records.get((slot.approval.pk, approver.user.pk))
        if not records:
            return
        newest = records[-1]
        approver.last_record = newest.number
        if newest.kind == Kind.WITHDRAWN:
            approver.withdrawn = newest
        decision = _last_decision(records)
        if decision is None or status.version is None:
            return
        approver.last = decision
        is_earlier = decision.version_id != status.version.pk
        if is_earlier and not _carries_over(decision, slot.approval, status):
            return
        approver.decision, approver.is_carried = decision, is_earlier
        later = (record for record in records if record.number > decision.number)
        approver.condition_met = next(later, None)


def _last_decision(records: list[AuditRecord]) -> AuditRecord | None:
    """The newest decision, unless it was withdrawn."""
    for record in reversed(records):
        if record.kind == Kind.WITHDRAWN:
            return None
        if record.kind in AuditRecord.DECISIONS:
            return record
    return None


def _carries_over(
    decision: AuditRecord, approval: Approval, status: ReviewStatus
) -> bool:
    """Whether a decision on an earlier version counts for the newest one.

    Every decision does for the same bytes. For other bytes an approval does, if nothing
    that its slot covers has changed. None does once the slot's role was renamed: who
    approved a design has not approved a launch.
    """
    signed, newest = decision.version, status.version
    if signed is None or newest is None or decision.role != approval.role:
        return False
    if signed.sha256 == newest.sha256:
        return True
    return decision.is_approval and is_unchanged_for(approval, status, signed, newest)
