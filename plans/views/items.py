"""Saving items: what the controls of the plan page post to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from plans import document as doc
from plans import permissions
from plans.actions import items as actions
from plans.actions import questions as question_actions
from plans.actions.merging import Bases
from plans.content import export
from plans.content.rows import block_from_row
from plans.content.values import as_stored, value_of, values_of_row
from plans.errors import NotAllowed, Refused, Stale
from plans.live.fragments import hx_partial
from plans.models import Item, Membership, Plan
from plans.page import item_html, items
from plans.page.comments import place_label
from plans.page.contexts import toolbar_context
from plans.page.view_models import ItemView
from plans.views.arranging import page_of
from plans.views.columns import follow_columns
from plans.views.shortcuts import (
    Request,
    at_change,
    fragments,
    handle_refused,
    http_status,
    item_and_plan_for,
    item_for,
    login_required,
    number_in,
    plan_for,
    redirect_to_plan,
    refused,
    require_editor,
    toast,
)


@require_http_methods(["GET", "POST"])
@login_required
def item(request: Request, slug: str, item_id: int) -> HttpResponse:
    """GET: the item as it is now. POST: save what was typed into it."""
    row, plan, member = item_and_plan_for(request, slug, item_id)
    if request.method == "GET":
        return item_response(request, plan, member, part_of(plan, row))
    try:
        posted = follow_columns(request.POST, doc.columns_of(block_from_row(row.block)))
    except Refused as refusal:
        return refused(request, refusal, slug)
    values = typed_values(posted, row)
    try:
        row = actions.save_item(
            plan=plan,
            item=row,
            actor=request.user,
            member=member,
            values=values,
            seen=_seen(request),
            based_on=_based_on(posted, row, values),
        )
    except Refused as refusal:
        if request.htmx and isinstance(refusal, NotAllowed):
            return refused(request, refusal, slug)  # the page keeps what was typed
        part = part_of(plan, item_for(plan, item_id))
        refusal = _by_author(refusal, part, request)
        keep_typed(part, values, refusal)
        return item_response(
            request, plan, member, part, http_status(refusal), str(refusal)
        )
    part = part_of(plan, row)
    response = item_response(request, plan, member, part)
    if not _is_as_typed(part, values):
        response["X-Plan-Merged"] = "1"
    return response


def _by_author(refusal: Refused, part: ItemView, request: Request) -> Refused:
    if isinstance(refusal, Stale):
        return refusal.by(part.row.updated_by, request.user)
    return refusal


def _seen(request: Request) -> int | None:
    return number_in(request.POST.get("seen", ""))


def _based_on(posted: QueryDict, row: Item, values: dict[str, Any]) -> Bases:
    """What stood in each control when it was typed into: `was-cell-2`, several times
    where the answer to a save was lost."""
    bases = {}
    for name in values:
        texts = [str(was) for was in posted.getlist(f"was-{name}")]
        if not texts:
            continue
        bases[name] = [text.replace("\r\n", "\n") for text in texts]
        # A question in place of a text shows none of it.
        if "" in texts and name != "label":
            stored = question_actions.value_at(row, name)
            if doc.is_question(stored):
                bases[name].append(stored)
    return bases


def _is_as_typed(part: ItemView, values: dict[str, Any]) -> bool:
    """Whether nothing but what was typed is stored, however it was cleaned."""
    item, block = values_of_row(part.row)
    return all(
        as_stored(item, block, name, text) == value_of(item, name)
        for name, text in values.items()
        if isinstance(text, str)
    )


def typed_values(posted: QueryDict, row: Item) -> dict[str, Any]:
    """The posted values by their names; an unticked box posts nothing."""
    names = ("value", "text", "label")
    columns = doc.columns_of(block_from_row(row.block))
    width = max(len(columns), 1 + max(map(int, row.cells), default=-1))
    cells = {f"cell-{column}" for column in range(width)}
    values: dict[str, Any] = {
        name: str(text).replace("\r\n", "\n")  # browsers rewrite line ends
        for name, text in posted.items()
        if name in names or name in cells
    }
    # The control of a question shows the question; empty, it is no answer.
    for name in [n for n, text in values.items() if n != "label" and not text]:
        if doc.is_question(question_actions.value_at(row, name)):
            del values[name]
    if row.kind == doc.ItemKind.CHECK and "has-done" in posted:
        values["done"] = "done" in posted
    return values


def part_of(plan: Plan, row: Item) -> ItemView:
    """One item for the page, without what is nested in it and without a query."""
    return items.view_of_row(row, export.own_placeholders(plan))


def keep_typed(
    part: ItemView, values: dict[str, Any], refusal: Refused | None = None
) -> None:
    """Show what was typed in place of what is stored; after a conflict next to it."""
    part.error = str(refusal or "")
    for control in part.controls:
        typed = values.get(control.name)
        if typed is None or typed == control.value:
            continue
        if isinstance(refusal, Stale):
            part.conflict.append((control.label or "Text", control.value))
        control.value = typed
        control.is_blank = False
        if control.is_question:
            control.questions = ()  # a question that was typed is not one to answer
    stored = part.item
    if isinstance(stored, doc.Check):
        stored.done = values.get("done", stored.done)
    elif isinstance(stored, doc.Field):
        label = values.get("label", stored.label)
        if isinstance(refusal, Stale) and label != stored.label:
            part.conflict.append(("Label", stored.label))
        stored.label = label


def item_response(
    request: Request,
    plan: Plan,
    member: Membership,
    part: ItemView,
    status: int = 200,
    message: str = "",
) -> HttpResponse:
    """One item again: as a fragment, or as a page when there is no htmx."""
    part.is_saved = status == 200 and request.method == "POST"
    can_edit = bool(permissions.may_edit(member))
    if request.htmx:
        html = item_html.with_token(item_html.item_html(part, plan, can_edit))
        answered = fragments(hx_partial(part.dom_id, html), status=status)
        return at_change(answered, plan)
    if part.is_saved:
        page = page_of(part.row)
        query = {f"rows-{part.row.block_id}": page} if page > 1 else {}
        return redirect_to_plan(plan, part.dom_id, query)
    return item_page(request, plan, member, part, status, message=message)


def item_page(
    request: Request,
    plan: Plan,
    member: Membership,
    part: ItemView,
    status: int = 200,
    *,
    message: str = "",
    previews: Sequence[tuple[str, SafeString]] = (),
    seen: int | None = None,
) -> HttpResponse:
    """An item's own page. `seen`: the version that somebody began to write at."""
    can_edit = bool(permissions.may_edit(member))
    context = {
        **toolbar_context(plan, can_edit=can_edit),
        "anchor": part.dom_id,
        "part": part,
        "item": item_html.rendered_item(part, plan, can_edit),
        "label": place_label(part.row),
        "can_edit": bool(permissions.may_write(member, plan)),
        "message": message,
        "previews": previews,
        "seen": part.row.version if seen is None else seen,
    }
    return render(request, "plans/item.html", context, status=status)


