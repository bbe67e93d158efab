"""How what somebody types would look, before it is saved."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plans import document as doc
from plans import permissions
from plans.actions.change_log import require
from plans.actions.values import check_length
from plans.content import export
from plans.content.rows import block_from_row
from plans.errors import Refused
from plans.page.previews import previews
from plans.views.columns import follow_columns
from plans.views.items import item_page, keep_typed, part_of, typed_values
from plans.views.shortcuts import (
    Request,
    handle_refused,
    item_and_plan_for,
    login_required,
    number_in,
)


@require_POST
@login_required
@handle_refused
def item_preview(request: Request, slug: str, item_id: int) -> HttpResponse:
    """The posted texts of an item as they would look at rest: for the page's scripts
    the one that is written in, else its page with what was typed. Nothing is stored."""
    row, plan, member = item_and_plan_for(request, slug, item_id)
    require(permissions.may_write(member, plan))
    columns = doc.columns_of(block_from_row(row.block))
    values = typed_values(follow_columns(request.POST, columns), row)
    check_length(values)
    shown = previews(row, export.own_placeholders(plan), values)
    if request.htmx:
        if not shown:
            raise Refused("There is nothing to preview here. Reload the page.")
        return HttpResponse(shown[0][1])
    part = part_of(plan, row)
    keep_typed(part, values)
    seen = number_in(request.POST.get("seen", ""))
    return item_page(request, plan, member, part, previews=shown, seen=seen)
