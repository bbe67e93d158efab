"""What one does with several plans of a list at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from plans.actions.bulk import BulkResult, archive_plans, tag_plans
from plans.actions.tags import clean_tags
from plans.errors import Refused
from plans.models import Plan
from plans.views.shortcuts import (
    Request,
    Undo,
    handle_refused,
    login_required,
    note,
    number_in,
)
from plans.views.whole_plans import next_page

# A page of the list has no more.
MOST_PLANS = 50
# What takes each back, and what a message calls it.
_REVERSE = {"archive": "restore", "restore": "archive", "tag": "untag", "untag": "tag"}
_DONE = {
    "archive": "Archived {plans}.",
    "restore": "Restored {plans}.",
    "tag": "Tagged {plans} with “{tag}”.",
    "untag": "Removed the tag “{tag}” from {plans}.",
}


@require_POST
@login_required
@handle_refused
def bulk(request: Request) -> HttpResponse:
    """`do`: `archive`, `restore`, `tag` or `untag` (with a `tag`) each `plan`, by id.
    `undo=1`: it takes back what was done so."""
    do = request.POST.get("do", "")
    if do not in _REVERSE:
        raise Refused("Choose what to do with the plans.")
    plans = _chosen(request)
    if not plans:
        raise Refused("Choose at least one plan first.")
    tag = ""
    if do in ("tag", "untag"):
        tag = next(iter(clean_tags([request.POST.get("tag", "")]).values()), "")
        if not tag:
            raise Refused("Enter the tag.")
        result = tag_plans(
            plans=plans, actor=request.user, tag=tag, is_added=do == "tag"
        )
    else:
        result = archive_plans(
            plans=plans, actor=request.user, archived=do == "archive"
        )
    _tell(request, result, do, tag)
    address = next_page(request) or reverse("plans:plan_list")
    return HttpResponseRedirect(address)


def _chosen(request: Request) -> list[Plan]:
    numbers = [number_in(text) for text in request.POST.getlist("plan")[:MOST_PLANS]]
    ids = [number for number in numbers if number]
    plans = Plan.objects.visible_to(request.user).filter(pk__in=ids)
    return list(plans.select_related("team").order_by("pk"))


def _tell(request: Request, result: BulkResult, do: str, tag: str) -> None:
    """What was done, with a way back, and what was not and why."""
    if result.changed:
        fields = [("do", _REVERSE[do]), ("next", next_page(request)), ("undo", "1")]
        fields += [("tag", tag)] if tag else []
        fields += [("plan", str(plan.pk)) for plan in result.changed]
        undo = Undo(reverse("plans:plans_bulk"), fields)
        text = _DONE[do].format(plans=_named(result.changed), tag=tag)
        note(request, text, None if request.POST.get("undo") else undo)
    elif not result.refused:
        messages.info(request, "Nothing changed: it was so already.")
    for reason in dict.fromkeys(reason for _, reason in result.refused):
        refused = [plan for plan, why in result.refused if why == reason]
        messages.warning(request, f"Not {_named(refused)}: {reason}")


def _named(plans: Sequence[Plan]) -> str:
    return f"“{plans[0].title}”" if len(plans) == 1 else f"{len(plans)} plans"
