"""A plan's text, as it leaves the planner. Every export and page takes it from here."""

from __future__ import annotations

from dataclasses import replace

from plans import document as doc
from plans.content import storage
from plans.models import Plan


def own_placeholders(plan: Plan) -> frozenset[str]:
    return frozenset(plan.own_placeholders)


def draft_text(
    plan: Plan, *, dialect: doc.Dialect | None = None, compatible: bool = False
) -> str:
    """The plan as it stands; byte for byte what was imported, if nothing changed."""
    document = storage.load(plan).document
    text = doc.draft(document, dialect=dialect, compatible=compatible)
    return text.replace(plan.nul_mark, "\0") if plan.nul_mark else text


def finished_text(
    plan: Plan, *, dialect: doc.Dialect | None = None, compatible: bool = False
) -> str:
    """The finished plan. Raises document.NotFinished with what is in the way."""
    document = storage.load(plan).document
    return finished_text_of(plan, document, dialect=dialect, compatible=compatible)


def in_form(
    text: str, *, dialect: doc.Dialect | None = None, compatible: bool = False
) -> str:
    """A text in another dialect. Its bytes are no longer the ones that were signed;
    `verify_plan` knows which version's they are."""
    if not dialect and not compatible:
        return text
    return doc.draft(doc.read(text), dialect=dialect, compatible=compatible)


def finished_text_of(
    plan: Plan,
    document: doc.Document,
    *,
    dialect: doc.Dialect | None = None,
    compatible: bool = False,
) -> str:
    """As `finished_text`, of the plan's document, which is loaded already."""
    text = doc.finalize(
        document,
        dialect=dialect,
        compatible=compatible,
        own_placeholders=own_placeholders(plan),
    )
    return text.replace(plan.nul_mark, "") if plan.nul_mark else text


def snapshot_of(
    plan: Plan, document: doc.Document, edition: doc.Edition = doc.NEWEST
) -> doc.Snapshot:
    """The text that a version freezes: the finished plan without decisions, even if
    `check` reports problems."""
    frozen = doc.take_snapshot(
        document, own_placeholders=own_placeholders(plan), edition=edition
    )
    if not plan.nul_mark:
        return frozen
    return replace(frozen, text=frozen.text.replace(plan.nul_mark, ""))


def snapshot_text_of(plan: Plan, document: doc.Document, edition: doc.Edition) -> str:
    """The text of that snapshot alone."""
    text = doc.snapshot_text(
        document, own_placeholders=own_placeholders(plan), edition=edition
    )
    return text.replace(plan.nul_mark, "") if plan.nul_mark else text


def problems(plan: Plan, document: doc.Document) -> list[doc.Problem]:
    """The problems that `check` reports in a plan's document."""
    return problems_in(document, own_placeholders(plan))


def problems_in(
    document: doc.Document, own: frozenset[str] = frozenset()
) -> list[doc.Problem]:
    """The problems without the guidance that a finished export leaves out."""
    reported = doc.check(document, own_placeholders=own)
    return [problem for problem in reported if problem.code != "guidance"]
