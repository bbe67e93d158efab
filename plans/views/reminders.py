"""Reminders of a plan's sign-off: read by its team, set by an owner."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from plans import permissions
from plans.actions.reminders import change_reminders
from plans.errors import NotAllowed
from plans.forms.notices import Reminders
from plans.models import ReminderRules
from plans.page.contexts import toolbar_context
from plans.views.shortcuts import (
    Request,
    handle_refused,
    login_required,
    note,
    plan_for,
)


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def reminders(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    decision = permissions.may_set_up(member)
    rules = ReminderRules.objects.filter(plan=plan).first() or ReminderRules(plan=plan)
    initial = {
        "due_after": rules.due_after,
        "remind_after": rules.remind_after,
        "escalate_after": rules.escalate_after,
    }
    form, status = Reminders(initial=initial), 200
    if request.method == "POST":
        if not decision:
            raise NotAllowed(decision.reason)
        form, status = Reminders(request.POST), 422
        if form.is_valid():
            change_reminders(
                plan=plan, actor=request.user, member=member, **form.cleaned_data
            )
            note(request, "The reminders were saved.")
            return HttpResponseRedirect(reverse("plans:reminders", args=[plan.slug]))
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "form": form,
        "rules": rules,
        "can_set_up": decision,
    }
    return render(request, "plans/reminders.html", context, status=status)
