"""One item's text: read into values, and written from values in the same manner.

`parsed(kind, source)` gives the values and the blanks that a source holds. `written`
is its inverse: the source itself while it still says what the values say, otherwise
the values in the manner of the source (bullet, indentation, padding, fence), or in the
planner's own manner when there is none. How each kind is written is in `list_items`,
`rows` and `texts`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from plans.document.editions import NEWEST, Edition
from plans.document.model import Check, Entry, Field, Item, ItemKind, Row, Text
from plans.document.syntax.blanks import Blank
from plans.document.syntax.escaping import (
    clean_cell,
    clean_code,
    clean_label,
    clean_passage,
    clean_text,
    clean_value,
    label_of_paragraph,
)
from plans.document.syntax.kept_lines import with_lines_kept
from plans.document.syntax.list_items import (
    BULLET_LEAD,
    parse_check,
    parse_entry,
    parse_field,
    write_check,
    write_entry,
    write_field,
)
from plans.document.syntax.parsed import EMPTY, Parsed
from plans.document.syntax.parsing import FENCE_OPENING, fence_ends, unix
from plans.document.syntax.passages import (
    escape_passage,
    is_open,
    unescape_passage,
    with_fence_closed,
)
from plans.document.syntax.rows import parse_row, without_empty_end, write_row
from plans.document.syntax.texts import (
    is_part_of_entry,
    parse_code,
    parse_passage,
    parse_raw,
    parse_verbatim,
    with_bullet_of,
    write_code,
    write_passage,
    write_raw,
    write_verbatim,
)

_NUMBER = re.compile(r"[ \t]*(\d{1,9}[.)])(?=[ \t\r\n]|$)")


_PARSERS = {
    ItemKind.FIELD: parse_field,
    ItemKind.CHECK: parse_check,
    ItemKind.ENTRY: parse_entry,
    ItemKind.ROW: parse_row,
    ItemKind.PASSAGE: parse_passage,
    ItemKind.CODE: parse_code,
    ItemKind.GUIDANCE: parse_verbatim,
    ItemKind.FRONT_MATTER: parse_verbatim,
    ItemKind.RAW: parse_raw,
}
_WRITERS = {
    ItemKind.FIELD: write_field,
    ItemKind.CHECK: write_check,
    ItemKind.ENTRY: write_entry,
    ItemKind.ROW: write_row,
    ItemKind.PASSAGE: write_passage,
    ItemKind.CODE: write_code,
    ItemKind.GUIDANCE: write_verbatim,
    ItemKind.FRONT_MATTER: write_verbatim,
    ItemKind.RAW: write_raw,
}


def parsed(kind: ItemKind, source: str) -> Parsed:
    """The values in an item's source, which must be of that kind (or empty)."""
    if len(source) > _LONGEST_KEPT:
        return _parsed(kind, source)
    return _kept(kind, source)


# Writing a plan and checking it ask what each item's source says half a dozen times,
# and nearly all of it is what it said a second ago.
_LONGEST_KEPT = 1_000


def _parsed(kind: ItemKind, source: str) -> Parsed:
    source = unix(source)
    return _PARSERS[kind](source) if source else Parsed([], [])


_kept = lru_cache(maxsize=10_000)(_parsed)


def values_of(item: Item) -> list[str]:
    """The texts a person can change in an item, in the order of `parsed().values`."""
    match item:
        case Field():
            return [item.value]
        case Row():
            return item.cells
        case Check() | Entry() | Text():
            return [item.text]
    raise TypeError(f"no item: {item!r}")


def must_have_text(item: Item) -> bool:
    """Whether an item without a text is not filled in, hint or none."""
    if isinstance(item, Field):
        return not item.children
    return item.kind in (ItemKind.CHECK, ItemKind.ENTRY, ItemKind.PASSAGE)


def number_of(item: Item) -> str:
    """An item's number in its list, with what stands behind it: `3.` or `3)`, or ""."""
    match = _NUMBER.match(item.source)
    return match[1] if match else ""


def blanks_of(item: Item) -> list[Blank | None]:
    """For each value of an item: the blank that its source had there, or None."""
    blanks = as_expected(item, parsed(item.kind, item.source).blanks)
    return blanks + [None] * (len(values_of(item)) - len(blanks))


def as_expected(item: Item, blanks: list[Blank | None]) -> list[Blank | None]:
    """Those of an item's blanks that a person is to fill in."""
    if not isinstance(item, Row) or not item.later:
        return blanks
    return [None if i in item.later else blank for i, blank in enumerate(blanks)]


