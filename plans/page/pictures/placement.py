"""Which section of a page shows which picture.

A picture is at the heading of a chapter (of the first or second level), and shows all
that is below it; phases that are chapters themselves are shown at the plan's title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from plans import document as doc
from plans.document import BlockKind
from plans.page.pictures.dependencies import (
    DependencyBoard,
    PlacedDependency,
    dependencies_of,
)
from plans.page.pictures.phases import PhaseStrip, PlacedPhase, phase_of
from plans.page.pictures.risks import PlacedRisk, RiskMatrix, risks_of

Picture = RiskMatrix | PhaseStrip | DependencyBoard

_DEEPEST = 2
_KINDS = (BlockKind.RISKS, BlockKind.DEPENDENCIES)


@dataclass
class _Chapter:
    risks: list[PlacedRisk] = field(default_factory=list)
    phases: list[PlacedPhase] = field(default_factory=list)
    dependencies: list[PlacedDependency] = field(default_factory=list)
    is_paged: bool = False

    def pictures(self) -> Iterator[Picture]:
        yield RiskMatrix(tuple(self.risks), self.is_paged)
        yield PhaseStrip(tuple(self.phases))
        yield DependencyBoard(tuple(self.dependencies))


def pictures_of(
    document: doc.Document, places: dict[int, str]
) -> dict[int, tuple[Picture, ...]]:
    """The pictures that there is something in, by the id of the section that shows
    them. `places`: addresses of rows that are on another page of their table."""
    chapters: dict[int, _Chapter] = defaultdict(_Chapter)
    for section, own, above in _with_chapters(document):
        if above and (phase := phase_of(section)):
            chapters[above].phases.append(phase)
        for block in section.blocks if own else ():
            chapter = chapters[own or 0]
            if block.kind is BlockKind.RISKS:
                chapter.risks += risks_of(block, places)
                chapter.is_paged |= any(item.id in places for item in block.items[:1])
            elif block.kind is BlockKind.DEPENDENCIES:
                chapter.dependencies += dependencies_of(block, places)
    return {
        pk: shown
        for pk, chapter in chapters.items()
        if (shown := tuple(p for p in chapter.pictures() if not p.is_empty))
    }


def pictured_sections(document: doc.Document) -> list[int]:
    """The sections that may have pictures, each with a place for them on the page."""
    return [
        section.id or 0
        for section in document.sections
        if 1 <= section.level <= _DEEPEST
    ]


def is_pictured(block: doc.Block, section: doc.Section) -> bool:
    """Whether a change of the block's items may change a picture."""
    is_of_phase = block.kind is BlockKind.FIELDS and section.phase is not None
    return block.kind in _KINDS or is_of_phase


def showing(document: doc.Document, sections: Iterable[int]) -> set[int]:
    """The sections whose pictures show something of these sections."""
    wanted = set(sections)
    return {
        chapter
        for section, own, above in _with_chapters(document)
        if section.id in wanted
        for chapter in (own, above if section.phase else None)
        if chapter
    }


def _with_chapters(
    document: doc.Document,
) -> Iterator[tuple[doc.Section, int | None, int | None]]:
    """Each section with the ids of the chapter that it is in, and of the one above its
    heading; None where there is none."""
    path: list[doc.Section] = []
    for section in document.sections:
        while path and path[-1].level >= section.level:
            path.pop()
        chapters = [each.id for each in path if 1 <= each.level <= _DEEPEST]
        above = chapters[-1] if chapters else None
        own = section.id if 1 <= section.level <= _DEEPEST else above
        yield section, own, above
        path.append(section)
