"""The list of plans, and what waits for one's signature or answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import access
from plans.comments import mentions_of
from plans.models import Approval, Plan
from plans.reviews import with_states
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
    """The newest versions with a slot of this person's that is not decided, and the
    threads in which somebody spoke to them last."""
    slots = (
        Approval.objects.for_approver(request.user)
        .filter(item__block__section__plan__versions__isnull=False)
        .select_related("item__block__section__plan__team")
        .distinct()
    )
    found = {slot.item.block.section.plan for slot in slots}
    states = with_states(sorted(found, key=lambda plan: plan.updated_at, reverse=True))
    memberships = request.user.memberships.select_related("team")
    roles = {membership.team_id: membership for membership in memberships}
    open_slots = [
        (plan, slot)
        for plan in states
        for slot in plan.state.slots  # type: ignore[attr-defined]
        if slot.decision is None
        and access.may_sign(roles.get(plan.team_id), request.user, slot.approval)
    ]
    context = {"open_slots": open_slots, "mentions": mentions_of(request.user)}
    return render(request, "plans/waiting.html", context)
