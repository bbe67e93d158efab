"""The columns of a plain table: what its header's menu posts, and the page that does
the same without scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from plans import document as doc
from plans.actions import columns as actions
from plans.content.rows import block_from_row
from plans.document import BlockKind
from plans.errors import Refused
from plans.page.contexts import toolbar_context
from plans.views.plan import answer_with_change
from plans.views.shortcuts import (
    Request,
    block_for,
    handle_refused,
    login_required,
    number_in,
    plan_for,
    require_editor,
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@handle_refused
def columns(request: Request, slug: str, block_id: int) -> HttpResponse:
    """GET: a form for each column. POST: add, rename, move or remove one."""
    plan, member = plan_for(request, slug)
    block = block_for(plan, block_id)
    require_editor(member)
    if block.kind != BlockKind.TABLE:
        raise Refused("Only plain tables can have other columns.")
    names = doc.columns_of(block_from_row(block))
    if request.method != "POST":
        context = toolbar_context(plan, can_edit=True)
        context |= {"table": block, "columns": names}
        return render(request, "plans/columns.html", context)
    at = number_in(request.POST.get("column", ""))
    if at is None:
        raise Refused("Choose a column first.")
    name, named = request.POST.get("name", ""), request.POST.get("named", "")
    who: dict[str, Any] = {
        "plan": plan,
        "block": block,
        "actor": request.user,
        "member": member,
    }
    match request.POST.get("do"):
        case "add":
            actions.add_column(**who, name=name, at=at)
        case "rename":
            actions.rename_column(**who, column=at, named=named, name=name)
        case "move":
            to = number_in(request.POST.get("to", ""))
            to = at if to is None else to
            actions.move_column(**who, column=at, named=named, to=to)
            at = min(to, len(names) - 1)
        case "remove":
            actions.remove_column(**who, column=at, named=named)
            at = max(at - 1, 0)
        case _:
            raise Refused("Choose what to do with the column.")
    return answer_with_change(request, plan, member, f"column-{block.pk}-{at}")


def follow_columns(posted: QueryDict, names: list[str]) -> QueryDict:
    """What was typed into cells, by the columns as they are now. A page that has not
    seen a change of columns yet says what they were called: `column-cell-1`.

    Raises Refused where that column is gone.
    """
    moved = {
        key.removeprefix("column-"): str(name)
        for key, name in posted.items()
        if key.startswith("column-cell-") and not _is_at(key, str(name), names)
    }
    if not moved:
        return posted
    after = posted.copy()
    for key in moved:
        for each in (key, f"was-{key}"):
            after.pop(each, None)
    for key, name in moved.items():
        if names.count(name) != 1:
            raise Refused(
                f"The column “{name}” is no longer in the table. Copy your text, then "
                "reload the page."
            )
        now = f"cell-{names.index(name)}"
        for old, new in ((key, now), (f"was-{key}", f"was-{now}")):
            if old in posted:
                after.setlist(new, posted.getlist(old))
    return after


def _is_at(key: str, name: str, names: list[str]) -> bool:
    at = number_in(key.removeprefix("column-cell-"))
    return at is None or at >= len(names) or names[at] == name
