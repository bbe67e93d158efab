"""Template contexts of a plan's page, shared by all that renders it: a view, the
answer to a post, or the live feed, which has no request."""

from __future__ import annotations

from typing import Any

from plans import document as doc
from plans.content import export, storage
from plans.content.completeness import (
    Completeness,
    completeness_of,
    completeness_of_plans,
)
from plans.content.template_origin import template_origin
from plans.models import Plan, User
from plans.page import items
from plans.page.comments import open_threads
from plans.page.next_step import next_step
from plans.page.pictures.completeness import chapter_bars
from plans.page.suggestions import suggestion_lines
from plans.page.view_models import SectionView
from plans.reviews.model import ReviewStatus
from plans.reviews.status import review_status


def body_context(
    plan: Plan, *, can_edit: bool, pages: items.Pages | None = None
) -> dict[str, Any]:
    """What the sections of the page need; three queries for the plan's content."""
    loaded = storage.load(plan)
    members = User.objects.filter(memberships__team=plan.team_id).order_by("username")
    return {
        "plan": plan,
        "loaded": loaded,
        "sections": items.section_views(plan, loaded, pages),
        "can_edit": can_edit,
        "members": members,
    }


def side_context(
    plan: Plan,
    *,
    can_edit: bool,
    loaded: storage.Loaded | None = None,
    sections: list[SectionView] | None = None,
    reader: User | None = None,
) -> dict[str, Any]:
    """Progress, problems, open questions, open threads, the last changes, and how it
    stands with the sign-off. `reader`: whose reading of the threads is asked for."""
    loaded = loaded or storage.load(plan)
    sections = sections or items.counted_sections(loaded)
    places = items.places(loaded.document)
    problems = export.problems(plan, loaded.document)
    errors = [problem for problem in problems if problem.is_error]
    state = review_status(plan)
    outline = items.outline_of(sections, errors)
    threads = open_threads(plan, loaded, places, reader)
    about = [each.start.thread for each in threads]
    context = {
        "plan": plan,
        "outline": outline,
        "chapters": chapter_bars(outline),
        "completeness": completeness_of(loaded, problems),
        "errors": errors,
        "comments": doc.comments_of(loaded.document, export.own_placeholders(plan)),
        "warnings": [problem for problem in problems if not problem.is_error],
        "questions": _open_questions(plan, loaded, sections, places),
        "places": places,
        "activity": plan.changes.select_related("actor", "suggested_by")[:12],
        "threads": threads,
        "stretches": [thread for thread in about if thread.is_about_a_stretch],
        "suggestions": suggestion_lines(plan, loaded, places),
        "state": state,
        "edits": _edits(plan, state, loaded),
        "origin": template_origin(plan),
    }
    return as_seen_by(context, can_edit=can_edit)


def as_seen_by(context: dict[str, Any], *, can_edit: bool) -> dict[str, Any]:
    """The context of the toolbar or the panels, for one of the two kinds of readers."""
    step = next_step(
        context["plan"], context["state"], context["completeness"], can_edit=can_edit
    )
    return context | {"can_edit": can_edit, "next_step": step}


def toolbar_context(
    plan: Plan,
    *,
    can_edit: bool,
    state: ReviewStatus | None = None,
    completeness: Completeness | None = None,
) -> dict[str, Any]:
    """What the toolbar of the plan's other pages needs. What the caller does not know
    costs queries; content is loaded only if the plan changed since it was counted."""
    context = {
        "plan": plan,
        "state": state or review_status(plan),
        "completeness": completeness or completeness_of_plans([plan])[plan.pk],
    }
    return as_seen_by(context, can_edit=can_edit)


def _edits(
    plan: Plan, state: ReviewStatus, loaded: storage.Loaded
) -> list[doc.SectionChange]:
    """What the plan says differently from its newest version; one query, and a text to
    read, only where the digests say that there is something."""
    if not state.is_edited or state.version is None:
        return []
    version = plan.versions.only("markdown").get(pk=state.version.pk)
    own = export.own_placeholders(plan)
    return doc.compare(doc.read(version.markdown), loaded.document, own)


def _open_questions(
    plan: Plan,
    loaded: storage.Loaded,
    sections: list[SectionView],
    places: dict[int, str],
) -> list[dict[str, Any]]:
    """Every open question, those in rows that are on no page just now too."""
    own = export.own_placeholders(plan)
    questions = []
    for section in sections:
        for block in section.section.blocks:
            columns = doc.columns_of(block)
            for item in block.walk():
                if not loaded.items[item.id or 0].questions:
                    continue
                heading = section.section.heading
                part = items.item_view(item, block, loaded.items, columns, own, heading)
                place = places.get(part.row.pk, f"#{part.dom_id}")
                questions += [
                    {
                        "control": control,
                        "text": text,
                        "section": section,
                        "place": place,
                        "query": f"item={part.row.pk}",
                    }
                    for control in part.controls
                    for text in control.questions
                ]
    return questions
