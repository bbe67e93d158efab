"""How complete each chapter of a plan is: the numbers of the outline, drawn as bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plans.page.view_models import SectionView


@dataclass(frozen=True)
class ChapterBar:
    section: int
    title: str
    done: int
    left: int

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def share(self) -> float:
        """Of the bar, in percent."""
        return round(100 * self.done / self.total, 2)


def chapter_bars(outline: Iterable[SectionView]) -> list[ChapterBar]:
    """The chapters in which there is, or was, something to do."""
    return [
        ChapterBar(section.row.pk, section.title, section.filled, section.open)
        for section in outline
        if section.depth == 2 and section.total
    ]