def value_as_read(item: Item, index: int = 0) -> str:
    """What an item's source says there; "" for a blank and where it has no source."""
    values = parsed(item.kind, item.source).values
    return values[index] if index < len(values) else ""


def says(item: Item) -> bool:
    """Whether an item's source still says what its values say."""
    if not item.source:
        return False
    read = parsed(item.kind, item.source)
    match item:
        case Field():
            return read.label == item.label and read.values == [item.value]
        case Check():
            return read.done == item.done and read.values == [item.text]
        case Row():
            return without_empty_end(read.values) == without_empty_end(item.cells)
    return read.values == values_of(item)


def written(item: Item, edition: Edition = NEWEST) -> str:
    """An item's text without its last line end; "\\n" inside where it was edited."""
    if says(item):
        return item.source
    rewritten = _WRITERS[item.kind](item)
    if edition is Edition.FIRST:
        return ("\n" if is_part_of_entry(item) else "") + rewritten
    text = with_lines_kept(item, rewritten)
    if text != rewritten and parsed(item.kind, text) != parsed(item.kind, rewritten):
        text = rewritten
    return _off_the_margin(item, text)


def _off_the_margin(item: Item, text: str) -> str:
    """A label in a later line of a list entry, indented: at the margin it would be a
    field of its own."""
    bullet = BULLET_LEAD.match(text)
    if bullet is None or isinstance(item, Row | Text):
        return text
    indent = " " * len(bullet[0].expandtabs(4))
    return "\n".join(
        indent + line if number and label_of_paragraph(line) else line
        for number, line in enumerate(text.split("\n"))
    )


def ended(kind: ItemKind, text: str, newline: str) -> str:
    """A text that something follows. At the end of a file a block needs no end of its
    own; anywhere else it would swallow the rest."""
    if kind is ItemKind.CODE:
        lines = unix(text).split("\n")
        opening = FENCE_OPENING.match(lines[0])
        if opening and not fence_ends(lines):
            return f"{text}{newline}{opening['indent']}{opening['mark']}"
    if kind is ItemKind.PASSAGE and is_open(unix(text)):
        return escape_passage(unescape_passage(unix(text))).replace("\n", newline)
    return text


def clean(item: Item) -> None:
    """Bring what was typed into the form in which it can be written and read back."""
    match item:
        case Field():
            item.label = clean_label(item.label) or "Field"
            item.value = clean_value(item.value)
        case Check() | Entry():
            item.text = clean_value(item.text)
        case Row():
            item.cells = [clean_cell(cell) for cell in item.cells]
        case Text(kind=ItemKind.CODE):
            before = "".join(parsed(item.kind, item.source).values)
            end = before[len(before.rstrip("\n")) :]
            is_as_read = item.text.endswith(end)
            item.text = clean_code(item.text) + (end if is_as_read else "")
        case Text(kind=ItemKind.FRONT_MATTER):
            item.text = clean_text(item.text).strip("\n").rstrip()
        case Text(kind=ItemKind.PASSAGE):
            lead = item.source[: len(item.source) - len(item.source.lstrip(" \t"))]
            is_as_read = item.text.startswith(lead)
            item.text = (lead if is_as_read else "") + clean_passage(item.text)
        case Text(kind=ItemKind.RAW):
            text = with_bullet_of(clean_passage(item.text), unix(item.source))
            item.text = with_fence_closed(text)


def new_like(sibling: Item, *, with_children: bool = False) -> Item:
    """A blank item in the manner of its sibling; the sibling's blanks are its blanks.

    A field keeps its label; with children, each child is blanked in the same way.
    """
    children = (
        [
            new_like(child, with_children=True)
            for child in sibling.children
            if not is_part_of_entry(child)  # what it says is about its own entry
        ]
        if with_children
        else []
    )
    source, tail = sibling.source, sibling.tail
    match sibling:
        case Field():
            return Field(
                label=sibling.label, source=source, tail=tail, children=children
            )
        case Check():
            return Check(source=source, tail=tail, children=children)
        case Entry():
            return Entry(source=source, tail=tail, children=children)
        case Row():
            cells = [""] * len(sibling.cells)
            return Row(cells=cells, source=source, tail=tail, later=sibling.later)
        case Text(kind=ItemKind.RAW) if match := BULLET_LEAD.match(unix(source)):
            return Entry(source=match[0] + EMPTY, tail=tail)
        case Text():
            return Text(kind=sibling.kind, source=source, tail=tail)
    raise TypeError(f"no item: {sibling!r}")
