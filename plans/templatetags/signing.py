"""Classes of a sign-off's state, for the style sheets."""

from __future__ import annotations

from django import template

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
