"""Filters of the list of plans that a person keeps, renames and deletes."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from plans import permissions
from plans.actions.saved_filters import delete_filter, rename_filter, save_filter
from plans.forms.plan_filters import PlanFilters
from plans.models import SavedFilter
from plans.views.shortcuts import Request, Undo, handle_refused, login_required, note


@require_POST
@login_required
@handle_refused
def filter_save(request: Request) -> HttpResponse:
    """A `query` of the list under a `name`: what it says and the list understands."""
    query = QueryDict(request.POST.get("query", "")[:2000])
    teams = permissions.teams_of(request.user)
    form = PlanFilters(query, user=request.user, teams=teams)
    name = request.POST.get("name", "")
    saved = save_filter(actor=request.user, name=name, query=form.query)
    note(request, f"Saved the filter “{saved.name}”.")
    return HttpResponseRedirect(saved.get_absolute_url())


@require_POST
@login_required
@handle_refused
def filter_rename(request: Request, filter_id: int) -> HttpResponse:
    saved = _own(request, filter_id)
    name = request.POST.get("name", "")
    rename_filter(actor=request.user, saved=saved, name=name)
    return HttpResponseRedirect(saved.get_absolute_url())


@require_POST
@login_required
@handle_refused
def filter_delete(request: Request, filter_id: int) -> HttpResponse:
    saved = _own(request, filter_id)
    delete_filter(actor=request.user, saved=saved)
    fields = [("name", saved.name), ("query", saved.query)]
    undo = Undo(reverse("plans:filter_save"), fields)
    note(request, f"Deleted the filter “{saved.name}”.", undo)
    return HttpResponseRedirect(reverse("plans:plan_list"))


def _own(request: Request, filter_id: int) -> SavedFilter:
    saved = request.user.saved_filters.filter(pk=filter_id).first()
    if saved is None:
        raise Http404("This filter doesn’t exist.")
    return saved
