"""What a change of a plan by another text is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from plans.document.diff.compare import ValueChange
from plans.document.diff.joining import Step


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"
    # How things are written: white space, bullets, line ends, the width of columns.
    LAYOUT = "layout"


class Clash(StrEnum):
    """What was done in the plan to something that the other text changed, too: its text
    was edited, or it was removed. `KEPT`: it was edited, and the other text removes
    it."""

    EDITED = "edited"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True)
class ItemChange:
    """One change that can be taken or left.

    `key`: the same for the same change of the same item, so that a choice outlives a
    comparison with a plan that was edited meanwhile. `section`: the heading that it is
    below; `label`: the name of the item, or what a ticked check says, "" if it has
    none; `item_kind`: `heading`, `table` (its columns) or an `ItemKind`. `count`: how
    many items it is about, of a whole section or of the layout. `clash`: None if it
    can be taken without a loss. `suggestions`: for a clash, the texts by the name of
    the value (`value`, `text`, `cell-2`) that can be suggested for the item instead;
    `start`: where that item begins in the plan's text.
    """

    kind: ChangeKind
    section: str = ""
    label: str = ""
    values: tuple[ValueChange, ...] = ()
    steps: tuple[Step, ...] = field(default=(), repr=False)
    item_kind: str = ""
    count: int = 1
    clash: Clash | None = None
    suggestions: tuple[tuple[str, str], ...] = ()
    start: int | None = None
    key: str = ""

    @property
    def is_of_section(self) -> bool:
        return self.item_kind == "heading"

    @property
    def can_be_suggested(self) -> bool:
        return bool(self.suggestions)
