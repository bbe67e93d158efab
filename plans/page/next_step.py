"""The likely next step of a plan: the one primary button of its toolbar."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from plans.content.completeness import Completeness
from plans.models import Plan
from plans.reviews.model import ReviewStatus


@dataclass(frozen=True)
class NextStep:
    """`tab`: the toolbar's link that leads there anyway, if there is one.
    `goes_to_blank`: on the plan's page it goes to the next blank."""

    label: str
    url: str
    tab: str = ""
    goes_to_blank: bool = False


def next_step(
    plan: Plan, state: ReviewStatus, completeness: Completeness, *, can_edit: bool
) -> NextStep | None:
    """The same for everyone who may do the same, because the live feed renders the
    toolbar once for each kind of reader. None if there is nothing to do but read."""
    review = reverse("plans:review", args=[plan.slug])
    if state.is_due and can_edit:
        if completeness.is_complete:
            return NextStep("Submit for sign-off", review, "review")
        if not plan.is_locked:
            return NextStep("Next blank", plan.url, goes_to_blank=True)
    if state.name == "approved":
        download = reverse("plans:download", args=[plan.slug])
        return NextStep("Download plan.md", f"{download}?form=finished")
    if state.version is not None:
        return NextStep("Sign-off", review, "review")
    return None
