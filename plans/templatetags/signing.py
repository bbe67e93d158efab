"""Classes of a sign-off's state, for the style sheets."""

from __future__ import annotations

from django import template

from plans.models import AuditRecord
from plans.reviews.model import ApprovalStatus, ApproverStatus

register = template.Library()


@register.filter
def slot_class(slot: ApprovalStatus) -> str:
    match slot.state:
        case "declined" | "changes":
            return "is-rejected"
        case "approved":
            return "is-stale" if slot.is_stale else "is-approved"
    return "is-pending"


@register.filter
def decision_badge(approver: ApproverStatus) -> str:
    return {"approved": "approved", "condition": "review"}.get(approver.state, "error")


@register.filter
def deed(record: AuditRecord) -> str:
    """What a record says that somebody did, before the words “version 2”."""
    return _DEEDS.get(record.kind, f"{record.get_kind_display().lower()}:")


_DEEDS: dict[str, str] = {
    AuditRecord.Kind.SUBMITTED: "submitted",
    AuditRecord.Kind.APPROVED: "approved",
    AuditRecord.Kind.APPROVED_IF: "approved, on a condition,",
    AuditRecord.Kind.CHANGES_REQUESTED: "requested changes to",
    AuditRecord.Kind.DECLINED: "declined",
    AuditRecord.Kind.WITHDRAWN: "withdrew the decision on",
    AuditRecord.Kind.CONDITION_MET: "confirmed the condition for",
    AuditRecord.Kind.EXPIRED: "ended the request for",
    AuditRecord.Kind.COMPLETED: "gave the last sign-off of",
}
