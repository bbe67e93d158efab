"""What happened to a plan and to each of its items, and bringing it back."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from plans import permissions
from plans.actions.history import restore
from plans.content import storage
from plans.content.outline import sections_of, subtree
from plans.content.values import change_label, values_of_row
from plans.models import Change, Item, Plan, Section, User
from plans.page import history
from plans.page.contexts import toolbar_context
from plans.page.lists import ListAddress, Pager, pager_of
from plans.views.arranging import page_of
from plans.views.shortcuts import (
    Request,
    handle_refused,
    login_required,
    note,
    number_in,
    plan_for,
    redirect_to_plan,
)

CHANGES_PER_PAGE = 50
# Fewer than changes: each entry has whole texts.
TEXTS_PER_PAGE = 20


@require_safe
@login_required
def plan_history(request: Request, slug: str) -> HttpResponse:
    """Every change, newest first: `?by=<user>`, `?section=<section>`, `?days=7`."""
    plan, member = plan_for(request, slug)
    sections = sections_of(plan)
    filters = {
        name: number_in(request.GET.get(name, "")) for name in ("by", "section", "days")
    }
    changes = _filtered(plan, sections, filters)
    page = _page(
        request, changes.select_related("actor", "suggested_by"), CHANGES_PER_PAGE
    )
    writers = User.objects.filter(pk__in=plan.changes.values("actor"))
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "page": page,
        "days": history.by_day(history.entries_of(plan, list(page), is_grouped=True)),
        "writers": sorted(writers, key=lambda user: user.name.casefold()),
        "sections": [s for s in sections if 1 <= s.level <= 3],
        "asked": filters,
        "is_filtered": any(filters.values()),
        "pager": _pager(page, filters),
    }
    return render(request, "plans/history.html", context)


def _filtered(
    plan: Plan, sections: list[Section], filters: dict[str, int | None]
) -> QuerySet[Change]:
    changes = plan.changes.all()
    if filters["by"]:
        changes = changes.filter(actor=filters["by"])
    if filters["section"]:
        section = next((s for s in sections if s.pk == filters["section"]), None)
        shown = subtree(sections, section) if section else []
        changes = changes.filter(section__in=shown)
    if filters["days"]:
        # More days than a century are all of them.
        since = timezone.now() - timedelta(days=min(filters["days"], 36_500))
        changes = changes.filter(created_at__gte=since)
    return changes


def _page(request: Request, changes: QuerySet[Change], size: int) -> Page:
    number = number_in(request.GET.get("page", "")) or 1
    return Paginator(changes, size).get_page(number)


def _pager(page: Page, filters: dict[str, int | None] | None = None) -> Pager:
    return pager_of(page, ListAddress(values=filters or {}), label="Pages of changes")


@require_safe
@login_required
def item_history(request: Request, slug: str, item_id: int) -> HttpResponse:
    """What one item said after each of its changes; it may be gone from the plan."""
    plan, member = plan_for(request, slug)
    item = _item_ever(plan, item_id)
    part, _ = values_of_row(item)
    page = _page(
        request,
        history.changes_of(plan, item).select_related("actor", "suggested_by"),
        TEXTS_PER_PAGE,
    )
    changes = history.concerning(item, page)
    entries = history.with_values(plan, item, history.entries_of(plan, changes))
    is_there = _is_there(item)
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "item": item,
        "name": change_label(part, item),
        "page": page,
        "pager": _pager(page),
        "days": history.by_day(entries),
        "beginning": None if page.has_next() else history.beginning(plan, item),
        "is_there": is_there,
        "place": _place(item) if is_there else "",
    }
    return render(request, "plans/history_item.html", context)


def _item_ever(plan: Plan, item_id: int) -> Item:
    """An item of this plan, also one that was taken out of it."""
    item = storage.items_of(plan).filter(pk=item_id).first()
    if item is None:
        raise Http404("This plan has no such item.")
    return item


def _is_there(item: Item) -> bool:
    block = item.block
    return not (item.removed or block.removed or block.section.removed)


def _place(item: Item) -> str:
    page = page_of(item)
    return (f"?rows-{item.block_id}={page}" if page > 1 else "") + f"#item-{item.pk}"


@require_POST
@login_required
@handle_refused
def item_restore(request: Request, slug: str, item_id: int) -> HttpResponse:
    """Give an item what it said after the change `number`; without one, bring it back
    as it was when it went."""
    plan, member = plan_for(request, slug)
    item = _item_ever(plan, item_id)
    was_there = _is_there(item)
    changes = plan.changes.all()
    if "number" in request.POST:
        changes = changes.filter(number=number_in(request.POST["number"]) or 0)
    change = changes.first()
    if change is None:
        raise Http404("This plan has no such change.")
    restore(plan=plan, item=item, actor=request.user, member=member, change=change)
    note(request, "Restored." if was_there else "Restored to the plan.")
    page = page_of(_item_ever(plan, item_id))
    query = {f"rows-{item.block_id}": page} if page > 1 else {}
    place = redirect_to_plan(plan, f"item-{item_id}", query)
    return HttpResponseClientRedirect(place.url) if request.htmx else place