@require_POST
@login_required
@handle_refused
def item_choose(request: Request, slug: str, item_id: int) -> HttpResponse:
    """Keep one of the directory trees a template offers."""
    plan, member = plan_for(request, slug)
    require_editor(member)
    row = item_for(plan, item_id)
    number = number_in(request.POST.get("option", ""))
    if number is None:
        raise Refused("Choose one of the structures first.")
    try:
        row = actions.choose_option(
            plan=plan,
            item=row,
            actor=request.user,
            member=member,
            number=number,
            seen=_seen(request),
        )
    except Refused as refusal:
        return _as_it_is_now(request, plan, member, item_id, refusal)
    return item_response(request, plan, member, part_of(plan, row))


def _as_it_is_now(
    request: Request,
    plan: Plan,
    member: Membership,
    item_id: int,
    refusal: Refused,
    typed: str = "",
) -> HttpResponse:
    """The item after a refusal: what was looked at may no longer be what is stored.

    `typed`: an answer to a question. It stays in its place while the question is
    there, and otherwise in the message.
    """
    if isinstance(refusal, NotAllowed):
        raise refusal
    part = part_of(plan, item_for(plan, item_id))
    refusal = _by_author(refusal, part, request)
    part.error = message = str(refusal)
    key = request.POST.get("key", "value")
    number = number_in(request.POST.get("number", "")) or 0
    control = next((c for c in part.controls if c.name == key), None)
    is_answer = request.POST.get("do") not in ("ask", "drop")
    if control and number < len(control.questions) and is_answer:
        control.typed_answer = (number, typed)
    elif typed.strip():
        message = f"{refusal} What you typed: {typed}"
    response = item_response(request, plan, member, part, http_status(refusal), message)
    if request.htmx:
        response.write(toast(request, message))
    return response


@require_POST
@login_required
@handle_refused
def question(request: Request, slug: str, item_id: int) -> HttpResponse:
    """Ask, answer or drop an open question of an item."""
    plan, member = plan_for(request, slug)
    row = item_for(plan, item_id)
    key = request.POST.get("key", "value")
    number = number_in(request.POST.get("number", "")) or 0
    is_dropped = request.POST.get("do") == "drop"
    text = request.POST.get("reason" if is_dropped else "answer", "")
    seen = _seen(request)
    target: dict[str, Any] = {
        "plan": plan,
        "item": row,
        "actor": request.user,
        "member": member,
        "key": key,
    }
    try:
        match request.POST.get("do"):
            case "ask":
                row = question_actions.ask(**target, question=text, seen=seen)
            case "drop":
                row = question_actions.drop(
                    **target,
                    number=number,
                    reason=text,
                    seen=seen,
                )
            case _:
                row = question_actions.answer(
                    **target, number=number, text=text, seen=seen
                )
    except Refused as refusal:
        return _as_it_is_now(request, plan, member, item_id, refusal, text)
    return item_response(request, plan, member, part_of(plan, row))
