"""A text cut into leaves: the stretches that are headings, heads of tables and items.

The reader says which stretches these are, in order. What lies between two leaves (line
ends, blank lines, rules) becomes the tail of the first, so nothing can fall through.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

from plans.document.model import (
    Block,
    Check,
    Entry,
    Field,
    Item,
    ItemKind,
    Row,
    Section,
    Text,
)
from plans.document.syntax.items import parsed
from plans.document.syntax.list_items import starts_check, starts_field
from plans.document.syntax.parsing import Node, split_lines


@dataclass
class Leaf:
    """A stretch of the text, and the part of the document that it is."""

    start: int
    end: int
    part: Section | Block | Item
    block: Block | None = None


class Leaves:
    """Lines and offsets of a text, and the leaves that were found in it so far."""

    def __init__(self, text: str, first: Section) -> None:
        self.text = text
        self.lines = split_lines(text)
        self.offsets = [0, *accumulate(len(line) for line in self.lines)]
        self.in_order = [Leaf(0, 0, first)]

    def span(self, node: Node) -> tuple[int, int]:
        """The lines of a block without the blank ones that may follow it."""
        start, end = node.map or (0, 0)
        end = min(end, len(self.lines))
        while end > start + 1 and not self.lines[end - 1].strip(" \t\r\n"):
            end -= 1
        return start, end

    def unclaimed(self, start: int, end: int) -> list[tuple[int, int, bool]]:
        """Lines that no block claims although they say something (link definitions)."""
        return [
            (number, number + 1, False)
            for number in range(start, end)
            if self.lines[number].strip(" \t\r\n")
        ]

    def text_of(self, start: int, end: int) -> str:
        return "".join(self.lines[start:end])

    def end(self, start: int, end: int) -> int:
        """Where a stretch of lines ends, without the white space at its end."""
        first, last = self.offsets[start], self.offsets[end]
        return first + len(self.text[first:last].rstrip(" \t\r\n"))

    @property
    def last(self) -> Leaf:
        return self.in_order[-1]

    def source(self, leaf: Leaf) -> str:
        return self.text[leaf.start : leaf.end]

    def add(
        self,
        part: Section | Block | Item,
        start: int,
        end: int,
        block: Block | None = None,
    ) -> None:
        """Take some lines as a part of the document."""
        self.in_order.append(
            Leaf(self.offsets[start], self.end(start, end), part, block)
        )

    def add_item(self, item: Item, block: Block, start: int, end: int) -> None:
        """Take some lines as an item, and read its values from them."""
        self.add_item_within(item, block, self.offsets[start], self.end(start, end))

    def add_item_within(self, item: Item, block: Block, start: int, end: int) -> None:
        """As `add_item`, by offsets: several fields may share a line."""
        self.in_order.append(Leaf(start, end, item, block))
        _take_values(item, self.text[start:end])

    def fill(self) -> None:
        """Give every leaf its source, and what stands before the next as its tail."""
        self.in_order.append(Leaf(len(self.text), len(self.text), Section(level=0)))
        for leaf, following in pairwise(self.in_order):
            source = self.source(leaf)
            gap = self.text[leaf.end : following.start]
            part = leaf.part
            is_inside = leaf.block is not None and leaf.block is following.block
            if isinstance(part, Block):
                part.head = source + gap if is_inside else source
                part.tail = "" if is_inside else gap
                continue
            part.source = source
            if is_inside or isinstance(part, Section):
                part.tail = gap
            elif leaf.block is not None:
                leaf.block.tail = gap


def empty_item(text: str, label: str) -> Item:
    """An empty item of the kind that a list item's own text shows."""
    if starts_check(text):
        return Check()
    if starts_field(text, label):
        return Field(label="")
    return Entry() if parsed(ItemKind.ENTRY, text).values else Text(kind=ItemKind.RAW)


def _take_values(item: Item, source: str) -> None:
    """Set an item's values to what its source says."""
    content = parsed(item.kind, source)
    match item:
        case Field():
            item.label, item.value = content.label, content.values[0]
        case Check():
            item.done, item.text = content.done, content.values[0]
        case Row():
            item.cells = list(content.values)
        case Entry() | Text():
            item.text = content.values[0]
