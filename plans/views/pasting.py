"""What is pasted into a row, an entry or a check as several lines or cells."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plans.actions.pasting import paste_items
from plans.document import ItemKind
from plans.errors import Refused
from plans.views.arranging import block_response, page_of
from plans.views.shortcuts import (
    Request,
    handle_refused,
    item_and_plan_for,
    login_required,
    number_in,
    require_editor,
)

_NAMES = {
    ItemKind.ROW: re.compile(r"cell-[0-9]{1,3}"),
    ItemKind.ENTRY: re.compile("text"),
    ItemKind.CHECK: re.compile("text"),
}


@require_POST
@login_required
@handle_refused
def item_paste(request: Request, slug: str, item_id: int) -> HttpResponse:
    """`rows`: for the item and each new one behind it, its texts by name, as JSON."""
    row, plan, member = item_and_plan_for(request, slug, item_id)
    require_editor(member)
    first, *rows = _rows(request, row.kind)
    last = paste_items(
        plan=plan,
        item=row,
        actor=request.user,
        member=member,
        values=first,
        rows=rows,
        seen=number_in(request.POST.get("seen", "")),
    )
    message = f"Pasted {len(rows) + bool(first)}."
    focus = f"item-{last.pk}"
    return block_response(request, plan, row.block, page_of(last), focus, message)


def _rows(request: Request, kind: str) -> list[dict[str, Any]]:
    """Raises Refused for anything but texts of such an item."""
    names = _NAMES.get(ItemKind(kind))
    try:
        rows = json.loads(request.POST.get("rows", ""))
    except ValueError:
        rows = None
    if names is None or not isinstance(rows, list) or not rows:
        raise Refused("There is nothing to paste here.")
    for row in rows:
        if not isinstance(row, dict) or not all(
            names.fullmatch(name) and isinstance(text, str)
            for name, text in row.items()
        ):
            raise Refused("There is nothing to paste here.")
    return rows
