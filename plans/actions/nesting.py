"""The items of a block as they follow each other, and what stands between them.

As with sections, what follows an item (a line end, a blank line) belongs to the place:
the last entry of a list keeps the blank line that sets the list off, whichever it is.
"""

from __future__ import annotations

from collections import defaultdict

from plans.actions.change_log import set_columns
from plans.models import Block, Item
from plans.models.change import Edit


class Nesting:
    """The items that are there, by the item that they are nested in."""

    def __init__(self, block: Block) -> None:
        self._below: dict[int | None, list[Item]] = defaultdict(list)
        for row in Item.objects.filter(block=block, removed=False):
            self._below[row.parent_id].append(row)
        self._rows = {row.pk: row for rows in self._below.values() for row in rows}

    def within(self, item: Item) -> list[Item]:
        """An item and what is nested in it, in the order of the text."""
        items = [self._rows[item.pk]]
        for row in self._below[item.pk]:
            items += self.within(row)
        return items

    def end_of(self, item: Item) -> Item:
        return self.within(item)[-1]

    @property
    def last(self) -> Item | None:
        """The one that stands at the end of the block."""
        outermost = self._below[None]
        return self.end_of(outermost[-1]) if outermost else None

    def before(self, item: Item) -> Item | None:
        """What an item follows in the text; None for the first of its block."""
        siblings = self._below[item.parent_id]
        place = siblings.index(item)
        if place:
            return self.end_of(siblings[place - 1])
        return self._rows[item.parent_id] if item.parent_id else None


def set_off_end(block: Block, before: Nesting, newline: str) -> list[Edit]:
    """Another item ends the block: what was read right below the one that did could be
    taken for a line of this one."""
    if block.tail.count("\n") > 1 or before.last == (last := Nesting(block).last):
        return []
    later = Block.objects.present().filter(
        section=block.section_id, position__gt=block.position
    )
    return [set_columns(block, tail=newline * 2)] if last and later.exists() else []


def hand_over_tail(going: Item, staying: Item | None) -> list[Edit]:
    """What went had more air behind it than what is now in its place."""
    if staying is None or going.tail.count("\n") <= staying.tail.count("\n"):
        return []
    return [set_columns(staying, tail=going.tail)]
