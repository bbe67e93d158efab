"""Open questions, from their threads: an answer becomes the text, or none is needed."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plans.actions.questions import dismiss, use_answer
from plans.views.comments import comment_for
from plans.views.shortcuts import (
    Request,
    handle_refused,
    item_and_plan_for,
    login_required,
    plan_for,
)
from plans.views.suggestions import decided


@require_POST
@login_required
@handle_refused
def answer_use(request: Request, slug: str, comment_id: int) -> HttpResponse:
    """Put an answer in the place of the question that its thread is about."""
    plan, member = plan_for(request, slug)
    comment = comment_for(plan, comment_id)
    item = use_answer(plan=plan, actor=request.user, member=member, comment=comment)
    message = "The answer is in the text now."
    return decided(request, plan, member, [item.pk], message, can_undo=True)


@require_POST
@login_required
@handle_refused
def question_dismiss(request: Request, slug: str, item_id: int) -> HttpResponse:
    """Take a question out of the text; `reason` says why."""
    item, plan, member = item_and_plan_for(request, slug, item_id)
    dismiss(
        plan=plan,
        item=item,
        actor=request.user,
        member=member,
        key=request.POST.get("key", ""),
        question=request.POST.get("quote", ""),
        reason=request.POST.get("reason", ""),
    )
    message = "Question dismissed."
    return decided(request, plan, member, [item.pk], message, can_undo=True)
