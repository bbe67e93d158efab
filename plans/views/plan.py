"""The plan page and what hangs on it: side panels, preview, download, undo."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from plans import document as doc
from plans import parts, storage, texts
from plans.actions.errors import Refused
from plans.actions.sections import NEW_BLOCKS
from plans.actions.undo import redo, undo
from plans.models import Plan, User
from plans.rendering import markdown_html
from plans.reviews import state_of
from plans.views.shortcuts import (
    Request,
    back_to,
    fragments,
    markdown_file,
    may_edit,
    note,
    number_in,
    partial,
    plan_for,
    require_editor,
    says_why,
    signed_in,
    toast,
)

_BLOCK_NAMES = {
    doc.BlockKind.PASSAGE: "Text",
    doc.BlockKind.LIST: "List",
    doc.BlockKind.CHECKLIST: "Checklist",
    doc.BlockKind.FIELDS: "Fields",
    doc.BlockKind.TABLE: "Table",
    doc.BlockKind.RISKS: "Risks",
    doc.BlockKind.DEPENDENCIES: "Dependencies",
    doc.BlockKind.METRICS: "Metrics",
    doc.BlockKind.CODE: "Code or directory tree",
}


@require_safe
@signed_in
def plan_page(request: Request, slug: str) -> HttpResponse:
    plan = plan_for(request, slug)
    body = body_context(request, plan)
    context = body | side_context(plan, body["loaded"], body["sections"])
    return render(request, "plans/plan.html", context)


def body_context(request: Request, plan: Plan) -> dict[str, Any]:
    """What the sections of the page need; three queries for the plan's content."""
    loaded = storage.load(plan)
    found = parts.section_parts(plan, loaded, _asked_pages(request))
    members = User.objects.filter(memberships__team=plan.team_id).order_by("username")
    return {
        "plan": plan,
        "loaded": loaded,
        "sections": found,
        "can_edit": bool(may_edit(plan)),
        "members": members,
        "new_blocks": [(kind, _BLOCK_NAMES[kind]) for kind in NEW_BLOCKS],
    }


def side_context(
    plan: Plan,
    loaded: storage.Loaded | None = None,
    found: list[parts.SectionPart] | None = None,
) -> dict[str, Any]:
    """Progress, problems, open questions and the last changes."""
    loaded = loaded or storage.load(plan)
    found = found or parts.section_parts(plan, loaded)
    places = parts.places(loaded.document)
    done, total = parts.total_progress(found)
    problems = texts.problems(plan, loaded.document)
    return {
        "plan": plan,
        "outline": parts.outline_of(found),
        "done": done,
        "total": total,
        "problems": [p for p in problems if p.code != "question"],
        "questions": _open_questions(plan, loaded, found, places),
        "places": places,
        "activity": plan.changes.select_related("actor")[:12],
        "state": state_of(plan),
        "can_edit": bool(may_edit(plan)),
    }


def _asked_pages(request: Request) -> parts.Pages:
    """`?rows-12=3` asks for the third page of the table that is block 12."""
    asked = {
        number_in(name.removeprefix("rows-")) or 0: number_in(value) or 1
        for name, value in request.GET.items()
        if name.startswith("rows-")
    }
    return parts.Pages(asked)


def _open_questions(
    plan: Plan,
    loaded: storage.Loaded,
    found: list[parts.SectionPart],
    places: dict[int, str],
) -> list[dict[str, Any]]:
    """Every open question, those in rows that are on no page just now too."""
    own = texts.own_placeholders(plan)
    questions = []
    for section in found:
        for block in section.section.blocks:
            columns = doc.columns_of(block)
            for item in block.walk():
                if not loaded.items[item.id or 0].questions:
                    continue
                part = parts.item_part(item, block, loaded.items, columns, own)
                place = places.get(part.row.pk, f"#{part.dom_id}")
                questions += [
                    {
                        "control": control,
                        "text": text,
                        "section": section,
                        "place": place,
                    }
                    for control in part.controls
                    for text in control.questions
                ]
    return questions


@require_safe
@signed_in
def plan_side(request: Request, slug: str) -> HttpResponse:
    """The side panels alone, asked for by the page after each change."""
    plan = plan_for(request, slug)
    context = side_context(plan)
    return fragments_of_side(request, context)


def fragments_of_side(request: Request, context: dict[str, Any]) -> HttpResponse:
    response = fragments(
        partial("plan-side", "plans/_side.html", context, request),
        partial("plan-outline", "plans/_outline.html", context, request),
        partial("plan-progress", "plans/_progress.html", context, request),
    )
    del response["HX-Trigger"]  # or it would ask for itself
    return response


@require_safe
@signed_in
def plan_preview(request: Request, slug: str) -> HttpResponse:
    """The plan as GitHub would show it, its Markdown, and the ways to download it."""
    plan = plan_for(request, slug)
    loaded = storage.load(plan)
    text = doc.write(loaded.document)
    problems = texts.problems(plan, loaded.document)
    context = {
        "plan": plan,
        "html": markdown_html(text),
        "text": text,
        "errors": [problem for problem in problems if problem.is_error],
        "places": parts.places(loaded.document),
        "state": state_of(plan),
    }
    return render(request, "plans/plan_preview.html", context)


@require_safe
@signed_in
@says_why
def plan_download(request: Request, slug: str) -> HttpResponse:
    """`plan.md`: `?form=draft|finished`, `?dialect=customer|upstream`, `?compatible=1`.

    The ETag is the SHA-256 of the bytes. A finished plan with errors left is refused
    with 409 and the list of what is in the way.
    """
    plan = plan_for(request, slug)
    dialect = request.GET.get("dialect") or None
    if dialect not in (None, *doc.Dialect):
        raise Refused("The dialect is `customer` or `upstream`; leave it out to keep.")
    form = request.GET.get("form") or "draft"
    if form not in ("draft", "finished"):
        raise Refused("The form is `draft` or `finished`.")
    write = texts.finished_text if form == "finished" else texts.draft_text
    try:
        text = write(
            plan,
            dialect=doc.Dialect(dialect) if dialect else None,
            compatible=request.GET.get("compatible") == "1",
        )
    except doc.NotFinished as unfinished:
        # The stored plan's own problems: the finished one has no places to go to.
        document = storage.load(plan).document
        found = [p for p in texts.problems(plan, document) if p.is_error]
        context = {
            "plan": plan,
            "problems": found or unfinished.problems,
            "places": parts.places(document),
        }
        return render(request, "plans/not_finished.html", context, status=409)
    return markdown_file(request, text)


@require_POST
@signed_in
@says_why
def plan_undo(request: Request, slug: str) -> HttpResponse:
    plan = plan_for(request, slug)
    change = undo(plan=plan, actor=request.user)
    return _whole_body(request, plan, f"Undone: {change.label}")


@require_POST
@signed_in
@says_why
def plan_redo(request: Request, slug: str) -> HttpResponse:
    plan = plan_for(request, slug)
    require_editor(plan)
    change = redo(plan=plan, actor=request.user)
    return _whole_body(request, plan, f"Done again: {change.label}")


def _whole_body(request: Request, plan: Plan, message: str) -> HttpResponse:
    if not request.htmx:
        note(request, message)
        return back_to(plan)
    return body_fragments(request, plan, message)


def body_fragments(request: Request, plan: Plan, message: str = "") -> HttpResponse:
    """All sections anew, for a change that may be anywhere."""
    context = body_context(request, plan)
    found = [partial("plan-body", "plans/_body.html", context, request)]
    if message:
        found.append(toast(request, message))
    return fragments(*found)
