"""The list of changes that another text would make in a plan, to choose from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from plans import document as doc
from plans import formats
from plans.document.diff.changes import ChangeKind, Clash, ItemChange
from plans.page.comments import shortened

# Of more changes people choose none: they take them all, or look at the file again.
MOST_CHOICES = 400

WHOLE_TEXT = "The whole text"

_NOTES = {
    Clash.EDITED: "This was edited in the plan, too. The other text replaces it.",
    Clash.REMOVED: "This was removed from the plan. The other text brings it back.",
    Clash.KEPT: "This was edited in the plan, too. The other text removes it.",
}
_SUGGESTED = "This was edited in the plan, too. The other text becomes a suggestion."


@dataclass(frozen=True)
class ListedChange:
    """`is_chosen`: whether its box is ticked. `values`: what to show of it."""

    change: ItemChange
    is_chosen: bool

    @property
    def key(self) -> str:
        return self.change.key

    @property
    def name(self) -> str:
        """A few words of what it is about."""
        change = self.change
        if change.kind is ChangeKind.LAYOUT:
            return "Spacing and notation"
        texts = [v.after or v.before for v in change.values if v.name != "Done"]
        name = change.label or next(filter(str.strip, texts), "")
        return shortened(name) or _NOUNS.get(change.item_kind, "Item")

    @property
    def deed(self) -> str:
        change = self.change
        if [value.name for value in change.values] == ["Done"]:
            return "ticked" if change.values[0].after == "yes" else "unticked"
        if change.is_of_section and change.kind is not ChangeKind.CHANGED:
            return f"section {change.kind}"
        return "layout" if change.kind is ChangeKind.LAYOUT else str(change.kind)

    @property
    def values(self) -> Sequence[doc.ValueChange]:
        values = self.change.values
        return () if [value.name for value in values] == ["Done"] else values

    @property
    def note(self) -> str:
        change = self.change
        if change.clash is not None:
            return _SUGGESTED if change.can_be_suggested else _NOTES[change.clash]
        if change.kind is ChangeKind.LAYOUT:
            places = _counted(change.count, "place")
            return f"In {places} the text says the same and is written in another way."
        if change.is_of_section and change.kind is not ChangeKind.RENAMED:
            items = _counted(change.count, "item")
            return f"With {items}." if change.count else ""
        return self._place_before if change.kind is ChangeKind.MOVED else ""

    @property
    def _place_before(self) -> str:
        """Of what came from another section."""
        piece = self.change.steps[0].slot.mine
        if piece is None or piece.section.heading == self.change.section:
            return ""
        return f"It was in “{piece.section.heading or 'Introduction'}”."


_NOUNS = {"table": "Columns", "passage": "Text", "code": "Code", "row": "Row"}


@dataclass(frozen=True)
class ChangeGroup:
    """Changes below one heading, "" for what stands before the first."""

    heading: str
    changes: list[ListedChange]


def change_groups(
    changes: Sequence[ItemChange], chosen: Collection[str]
) -> list[ChangeGroup]:
    """`chosen`: the keys of those whose boxes are ticked."""
    return [
        ChangeGroup(heading, [ListedChange(each, each.key in chosen) for each in group])
        for heading, group in groupby(changes, key=_heading_of)
    ]


def _heading_of(change: ItemChange) -> str:
    return WHOLE_TEXT if change.kind is ChangeKind.LAYOUT else change.section


def keys_without_loss(changes: Sequence[ItemChange]) -> frozenset[str]:
    """Those that are taken unless somebody chooses otherwise: nothing that was written
    in the plan meanwhile goes for them."""
    return frozenset(
        change.key
        for change in changes
        if change.clash is None or change.can_be_suggested
    )


def _counted(count: int, noun: str) -> str:
    return f"{formats.number(count)} {noun}{'' if count == 1 else 's'}"
