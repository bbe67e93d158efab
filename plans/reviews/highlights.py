"""What an approver looks at beside the text: what changed, and what deserves a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from plans import document as doc
from plans.document import BlockKind
from plans.models import Version
from plans.reviews.rules import Gate, find_gates


@dataclass(frozen=True)
class Highlight:
    """A risk, dependency or question, and where it stands. `cells` by column."""

    text: str
    heading: str
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Highlights:
    """A frozen version at a glance."""

    gates: list[Gate]
    questions: list[Highlight]
    risks: list[Highlight]
    dependencies: list[Highlight]


def find_highlights(version: Version) -> Highlights:
    """`version` has its Markdown."""
    document = doc.read(version.markdown)
    return Highlights(
        gates=find_gates(document),
        questions=list(_questions(document)),
        risks=list(_rows(document, BlockKind.RISKS, _is_high)),
        dependencies=list(_rows(document, BlockKind.DEPENDENCIES, _is_red)),
    )


def changes_between(before: Version, after: Version) -> list[doc.SectionChange]:
    """What people changed from one version to another; both have their Markdown."""
    return doc.compare(doc.read(before.markdown), doc.read(after.markdown))


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
            said = doc.row_roles(block, item)
            if matters(said):
                text = said.get("description") or said.get("name", "")
                yield Highlight(text, section.heading, said)


def _is_high(said: dict[str, str]) -> bool:
    levels = (said.get("impact", ""), said.get("likelihood", ""))
    return "high" in [doc.parse_level(level) for level in levels]


def _is_red(said: dict[str, str]) -> bool:
    return doc.parse_status(said.get("status", "")) == "red"
