"""The registers: what all plans that a person may see list, on pages and in files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import (
    Http404,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from plans.forms.registers import FILTERS, RegisterFilters
from plans.page.lists import SORT, ListAddress, sort_in
from plans.page.registers.page import MAX_EXPORTED, Selection, load_page
from plans.page.registers.specs import REGISTERS, RegisterSpec
from plans.reviews.kept_states import refresh_states
from plans.search import indexing
from plans.views.indexed import load_indexed
from plans.views.register_files import csv_response, json_response
from plans.views.shortcuts import Request, login_required, number_in


@require_safe
@login_required
def registers(request: Request) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:register", args=["risks"]))


@require_safe
@login_required
def register(request: Request, name: str) -> HttpResponse:
    """Filters by name (`plans.forms.registers`), `?sort=-level`, `?page=2`."""
    spec = _spec(name)
    request.user.remember_teams()

    def load() -> dict[str, Any]:
        form, selection, address = _selected(request, spec)
        number = number_in(request.GET.get("page", "")) or 1
        return {
            "page": load_page(selection, address, number),
            "form": form,
            "chips": form.chips(address),
            "clear_url": ListAddress(values=_sorting(form)).having(),
            "csv_url": address.at(reverse("plans:register_csv", args=[name])),
            "json_url": address.at(reverse("plans:register_json", args=[name])),
        }

    context, is_indexed = load_indexed(request, load, asks="q" in request.GET)
    context["is_indexed"] = is_indexed
    return render(request, "registers/register.html", context)


@require_safe
@login_required
def register_csv(request: Request, name: str) -> StreamingHttpResponse:
    """The rows of all pages, as a table for spreadsheets."""
    _, selection = _exported(request, spec := _spec(name))
    ids = selection.ids(0, MAX_EXPORTED)
    return csv_response(request, spec.name, selection.exported(ids))


@require_safe
@login_required
def register_json(request: Request, name: str) -> StreamingHttpResponse:
    """The same for programs (`plans.views.register_files`)."""
    form, selection = _exported(request, spec := _spec(name))
    ids = selection.ids(0, MAX_EXPORTED + 1)
    return json_response(
        request,
        spec.name,
        selection.exported(ids[:MAX_EXPORTED]),
        filters=form.filters,
        is_complete=len(ids) <= MAX_EXPORTED and not selection.is_cut,
    )


def _exported(
    request: Request, spec: RegisterSpec
) -> tuple[RegisterFilters, Selection]:
    """Access is asked for again with each part of a file: no teams are remembered."""
    if "q" in request.GET:
        indexing.catch_up(request.user)
    form, selection, _ = _selected(request, spec)
    return form, selection


def _spec(name: str) -> RegisterSpec:
    """Approvals are those of the plans' present states."""
    if name not in REGISTERS:
        raise Http404("There is no such register.")
    if name == "approvals":
        refresh_states()
    return REGISTERS[name]


def _selected(
    request: Request, spec: RegisterSpec
) -> tuple[RegisterFilters, Selection, ListAddress]:
    form = FILTERS[spec.name](request.GET, user=request.user, spec=spec)
    sort = sort_in(form.values.get(SORT, ""), spec.columns, spec.default)
    address = ListAddress(values=form.values)
    return form, Selection(spec, request.user, form.filters, sort), address


def _sorting(form: RegisterFilters) -> Mapping[str, str]:
    return {SORT: form.values.get(SORT, "")}
