"""What an approver should check in a version before reading it: open questions, risks,
dependencies, checklists, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core.cache import caches

from plans import document as doc
from plans.document import BlockKind
from plans.models import Version
from plans.reviews.hash_chain import sha256_of
from plans.reviews.rules import Gate, find_gates


@dataclass(frozen=True)
class Highlight:
    """A risk, dependency or question. `heading`: its section; `cells`: by column."""

    text: str
    heading: str
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Highlights:
    """The highlights of one frozen version."""

    gates: list[Gate]
    questions: list[Highlight]
    risks: list[Highlight]
    dependencies: list[Highlight]


def find_highlights(version: Version, document: doc.Document) -> Highlights:
    """`version` is loaded with its Markdown, which says the `document`. What follows
    from a text is kept under the digest of that."""
    key = f"highlights-{sha256_of(version.markdown)}"
    kept: Highlights | None = caches["digests"].get(key)
    if kept is None:
        kept = _highlights_of(document)
        caches["digests"].set(key, kept)
    return kept


def _highlights_of(document: doc.Document) -> Highlights:
    return Highlights(
        gates=find_gates(document),
        questions=list(_questions(document)),
        risks=list(_rows(document, BlockKind.RISKS, _is_high)),
        dependencies=list(_rows(document, BlockKind.DEPENDENCIES, _is_red)),
    )


def _questions(document: doc.Document) -> Iterator[Highlight]:
    for section, block, item in document.walk():
        if block.kind is BlockKind.CODE:
            continue
        for value in doc.values_of(item):
            for question in doc.questions(value):
                yield Highlight(question or "Needs clarification", section.heading)


def _rows(
    document: doc.Document,
    kind: BlockKind,
    matters: Callable[[dict[str, str]], bool],
) -> Iterator[Highlight]:
    for section, block, item in document.walk():
        if block.kind is kind and isinstance(item, doc.Row):
            cells = doc.row_roles(block, item)
            if matters(cells):
                text = cells.get("description") or cells.get("name", "")
                yield Highlight(text, section.heading, cells)


def _is_high(cells: dict[str, str]) -> bool:
    levels = (cells.get("impact", ""), cells.get("likelihood", ""))
    return "high" in [doc.parse_level(level) for level in levels]


def _is_red(cells: dict[str, str]) -> bool:
    return doc.parse_status(cells.get("status", "")) == "red"
