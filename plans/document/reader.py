"""Markdown to Document: any text is read, and every character of it is kept.

The reader decides which stretches of the text are headings and items (`leaves`), and to
which blocks and sections they belong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from plans.document.editions import NEWEST, Edition
from plans.document.leaves import Leaf, Leaves, empty_item
from plans.document.model import (
    Block,
    BlockKind,
    Document,
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
from plans.document.syntax.parsing import Node, block_tree
from plans.document.syntax.tables import columns_of, kind_of_table, later_columns

# In the first edition.
_APPROVALS = re.compile(r"\bapprovals?\b|\bsign-?offs?\b", re.IGNORECASE)
# Nothing but comments: what stands between two of them belongs to the plan.
_COMMENTS = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+", re.DOTALL)
_LISTS = frozenset({"bullet_list", "ordered_list"})


def read(text: str, edition: Edition = NEWEST, places: Places = NO_PLACES) -> Document:
    """Read any Markdown. `write(read(text)) == text`, character for character.

    `places`: the headings for which it was set whether they are for sign-offs.
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
class _Reader:
    text: str
    edition: Edition
    places: Places
    sections: list[Section] = field(init=False)
    leaves: Leaves = field(init=False)
    nodes: list[Node] = field(init=False)
    label: str = field(init=False)

    def __post_init__(self) -> None:
        self.sections = [Section(level=0)]
        self.leaves = Leaves(self.text, self.sections[0])
        self.nodes = block_tree(self.text, self.edition)
        self.label = FIRST_LABEL if self.edition is Edition.FIRST else LABEL

    # --- from blocks to leaves -------------------------------------------------------

    def read(self) -> None:
        loose: list[tuple[int, int, bool]] = []  # lines of a passage; is it a rule?
        cursor = 0
        for index, node in enumerate(self.nodes):
            start, end = self.leaves.span(node)
            loose += self.leaves.unclaimed(cursor, start)
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
        loose += self.leaves.unclaimed(cursor, len(self.leaves.lines))
        self._passage(loose, ends_section=True)
        self.leaves.fill()
        if self.edition > Edition.FIRST:
            self._keep_only_slots()

    def _is_prose(self, node: Node, index: int) -> bool:
        start, end = self.leaves.span(node)
        if node.type == "paragraph":
            return not self._paragraph_is_fields(start, end, index)
        if node.type == "html_block":
            return not _COMMENTS.fullmatch(self.leaves.text_of(start, end))
        return node.type not in {*_LISTS, "table", "fence", "front_matter"}

    def _heading(self, node: Node, start: int, end: int) -> None:
        section = Section(level=int(node.tag[1]))
        self.sections.append(section)
        self.leaves.add(section, start, end)
        section.heading = heading_text(self.leaves.source(self.leaves.last))

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
        self.leaves.add_item(item, block, start, end)

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
        last = self.leaves.last
        item, block = last.part, last.block
        if not isinstance(item, Field) or item.children or block is None:
            return None
        # Where sign-offs stand a list is no part of one.
        is_paragraph = self.text[last.start : last.start + 2] == "**"
        is_nested = self.text[last.start] in " \t"
        if is_nested or not (is_paragraph or block.kind is not BlockKind.APPROVALS):
            return None
        return None if self._raw_value(last) else item

    def _raw_value(self, leaf: Leaf) -> str:
        raw = re.sub(rf"^{self.label}", "", self.leaves.source(leaf))
        if leaf.block and leaf.block.kind is BlockKind.APPROVALS:
            raw = strip_markers(raw)  # a list below stays where it was, once signed
        return raw.strip()

    def _list_item(self, node: Node, block: Block) -> Item:
        start, end = self.leaves.span(node)
        first = node.children[0] if node.children else None
        is_plain = first is None or (
            first.type == "paragraph" and first.map and first.map[0] == start
        )
        item: Item = Text(kind=ItemKind.RAW)
        own_end = end
        if is_plain:
            own_end = self.leaves.span(first)[1] if first else start + 1
            text = self.leaves.text_of(start, own_end).rstrip()
            item = empty_item(text, self.label)
        if item.kind is ItemKind.RAW:
            own_end = end
        self.leaves.add_item(item, block, start, own_end)
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
            start, end = self.leaves.span(node)
            loose += self.leaves.unclaimed(cursor, start)
            cursor = max(cursor, end)
            if node.type not in _LISTS:
                loose.append((start, end, False))
                continue
            items += self._raw(loose, block)
            loose = []
            items += [self._list_item(child, block) for child in node.children]
        return items + self._raw(loose + self.leaves.unclaimed(cursor, last), block)

    def _raw(self, loose: list[tuple[int, int, bool]], block: Block) -> list[Item]:
        if not loose:
            return []
        item = Text(kind=ItemKind.RAW)
        start, end = loose[0][0], loose[-1][1]
        self.leaves.add_item(item, block, start, end)
        return [item]

    # --- tables ----------------------------------------------------------------------

    def _table(self, node: Node, start: int) -> None:
        block = self._new_block(BlockKind.TABLE)
        head_end = start + 2
        block.head = self.leaves.text_of(start, head_end).rstrip("\r\n")
        block.kind = self._kind_of_table(block)
        later = later_columns(block.kind, columns_of(block))
        self.leaves.add(block, start, head_end, block)
        width = len(columns_of(block))
        for body in node.children[1:]:
            for row in body.children:
                row_start, row_end = self.leaves.span(row)
                item = Row(later=later)
                block.items.append(item)
                self.leaves.add_item(item, block, row_start, row_end)
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
        between = self.leaves.unclaimed(end, self.leaves.span(following[0])[0])
        return not between or self.edition < Edition.THIRD

    def _field_spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where each field of a paragraph stands; [] for a paragraph that is prose."""
        starts: list[int] = []
        ends: list[int] = []
        next_field = re.compile(rf"(?<!\\)\|[ \t]*(?={self.label})")
        for number in range(start, end):
            line, offset = self.leaves.lines[number], self.leaves.offsets[number]
            if label_of_paragraph(line, self.label):
                starts.append(offset)
                ends.append(self.leaves.end(start, number))
            elif number == start:
                return []
            for separator in next_field.finditer(line):
                before = self.text[starts[-1] : offset + separator.start()]
                ends.append(starts[-1] + len(before.rstrip(" \t\r\n")))
                starts.append(offset + separator.end())
        return list(zip(starts, [*ends[1:], self.leaves.end(start, end)], strict=True))

    def _fields(self, start: int, end: int) -> None:
        blocks = self.sections[-1].blocks
        is_next = bool(blocks) and self.leaves.last.block is blocks[-1]
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
            self.leaves.add_item_within(item, block, *span)

    def _source_of(self, item: Item) -> str:
        leaf = next(
            leaf for leaf in reversed(self.leaves.in_order) if leaf.part is item
        )
        return self.leaves.source(leaf)

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
