"""The days off of a team: read by its members, entered by an owner."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from plans import permissions
from plans.actions import days_off as actions
from plans.errors import NotAllowed, Refused
from plans.forms.teams import NewDaysOff
from plans.models import Team
from plans.views.shortcuts import (
    Request,
    handle_refused,
    http_status,
    login_required,
    note,
)
from plans.views.teams import team_for


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def days_off(request: Request, slug: str) -> HttpResponse:
    own = team_for(request, slug)
    decision, status = permissions.may_manage(own), 200
    form = NewDaysOff()
    if request.method == "POST":
        if not decision:
            raise NotAllowed(decision.reason)
        form, status = NewDaysOff(request.POST), 422
        if form.is_valid():
            try:
                actions.add_days_off(
                    team=own.team, actor=request.user, **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = http_status(refusal)
            else:
                note(request, "Saved. Reminders leave out these days.")
                return _back(own.team)
    context = {
        "team": own.team,
        "leads": decision,
        "form": form,
        "days": own.team.days_off.all(),
    }
    return render(request, "teams/days_off.html", context, status=status)


@require_POST
@login_required
@handle_refused
def day_off_remove(request: Request, slug: str) -> HttpResponse:
    own = team_for(request, slug)
    try:
        day = parse_date(request.POST.get("day", ""))
    except ValueError:
        day = None
    if day is None:
        raise Refused("Choose a day of the list.")
    actions.remove_day_off(team=own.team, actor=request.user, day=day)
    note(request, "Removed. It is a working day again.")
    return _back(own.team)


def _back(team: Team) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:days_off", args=[team.slug]))
