"""The plan page and what hangs on it: side panels, preview, download, undo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from plans import document as doc
from plans import permissions
from plans.actions.outside_copies import note_copy
from plans.actions.undo import redo, undo
from plans.content import export, storage
from plans.content.completeness import completeness_of
from plans.errors import Refused
from plans.live import fragments as live
from plans.live.fragments import render_body, render_side, render_side_panels
from plans.live.targets import find_targets
from plans.markdown.rendering import document_html
from plans.models import Membership, OutsideCopy, Plan
from plans.models.saved_version import LONGEST_VERSION_NAME
from plans.page import items
from plans.page.contexts import body_context, side_context, toolbar_context
from plans.page.section_html import sections_html
from plans.page.unread import read_marks
from plans.page.view_models import NEW_NAMES
from plans.reviews.approved_file import approved_file
from plans.reviews.evidence_keys import current_signer
from plans.reviews.status import review_status
from plans.views.shortcuts import (
    Request,
    at_change,
    focusing,
    fragments,
    handle_refused,
    login_required,
    markdown_file,
    note,
    number_in,
    plan_for,
    redirect_to_plan,
    require_editor,
    toast,
)


@require_safe
@login_required
def plan_page(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    return render(request, "plans/plan.html", _page_context(request, plan, member))


def _page_context(request: Request, plan: Plan, member: Membership) -> dict[str, Any]:
    body = body_context(
        plan,
        can_edit=bool(permissions.may_edit(member)),
        pages=_requested_pages(request),
    )
    side = side_context(
        plan,
        can_edit=body["can_edit"],
        loaded=body["loaded"],
        sections=body["sections"],
        reader=request.user,
    )
    leads = bool(permissions.may_manage(member))
    may_suggest = bool(permissions.may_suggest(member))
    more = {
        "leads": leads,
        "may_suggest": may_suggest,
        "read_marks": json.dumps(read_marks(side["threads"])),
        "new_blocks": NEW_NAMES.items(),
        "longest_version_name": LONGEST_VERSION_NAME,
        "sections_html": sections_html(body["sections"], plan, body["can_edit"]),
    }
    return body | side | more


def _requested_pages(request: Request) -> items.Pages:
    """`?rows-12=3` asks for the third page of the table that is block 12."""
    numbers = {
        number_in(name.removeprefix("rows-")) or 0: number_in(value) or 1
        for name, value in request.GET.items()
        if name.startswith("rows-")
    }
    return items.Pages(numbers)


@require_safe
@login_required
def plan_side(request: Request, slug: str) -> HttpResponse:
    """The side panels alone, asked for by the page after each change."""
    plan, member = plan_for(request, slug)
    return _without_event(
        render_side(plan, can_edit=bool(permissions.may_edit(member)))
    )


@require_safe
@login_required
def plan_body(request: Request, slug: str) -> HttpResponse:
    """All of the page that changes, asked for by a page that has missed too much."""
    plan, member = plan_for(request, slug)
    context = _page_context(request, plan, member)
    response = _without_event(
        render_body(context),
        *render_side_panels(context),
    )
    return at_change(response, plan)


def _without_event(*partials: str) -> HttpResponse:
    """An answer to the page's own question: it must not ask again because of it."""
    response = fragments(*partials)
    del response["HX-Trigger"]
    return response


@require_safe
@login_required
def plan_preview(request: Request, slug: str) -> HttpResponse:
    """The plan as GitHub would show it, its Markdown, and the ways to download it."""
    plan, member = plan_for(request, slug)
    loaded = storage.load(plan)
    text = doc.write(loaded.document)
    problems = export.problems(plan, loaded.document)
    state = review_status(plan)
    can_edit = bool(permissions.may_edit(member))
    context = {
        **toolbar_context(
            plan,
            can_edit=can_edit,
            state=state,
            completeness=completeness_of(loaded, problems),
        ),
        "html": document_html(text),
        "text": text,
        "errors": [problem for problem in problems if problem.is_error],
        "places": items.places(loaded.document),
        "approved": approved_file(plan, state),
        "has_key": current_signer() is not None,
    }
    return render(request, "plans/plan_preview.html", context)


