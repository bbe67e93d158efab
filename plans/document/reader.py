"""Markdown to Document: any text is read, and every character of it is kept.

The reader decides which stretches of the text are headings and items ("leaves"), in
order. What lies between two leaves (line ends, blank lines, rules) becomes the tail of
the first, so nothing can fall through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from plans.document.editions import NEWEST, Edition
from plans.document.model import (
    Block,
    BlockKind,
    Check,
    Document,
    Entry,
    Field,
    Item,
    ItemKind,
    Row,
    Section,
    Text,
)
from plans.document.signatures.markers import strip_markers
from plans.document.signatures.places import (
    NO_PLACES,
    Places,
    can_be_signed,
    is_signing_heading,
    signs_by_itself,
)
from plans.document.syntax.escaping import FIRST_LABEL, LABEL, label_of_paragraph
from plans.document.syntax.headings import heading_text
from plans.document.syntax.items import parsed
from plans.document.syntax.list_items import starts_check, starts_field
from plans.document.syntax.parsing import Node, block_tree, split_lines
from plans.document.syntax.tables import columns_of, kind_of_table, later_columns

# In the first edition.
_APPROVALS = re.compile(r"\bapprovals?\b|\bsign-?offs?\b", re.IGNORECASE)
# Nothing but comments: what stands between two of them belongs to the plan.
_COMMENTS = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+", re.DOTALL)
_LISTS = frozenset({"bullet_list", "ordered_list"})


def read(text: str, edition: Edition = NEWEST, places: Places = NO_PLACES) -> Document:
    """Read any Markdown. `write(read(text)) == text`, character for character.

    `places`: the headings of which somebody said whether sign-offs stand there.
    """
    bom = text.startswith("\ufeff")
    body = text.removeprefix("\ufeff")
    reader = _Reader(body, edition, places)
    reader.read()
    return Document(
        sections=reader.sections, newline=_newline(body), bom=bom, places=places
    )


def _newline(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


@dataclass
class _Leaf:
    """A stretch of the text, and the part of the document that it is."""

    start: int
    end: int
    part: Section | Block | Item
    block: Block | None = None


@dataclass
class _Reader:
    text: str
    edition: Edition
    places: Places
    lines: list[str] = field(init=False)
    offsets: list[int] = field(init=False)
    sections: list[Section] = field(init=False)
    leaves: list[_Leaf] = field(init=False)
    nodes: list[Node] = field(init=False)
    label: str = field(init=False)

    def __post_init__(self) -> None:
        self.lines = split_lines(self.text)
        self.offsets = [0, *accumulate(len(line) for line in self.lines)]
        self.sections = [Section(level=0)]
        self.leaves = [_Leaf(0, 0, self.sections[0])]
        self.nodes = block_tree(self.text, self.edition)
        self.label = FIRST_LABEL if self.edition is Edition.FIRST else LABEL

    # --- from blocks to leaves -------------------------------------------------------

    def read(self) -> None:
        loose: list[tuple[int, int, bool]] = []  # lines of a passage; is it a rule?
        cursor = 0
        for index, node in enumerate(self.nodes):
            start, end = self._span(node)
            loose += self._unclaimed(cursor, start)
            cursor = max(cursor, end)
            if node.type == "heading":
                self._passage(loose, ends_section=True)
                self._heading(node, start, end)
            elif node.type == "hr" and self.edition > Edition.SECOND:
                # What stands around a rule may go, so it is no part of either.
                self._passage(loose)
            elif self._is_prose(node, index):
                loose.append((start, end, node.type == "hr"))
                continue
            else:
                self._passage(loose)
                self._block(node, start, end)
            loose = []
        loose += self._unclaimed(cursor, len(self.lines))
        self._passage(loose, ends_section=True)
        self._fill()
        if self.edition > Edition.FIRST:
            self._keep_only_slots()

    def _span(self, node: Node) -> tuple[int, int]:
        """The lines of a block without the blank ones that may follow it."""
        start, end = node.map or (0, 0)
        end = min(end, len(self.lines))
        while end > start + 1 and not self.lines[end - 1].strip(" \t\r\n"):
            end -= 1
        return start, end

    def _unclaimed(self, start: int, end: int) -> list[tuple[int, int, bool]]:
        """Lines that no block claims although they say something (link definitions)."""
        return [
            (number, number + 1, False)
            for number in range(start, end)
            if self.lines[number].strip(" \t\r\n")
        ]

    def _is_prose(self, node: Node, index: int) -> bool:
        start, end = self._span(node)
        if node.type == "paragraph":
            return not self._paragraph_is_fields(start, end, index)
        if node.type == "html_block":
            return not _COMMENTS.fullmatch("".join(self.lines[start:end]))
        return node.type not in {*_LISTS, "table", "fence", "front_matter"}

    def _heading(self, node: Node, start: int, end: int) -> None:
        section = Section(level=int(node.tag[1]))
        self.sections.append(section)
        self._leaf(section, self.offsets[start], self._end(start, end))
        section.heading = heading_text(self._slice(self.leaves[-1]))

    def _passage(
        self, loose: list[tuple[int, int, bool]], *, ends_section: bool = False
    ) -> None:
        """Read lines as a text. Rules at its end only separate it from what follows."""
        only_separates = ends_section or self.edition > Edition.FIRST
        while only_separates and loose and loose[-1][2]:
            loose = loose[:-1]
        if loose:
            block = self._new_block(BlockKind.PASSAGE)
            self._text(block, ItemKind.PASSAGE, loose[0][0], loose[-1][1])

    def _block(self, node: Node, start: int, end: int) -> None:
        if node.type in _LISTS:
            self._list(node)
        elif node.type == "table":
            self._table(node, start)
        elif node.type == "paragraph":
            self._fields(start, end)
        elif node.type == "fence":
            self._text(self._new_block(BlockKind.CODE), ItemKind.CODE, start, end)
        elif node.type == "front_matter":
            block = self._new_block(BlockKind.FRONT_MATTER)
            self._text(block, ItemKind.FRONT_MATTER, start, end)
        else:
            block = self._new_block(BlockKind.GUIDANCE)
            self._text(block, ItemKind.GUIDANCE, start, end)

    def _new_block(self, kind: BlockKind) -> Block:
        block = Block(kind=kind)
        self.sections[-1].blocks.append(block)
        return block

    def _text(self, block: Block, kind: ItemKind, start: int, end: int) -> None:
        item = Text(kind=kind)
        block.items.append(item)
        self._item_leaf(item, block, self.offsets[start], self._end(start, end))

    # --- lists -----------------------------------------------------------------------

    def _list(self, node: Node) -> None:
        owner = self._field_above()
        if owner:
            block = self.sections[-1].blocks[-1]
            owner.children = [self._list_item(child, block) for child in node.children]
            return
        block = self._new_block(BlockKind.LIST)
        block.items = [self._list_item(child, block) for child in node.children]
        kinds = {item.kind for item in block.items}
        if kinds == {ItemKind.FIELD}:
            block.kind = self._kind_of_fields()
        elif kinds == {ItemKind.CHECK}:
            block.kind = BlockKind.CHECKLIST

    def _field_above(self) -> Field | None:
        """The field without a value that this list below it belongs to, if any."""
        last = self.leaves[-1]
        item, block = last.part, last.block
        if not isinstance(item, Field) or item.children or block is None:
            return None
        # Where sign-offs stand a list is no part of one.
        is_paragraph = self.text[last.start : last.start + 2] == "**"
        is_nested = self.text[last.start] in " \t"
        if is_nested or not (is_paragraph or block.kind is not BlockKind.APPROVALS):
            return None
        return None if self._raw_value(last) else item

    def _raw_value(self, leaf: _Leaf) -> str:
        raw = re.sub(rf"^{self.label}", "", self._slice(leaf))
        if leaf.block and leaf.block.kind is BlockKind.APPROVALS:
            raw = strip_markers(raw)  # a list below stays where it was, once signed
        return raw.strip()

    def _list_item(self, node: Node, block: Block) -> Item:
        start, end = self._span(node)
        first = node.children[0] if node.children else None
        is_plain = first is None or (
            first.type == "paragraph" and first.map and first.map[0] == start
        )
        item: Item = Text(kind=ItemKind.RAW)
        own_end = end
        if is_plain:
            own_end = self._span(first)[1] if first else start + 1
            text = "".join(self.lines[start:own_end]).rstrip()
            item = _item_for(text, self.label)
        if item.kind is ItemKind.RAW:
            own_end = end
        self._item_leaf(item, block, self.offsets[start], self._end(start, own_end))
        if item.kind is not ItemKind.RAW:
            item.children = self._nested(node.children[1:], block, own_end, end)
        return item

    def _nested(
        self, nodes: list[Node], block: Block, cursor: int, last: int
    ) -> list[Item]:
        """Nested lists item by item; anything else in a list item as raw text."""
        items: list[Item] = []
        loose: list[tuple[int, int, bool]] = []
        for node in nodes:
            start, end = self._span(node)
            loose += self._unclaimed(cursor, start)
            cursor = max(cursor, end)
            if node.type not in _LISTS:
                loose.append((start, end, False))
                continue
            items += self._raw(loose, block)
            loose = []
            items += [self._list_item(child, block) for child in node.children]
        return items + self._raw(loose + self._unclaimed(cursor, last), block)

    def _raw(self, loose: list[tuple[int, int, bool]], block: Block) -> list[Item]:
        if not loose:
            return []
        item = Text(kind=ItemKind.RAW)
        start, end = loose[0][0], loose[-1][1]
        self._item_leaf(item, block, self.offsets[start], self._end(start, end))
        return [item]

    # --- tables ----------------------------------------------------------------------

    def _table(self, node: Node, start: int) -> None:
        block = self._new_block(BlockKind.TABLE)
        head_end = start + 2
        block.head = "".join(self.lines[start:head_end]).rstrip("\r\n")
        block.kind = self._kind_of_table(block)
        later = later_columns(block.kind, columns_of(block))
        self._leaf(block, self.offsets[start], self._end(start, head_end), block)
        width = len(columns_of(block))
        for body in node.children[1:]:
            for row in body.children:
                row_start, row_end = self._span(row)
                item = Row(later=later)
                block.items.append(item)
                end = self._end(row_start, row_end)
                self._item_leaf(item, block, self.offsets[row_start], end)
                item.cells += [""] * (width - len(item.cells))

    def _kind_of_table(self, block: Block) -> BlockKind:
        heading = self.sections[-1].heading
        if self.edition > Edition.FIRST and can_be_signed(block):
            expected = signs_by_itself(heading, block)
            if self.places.get(heading, expected):
                return BlockKind.SIGN_OFFS
        return kind_of_table(columns_of(block), heading)

    # --- paragraph fields ------------------------------------------------------------

    def _paragraph_is_fields(self, start: int, end: int, index: int) -> bool:
        spans = self._field_spans(start, end)
        if not spans:
            return False
        last = self.text[slice(*spans[-1])]
        if re.sub(rf"^{self.label}", "", last).strip():
            return True
        following = self.nodes[index + 1 : index + 2]
        if not following or following[0].type not in _LISTS:
            return False
        # A link definition in between is no block, but the list is not the label's.
        between = self._unclaimed(end, self._span(following[0])[0])
        return not between or self.edition < Edition.THIRD

    def _field_spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where each field of a paragraph stands; [] for a paragraph that is prose."""
        starts: list[int] = []
        ends: list[int] = []
        next_field = re.compile(rf"(?<!\\)\|[ \t]*(?={self.label})")
        for number in range(start, end):
            line, offset = self.lines[number], self.offsets[number]
            if label_of_paragraph(line, self.label):
                starts.append(offset)
                ends.append(self._end(start, number))
            elif number == start:
                return []
            for separator in next_field.finditer(line):
                before = self.text[starts[-1] : offset + separator.start()]
                ends.append(starts[-1] + len(before.rstrip(" \t\r\n")))
                starts.append(offset + separator.end())
        return list(zip(starts, [*ends[1:], self._end(start, end)], strict=True))

    def _fields(self, start: int, end: int) -> None:
        blocks = self.sections[-1].blocks
        is_next = bool(blocks) and self.leaves[-1].block is blocks[-1]
        kind = self._kind_of_fields()
        previous = blocks[-1].items[-1] if is_next and blocks[-1].items else None
        continues = (
            isinstance(previous, Field)
            and blocks[-1].kind is kind
            and self._source_of(previous).startswith("**")
        )
        block = blocks[-1] if continues else self._new_block(kind)
        for span in self._field_spans(start, end):
            item = Field(label="")
            block.items.append(item)
            self._item_leaf(item, block, *span)

    def _source_of(self, item: Item) -> str:
        leaf = next(leaf for leaf in reversed(self.leaves) if leaf.part is item)
        return self._slice(leaf)

    def _kind_of_fields(self) -> BlockKind:
        heading = self.sections[-1].heading
        if self.edition is Edition.FIRST:
            is_signing = _APPROVALS.search(heading) is not None
        else:
            is_signing = self.places.get(heading, is_signing_heading(heading))
        return BlockKind.APPROVALS if is_signing else BlockKind.FIELDS

    def _keep_only_slots(self) -> None:
        """Below the right heading, fields that look like something else are fields."""
        for section in self.sections:
            for block in section.blocks:
                if block.kind is BlockKind.APPROVALS and not self.places.get(
                    section.heading, signs_by_itself(section.heading, block)
                ):
                    block.kind = BlockKind.FIELDS

    # --- leaves ----------------------------------------------------------------------

    def _end(self, start: int, end: int) -> int:
        """Where a stretch of lines ends, without the white space at its end."""
        first, last = self.offsets[start], self.offsets[end]
        return first + len(self.text[first:last].rstrip(" \t\r\n"))

    def _slice(self, leaf: _Leaf) -> str:
        return self.text[leaf.start : leaf.end]

    def _leaf(
        self,
        part: Section | Block | Item,
        start: int,
        end: int,
        block: Block | None = None,
    ) -> None:
        self.leaves.append(_Leaf(start, end, part, block))

    def _item_leaf(self, item: Item, block: Block, start: int, end: int) -> None:
        self._leaf(item, start, end, block)
        _take_values(item, self.text[start:end])

    def _fill(self) -> None:
        """Give every leaf its source, and what stands before the next as its tail."""
        self.leaves.append(_Leaf(len(self.text), len(self.text), Section(level=0)))
        for leaf, following in pairwise(self.leaves):
            source = self._slice(leaf)
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


def _item_for(text: str, label: str) -> Item:
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
