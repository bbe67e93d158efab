"""The list of plans, and what waits for one's signature or answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.comments import mentions_of
from plans.models import Plan
from plans.reviews.asked import asked_of
from plans.reviews.state import with_states
from plans.views.shortcuts import Request, signed_in


@require_safe
@signed_in
def plan_list(request: Request) -> HttpResponse:
    plans = (
        Plan.objects.seen_by(request.user)
        .current()
        .select_related("team", "created_by")
        .with_progress()
    )
    search = request.GET.get("q", "").strip()
    if search:
        plans = plans.filter(title__icontains=search)
    # A query that sums forgets the order of its model.
    found = with_states(list(plans.order_by("-updated_at", "-pk")[:200]))
    for plan in found:
        plan.done = (plan.fillable or 0) - (plan.blank or 0) - (plan.questions or 0)  # type: ignore[attr-defined]
    return render(request, "plans/plan_list.html", {"plans": found, "search": search})


@require_safe
@signed_in
def waiting(request: Request) -> HttpResponse:
    """What asks for this person's word: versions to sign now, those whose turn comes
    later, conditions of theirs, and threads in which somebody spoke to them last."""
    context = asked_of(request.user) | {"mentions": mentions_of(request.user)}
    return render(request, "plans/waiting.html", context)
