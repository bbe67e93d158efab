"""The order of a plan's sections, what ends each of them, and a plan's title."""

from __future__ import annotations

from plans import document as doc
from plans.models import Block, Plan, Section


def sections_of(plan: Plan) -> list[Section]:
    """All sections in order, hidden ones too."""
    return list(Section.objects.filter(plan=plan))


def subtree(sections: list[Section], section: Section) -> list[Section]:
    """A section and the deeper ones that follow it, among sections in order."""
    start = sections.index(section)
    rows = [sections[start]]
    for row in sections[start + 1 :]:
        if row.level <= section.level:
            break
        rows.append(row)
    return rows


def end_of(section: Section) -> Section | Block:
    """The row whose tail ends a section: its last block, or its heading alone."""
    last = Block.objects.filter(section=section, removed=False).last()
    return last or section


def has_rule(tail: str) -> bool:
    """Whether anything but line ends stands there, which only a rule does."""
    return bool(tail.strip())


def title_of(document: doc.Document) -> str:
    """A plan's name: its title without the words that every plan starts with."""
    title = document.title
    for words in ("Implementation Plan:", "Plan:"):
        if title.casefold().startswith(words.casefold()):
            title = title[len(words) :]
    title = title.removesuffix("- Technical Approach & Architecture").strip(" :-–—")
    return (title or "Untitled plan")[:300]
