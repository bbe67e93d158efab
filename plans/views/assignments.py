"""Giving a section or an item to a person, with the day on which it is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from plans import permissions
from plans.actions.assignments import assign
from plans.errors import Refused
from plans.models import Item, Membership, Plan, Section, User
from plans.page.comments import place_label
from plans.page.contexts import toolbar_context
from plans.views.arranging import page_of
from plans.views.plan import answer_with_change
from plans.views.sections import section_for
from plans.views.shortcuts import (
    Request,
    handle_refused,
    item_for,
    login_required,
    number_in,
    plan_for,
    require_editor,
)


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def item_assign(request: Request, slug: str, item_id: int) -> HttpResponse:
    """GET: who has the item, for the dialog of the plan's page, or alone."""
    plan, member = plan_for(request, slug)
    item = item_for(plan, item_id)
    if request.method == "POST":
        return _assigned(request, plan, member, item)
    require_editor(member)
    context = {
        "plan": plan,
        "item": item,
        "label": place_label(item),
        "address": f"{plan.url}items/{item.pk}/",
        "people": list(permissions.assignable(plan)),
    }
    if request.htmx:
        return render(request, "plans/_assign.html", context)
    context |= toolbar_context(plan, can_edit=True) | {"anchor": f"item-{item.pk}"}
    return render(request, "plans/assign.html", context)


@require_POST
@login_required
@handle_refused
def section_assign(request: Request, slug: str, section_id: int) -> HttpResponse:
    plan, member = plan_for(request, slug)
    return _assigned(request, plan, member, section_for(plan, section_id))


def _assigned(
    request: Request, plan: Plan, member: Membership, row: Section | Item
) -> HttpResponse:
    require_editor(member)
    person = _person(plan, row, request.POST.get("assignee", ""))
    target: dict[str, Any] = (
        {"section": row} if isinstance(row, Section) else {"item": row}
    )
    assign(
        plan=plan,
        actor=request.user,
        member=member,
        assignee=person,
        due=_day(request.POST.get("due", "")),
        **target,
    )
    message = f"Assigned to {person.name}." if person else "Assigned to no one."
    if isinstance(row, Section):
        return answer_with_change(request, plan, member, f"section-{row.pk}", message)
    page = page_of(row)
    query = {f"rows-{row.block_id}": page} if page > 1 else {}
    return answer_with_change(request, plan, member, f"item-{row.pk}", message, query)


def _person(plan: Plan, row: Section | Item, typed: str) -> User | None:
    if not typed:
        return None
    chosen = number_in(typed) or 0
    if row.assignee is not None and row.assignee_id == chosen:
        return row.assignee  # who has it keeps it, in the team or not
    person = permissions.assignable(plan).filter(pk=chosen).first()
    if person is None:
        raise Refused("Choose a member of the team from the list.")
    return person


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        day = parse_date(typed)
    except ValueError:
        day = None
    if day is None:
        raise Refused("Enter the due date as a day, such as 2026-03-31.")
    return day