@require_safe
@login_required
@handle_refused
def plan_download(request: Request, slug: str) -> HttpResponse:
    """`plan.md`: `?form=draft|finished|unsigned`, `?dialect=customer|upstream`,
    `?compatible=1`.

    `finished` is the approved version with who signed it, where there is one, and says
    in `X-Plan-Version` which; `unsigned` is the plan as it is now. The ETag is the
    SHA-256 of the bytes. An unfinished plan is refused with 409 and the list of what is
    in the way.
    """
    plan, member = plan_for(request, slug)
    dialect = request.GET.get("dialect") or None
    if dialect not in (None, *doc.Dialect):
        raise Refused("The dialect is `customer` or `upstream`; leave it out to keep.")
    written: dict[str, Any] = {
        "dialect": doc.Dialect(dialect) if dialect else None,
        "compatible": request.GET.get("compatible") == "1",
    }
    form = request.GET.get("form") or "draft"
    if form not in ("draft", "finished", "unsigned"):
        raise Refused("The form is `draft`, `finished` or `unsigned`.")
    if form == "draft":
        text = export.draft_text(plan, **written)
        note_copy(plan, text, OutsideCopy.Form.DRAFT, request.user)
        return markdown_file(request, text)
    if form == "finished" and (signed_plan := approved_file(plan)):
        text = export.in_form(signed_plan.text, **written)
        note_copy(plan, text, OutsideCopy.Form.SIGNED, request.user)
        response = markdown_file(request, text)
        response["X-Plan-Version"] = str(signed_plan.version.number)
        response["X-Plan-Edited-Since"] = "no" if signed_plan.is_current else "yes"
        return response
    try:
        text = export.finished_text(plan, **written)
    except doc.NotFinished as unfinished:
        return _not_finished(request, plan, member, unfinished.problems)
    note_copy(plan, text, OutsideCopy.Form.FINISHED, request.user)
    return markdown_file(request, text)


def _not_finished(
    request: Request, plan: Plan, member: Membership, problems: list[doc.Problem]
) -> HttpResponse:
    """The stored plan's own problems: the finished text has no places to go to."""
    document = storage.load(plan).document
    errors = [p for p in export.problems(plan, document) if p.is_error]
    context = {
        **toolbar_context(plan, can_edit=bool(permissions.may_edit(member))),
        "problems": errors or problems,
        "places": items.places(document),
    }
    return render(request, "plans/not_finished.html", context, status=409)


@require_POST
@login_required
@handle_refused
def plan_undo(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    change = undo(plan=plan, actor=request.user, member=member)
    return _whole_body(request, plan, member, f"Undone: {change.label}")


@require_POST
@login_required
@handle_refused
def plan_redo(request: Request, slug: str) -> HttpResponse:
    plan, member = plan_for(request, slug)
    require_editor(member)
    change = redo(plan=plan, actor=request.user, member=member)
    return _whole_body(request, plan, member, f"Redone: {change.label}")


def _whole_body(
    request: Request, plan: Plan, member: Membership, message: str
) -> HttpResponse:
    if not request.htmx:
        note(request, message)
        return redirect_to_plan(plan)
    return body_fragments(request, plan, member, message)


def answer_with_change(
    request: Request,
    plan: Plan,
    member: Membership,
    focus: str = "",
    message: str = "",
    query: Mapping[str, object] | None = None,
) -> HttpResponse:
    """What the change that was just made touched, and where to go on."""
    if not request.htmx:
        if message:
            note(request, message)
        return redirect_to_plan(plan, focus, query)
    response = body_fragments(request, plan, member)
    if message:
        response.write(toast(request, message, plan))
    return focusing(response, focus)


def body_fragments(
    request: Request, plan: Plan, member: Membership, message: str = ""
) -> HttpResponse:
    """What the plan's newest change touched, wherever on the page that is."""
    can_edit = bool(permissions.may_edit(member))
    change = plan.changes.filter(number=plan.change_number)
    try:
        html = live.render_changes(plan, find_targets(change), [can_edit])[can_edit]
    except live.NeedsReload:
        context = body_context(plan, can_edit=can_edit, pages=_requested_pages(request))
        html = render_body(context)
    partials = [html, toast(request, message)] if message else [html]
    return at_change(fragments(*partials), plan)
