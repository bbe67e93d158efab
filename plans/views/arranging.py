"""Arranging the items of a block: they come, go, move and are duplicated."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from plans.actions import items as actions
from plans.actions.duplicates import duplicate_item
from plans.actions.moving import move_item, place_item
from plans.content import export, storage
from plans.errors import Refused
from plans.live.fragments import render_partial
from plans.models import Block, Item, Plan
from plans.page import items
from plans.page.view_models import NAMES
from plans.views.shortcuts import (
    Request,
    at_change,
    block_for,
    direction_in,
    focusing,
    fragments,
    handle_refused,
    item_and_plan_for,
    item_for,
    login_required,
    note,
    number_in,
    plan_for,
    redirect_to_plan,
    require_editor,
    side_in,
    toast,
)


def page_of(row: Item) -> int:
    """The page of its block that shows an item, if only within another one."""
    while row.parent:
        row = row.parent
    above = Item.objects.filter(
        block=row.block_id, parent=None, removed=False, position__lt=row.position
    )
    return above.count() // items.ROWS_PER_PAGE + 1


def block_response(
    request: Request,
    plan: Plan,
    block: Block,
    page: int,
    focus: str = "",
    message: str = "",
) -> HttpResponse:
    """A page of a block again, after its items changed places."""
    if not request.htmx:
        if message:
            note(request, message)
        anchor = focus or f"block-{block.pk}"
        return redirect_to_plan(
            plan, anchor, {f"rows-{block.pk}": page} if page > 1 else {}
        )
    block.section.plan = plan
    loaded = storage.load_section(block.section)
    loaded_block = next(
        b for b in loaded.document.sections[0].blocks if b.id == block.pk
    )  # fmt: skip
    pages = items.Pages({block.pk: page})
    part = items.block_view(
        loaded_block,
        loaded,
        export.own_placeholders(plan),
        pages,
        block.section.heading,
    )
    context = {"plan": plan, "block": part, "can_edit": True}
    answers = [render_partial(f"block-{block.pk}", "plans/_block.html", context)]
    if message:
        answers.append(toast(request, message, plan))
    return at_change(focusing(fragments(*answers), focus), plan)


@require_POST
@login_required
@handle_refused
def item_add(request: Request, slug: str, block_id: int) -> HttpResponse:
    """A new item at the end of a block, or after (or under) one of its items."""
    plan, member = plan_for(request, slug)
    block = block_for(plan, block_id)
    require_editor(member)
    if block.kind not in NAMES:
        raise Refused(
            "You can’t add entries to a text. Add a list or a table to the section."
        )
    after = _item_named(plan, block, request, "after")
    parent = _item_named(plan, block, request, "parent")
    if after and after.parent_id:
        parent = item_for(plan, after.parent_id)
    new = actions.add_item(
        plan=plan,
        block=block,
        actor=request.user,
        member=member,
        after=after,
        parent=parent,
    )
    return block_response(request, plan, block, page_of(new), focus=f"item-{new.pk}")


def _item_named(plan: Plan, block: Block, request: Request, name: str) -> Item | None:
    item_id = number_in(request.POST.get(name, ""))
    if item_id is None:
        return None
    row = item_for(plan, item_id)
    if row.block_id != block.pk:
        raise Http404("This item is in another part of the plan.")
    return row


@require_POST
@login_required
@handle_refused
def item_remove(request: Request, slug: str, item_id: int) -> HttpResponse:
    row, plan, member = item_and_plan_for(request, slug, item_id)
    page = page_of(row)
    actions.remove_item(plan=plan, item=row, actor=request.user, member=member)
    return block_response(request, plan, row.block, page, message="Removed.")


@require_POST
@login_required
@handle_refused
def item_move(request: Request, slug: str, item_id: int) -> HttpResponse:
    """One place up or down, or right beside another item of its list."""
    row, plan, member = item_and_plan_for(request, slug, item_id)
    who: Any = {"plan": plan, "item": row, "actor": request.user, "member": member}
    if (beside := number_in(request.POST.get("beside", ""))) is None:
        move_item(**who, direction=direction_in(request))
    else:
        require_editor(member)
        place_item(**who, beside=item_for(plan, beside), side=side_in(request))
    return block_response(
        request, plan, row.block, page_of(row), focus=f"item-{row.pk}"
    )


@require_POST
@login_required
@handle_refused
def item_duplicate(request: Request, slug: str, item_id: int) -> HttpResponse:
    row, plan, member = item_and_plan_for(request, slug, item_id)
    require_editor(member)
    if row.block.kind not in NAMES:
        raise Refused("Only rows, entries, checks and fields can be duplicated.")
    new = duplicate_item(plan=plan, item=row, actor=request.user, member=member)
    return block_response(request, plan, row.block, page_of(new), f"item-{new.pk}")
