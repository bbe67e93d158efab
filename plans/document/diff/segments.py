"""A section as the smallest things that can differ, the same for every way of writing.

A text is read in one way and kept in another: a comment between two passages makes two
of one, a list typed into a passage is a list when the file is read again. Units are
what stays the same: fields, checks, entries, rows, and the paragraphs of passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from plans.document.fingerprint import sections_in, semantic_items
from plans.document.model import (
    Block,
    BlockKind,
    Check,
    Field,
    Item,
    ItemKind,
    Row,
    Section,
)
from plans.document.signatures.lines import row_without_signatures, without_signatures
from plans.document.signatures.markers import holds_marker
from plans.document.syntax.comments import is_left_out
from plans.document.syntax.items import values_of, written
from plans.document.syntax.parsing import MAY_BE_RULE, unix
from plans.document.syntax.tables import columns_of, roles_of

_GAP = re.compile(r"\n(?:[ \t]*\n)+")
# Without any of these a passage holds nothing but paragraphs.
_STRUCTURE = re.compile(
    rf"^[ \t]*(?:[-+*]|\d+[.)])(?:[ \t]|$)|\||```|~~~|<!--|\*\*|{MAY_BE_RULE.pattern}",
    re.MULTILINE,
)


@dataclass(frozen=True, eq=False)
class Segment:
    """`owner`: the item it is (a part of), or the table whose head it is. `count`: how
    many units the owner has."""

    kind: str
    owner: Item | Block
    block: Block
    values: tuple[str, ...]
    label: str = ""
    done: str = ""
    count: int = 1

    @property
    def content(self) -> str:
        """All that it says; two units are equal when this is."""
        return "\x1f".join((self.kind, self.label, self.done, *self.values))

    @property
    def name(self) -> str:
        """What people would call it: it stays while the rest of it is edited."""
        if isinstance(self.owner, Row) and self.kind == ItemKind.ROW:
            return f"{self.kind}\x1f{self.code}"
        if self.kind == "table":
            return self.kind
        return f"{self.kind}\x1f{self.label or self.text}"

    def opening(self, count: int) -> str:
        """The first words, if there are any, of what it says apart from its name."""
        text = " ".join(self.values[self.kind == ItemKind.ROW :])
        words = " ".join(text.split(maxsplit=count)[:count]).casefold()
        return f"{self.kind}\x1f{words}" if words else f"\x1f{id(self)}"

    @property
    def code(self) -> str:
        """The cell that a row is called by: a risk's id, else its first."""
        roles = roles_of(self.block.kind, columns_of(self.block))
        column = roles.index("code") if "code" in roles else 0
        return self.values[column] if column < len(self.values) else ""

    @property
    def text(self) -> str:
        return " | ".join(self.values)


def segments_of(
    section: Section, *, is_exact: bool = True, own: frozenset[str] = frozenset()
) -> list[Segment]:
    """Guidance of a template, in `own` that of the plan's own, is none of them.

    Without `is_exact` (it takes time) a passage's lists are not looked for: equal units
    say that two sections are equal, others say nothing.
    """
    return [
        unit
        for block in section.blocks
        if not is_left_out(block, own)
        for unit in _units_of_block(block, is_exact)
    ]


def _units_of_block(
    block: Block, is_exact: bool, *, is_inner: bool = False
) -> Iterator[Segment]:
    """`is_inner`: it was found in a passage, whose own passages are not read again."""
    if block.head:
        yield Segment("table", block, block, tuple(columns_of(block)))
    for item in block.walk():
        match item:
            case Field():
                value = item.value
                if block.kind is BlockKind.APPROVALS and holds_marker(item.value):
                    value = without_signatures(item).value
                yield Segment(item.kind, item, block, (value,), label=item.label)
            case Check():
                done = "yes" if item.done else "no"
                yield Segment(item.kind, item, block, (item.text,), done=done)
            case Row():
                row = item
                if block.kind is BlockKind.SIGN_OFFS and holds_marker(written(item)):
                    row = row_without_signatures(item, block)
                yield Segment(item.kind, item, block, _trimmed(row.cells))
            case _:
                yield from _units_of_text(item, block, is_exact, is_inner)


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(cells[:end])


def _units_of_text(
    item: Item, block: Block, is_exact: bool, is_inner: bool
) -> list[Segment]:
    if item.kind is ItemKind.PASSAGE:
        is_read = is_exact and not is_inner
        units = _units_of_passage(written(item), item, block, is_read)
    elif item.kind is ItemKind.RAW and is_exact:
        units = [
            _unit_from(*values, item=item, block=block)
            for values in semantic_items(item)
        ]
    else:
        (text,) = values_of(item)
        if item.kind is ItemKind.FRONT_MATTER:
            text = "\n".join(filter(None, map(str.rstrip, text.split("\n"))))
        units = [Segment(item.kind, item, block, (text,))]
    return [replace(unit, count=len(units)) for unit in units]


def _units_of_passage(
    text: str, item: Item, block: Block, is_read: bool
) -> list[Segment]:
    """As it is written, which does not depend on its neighbours."""
    if is_read and _STRUCTURE.search(unix(text)):
        blocks = [b for section in sections_in(item) for b in section.blocks]
        if [b.kind for b in blocks] != [BlockKind.PASSAGE]:
            return [
                replace(unit, owner=item, block=block)
                for inner in blocks
                if not is_left_out(inner, frozenset())
                for unit in _units_of_block(inner, is_exact=True, is_inner=True)
            ]
        text = written(blocks[0].items[0])  # without a rule above it
    paragraphs = _GAP.split(unix(text))
    return [
        Segment(item.kind, item, block, (paragraph.rstrip(" \t\n"),))
        for paragraph in paragraphs
    ]


def _unit_from(kind: object, *rest: object, item: Item, block: Block) -> Segment:
    """From a value of `semantic_items`, for something in a raw part of a list."""
    values = tuple("" if value is None else str(value) for value in rest)
    return Segment(str(kind), item, block, values)
