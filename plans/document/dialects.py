"""The two dialects of spec-kit: fields in a bulleted list, or as bare lines."""

from __future__ import annotations

import re
from copy import deepcopy
from enum import StrEnum

from plans.document.fingerprint import Values, semantic_tree
from plans.document.model import (
    Block,
    BlockKind,
    Document,
    Field,
    Item,
    ItemKind,
    Section,
)
from plans.document.reader import read
from plans.document.syntax.comments import (
    COMPATIBILITY_FIELDS,
)
from plans.document.syntax.escaping import (
    LABEL,
    clean_line,
    escape_value,
    is_label_of_paragraph,
)
from plans.document.syntax.items import parsed, written
from plans.document.syntax.list_items import label_end, raw_value
from plans.document.syntax.parsing import unix
from plans.document.syntax.questions import QUESTION_WORDS
from plans.document.writer import write

_ENDS_IN_LABEL = re.compile(rf"{LABEL}\s*$")
_LONGEST_JOINED = 1_000
_BULLET = re.compile(r"[ \t]*(?:([-*+])|\d{1,9}([.)]))(?=\s|$)")
_FIELD_BLOCKS = (BlockKind.FIELDS, BlockKind.APPROVALS)


class Dialect(StrEnum):
    """How fields are written: `- **Label**: value`, or `**Label**: value` alone."""

    CUSTOMER = "customer"
    UPSTREAM = "upstream"


def in_dialect(document: Document, dialect: Dialect) -> Document:
    """A copy with its fields in one of the two forms, wherever that keeps their sense.

    A field that only a list can hold (a step with its number, a value with something
    nested below it) stays in its list in either dialect.
    """
    copied = read(write(document), places=document.places)
    end = _end_of(copied)
    for number, section in enumerate(copied.sections):
        copied.sections[number] = _section_in_dialect(section, dialect, copied.newline)
    if _end_of(copied) is not None and end is not None:
        copied.sections[-1].blocks[-1].tail = end
    return copied


def _end_of(document: Document) -> str | None:
    """What ends the file, if a block does."""
    blocks = document.sections[-1].blocks
    return blocks[-1].tail if blocks else None


def _section_in_dialect(section: Section, dialect: Dialect, newline: str) -> Section:
    # From the last on: what a block may do depends on what stands below it.
    places = [
        place
        for place, block in reversed([*enumerate(section.blocks)])
        if block.kind in _FIELD_BLOCKS
        and any(_is_of_other(item, dialect) for item in block.items)
    ]
    if not places:
        return section
    expected = _sense_of(section, newline)
    whole = _moved(section, places, dialect, newline)
    if _sense_of(whole, newline) == expected:
        return whole
    for place in places:
        one = _moved(section, [place], dialect, newline)
        if _sense_of(one, newline) == expected:
            section = one
    return section


def _sense_of(section: Section, newline: str) -> list[Values]:
    before = [Section(level=0)] if section.level else []
    alone = Document(sections=[*before, section], newline=newline)
    return semantic_tree(read(write(alone)))


def _moved(
    section: Section, places: list[int], dialect: Dialect, newline: str
) -> Section:
    """A copy of a section with the fields of some of its blocks in a dialect."""
    section = deepcopy(section)
    for place in places:
        block = section.blocks[place]
        above = section.blocks[place - 1] if place else None
        below = section.blocks[place + 1] if block is not section.blocks[-1] else None
        if dialect is Dialect.UPSTREAM:
            _take_out_of_list(block, above, below, newline)
        elif not _waits_for_a_list(above):
            bullet = _free_bullet(above, below)
            for item in block.items:
                _put_in_list(item, bullet, newline)
    return section


def _is_of_other(item: Item, dialect: Dialect) -> bool:
    return item.source.startswith("**") is (dialect is Dialect.CUSTOMER)


def _waits_for_a_list(block: Block | None) -> bool:
    """Whether a list right below would belong to the label that ends a passage."""
    if block is None or block.kind is not BlockKind.PASSAGE:
        return False
    return _ENDS_IN_LABEL.search(block.items[-1].source) is not None


def _bullet_of(item: Item) -> str:
    """What makes entries one list: their bullet, or what stands behind the number."""
    match = _BULLET.match(item.source)
    return match[1] or match[2] if match else ""


def _free_bullet(above: Block | None, below: Block | None) -> str:
    """A bullet that makes fields a list of their own between two blocks."""
    around = [above.items[-1:] if above else [], below.items[:1] if below else []]
    taken = {
        _bullet_of(item)
        for items, block in zip(around, (above, below), strict=True)
        for item in items
        if block and block.kind in (BlockKind.LIST, BlockKind.CHECKLIST)
    }
    return next(bullet for bullet in "-*+" if bullet not in taken)


def _take_out_of_list(
    block: Block, above: Block | None, below: Block | None, newline: str
) -> None:
    """Write fields as paragraphs, with a blank line before and behind each."""
    moving = _those_to_take_out(block, below)
    before: Block | Item | None = above
    for item in block.items:
        if id(item) in moving:
            assert isinstance(item, Field)
            _take_out(item, newline)
            if before and _is_one_line_end(before.tail):
                before.tail += _line_end(before.tail, newline)
            if item is block.items[-1] and not block.tail.strip("\r\n"):
                block.tail = _set_off(block.tail, below, newline)
        *_, before = item.walk()


def _set_off(tail: str, below: Block | None, newline: str) -> str:
    """The line ends behind a block: one blank line where more fields follow."""
    if below and below.items and below.items[0].source.startswith("**"):
        return newline * 2
    return tail + _line_end(tail, newline) if _is_one_line_end(tail) else tail


def _those_to_take_out(block: Block, below: Block | None) -> set[int]:
    """The `id()`s of the fields that mean the same outside of their list.

    A list that becomes a paragraph's may not run into what stays a list behind it.
    """
    moving: set[int] = set()
    is_list_next = below is not None and bool(_bullet_of(below.items[0]))
    for item in reversed(block.items):
        runs_in = bool(item.children) and is_list_next
        if _can_stand_alone(item) and not runs_in:
            moving.add(id(item))
        is_list_next = id(item) not in moving and not item.source.startswith("**")
    return moving


def _can_stand_alone(item: Item) -> bool:
    if not isinstance(item, Field) or not is_label_of_paragraph(item.label):
        return False
    if _bullet_of(item) not in ("-", "*", "+"):
        return False
    if escape_value(item.value, after="label") != escape_value(
        item.value, after="mark"
    ):
        return False  # in a paragraph it would hold another field
    if raw_value(item.source):
        return not item.children
    bullets = {_bullet_of(child) for child in item.children}
    return len(bullets) == 1 and bullets != {""}


def _is_one_line_end(tail: str) -> bool:
    return unix(tail).count("\n") == 1


def _line_end(tail: str, newline: str) -> str:
    """One more, that does not become one with a lone CR."""
    return "\r" if tail.endswith("\r") else newline


def _take_out(item: Field, newline: str) -> None:
    item.source = _source_for("", item, -2)
    item.tail = newline * 2
    for child in item.children:
        _shift(child, -2)
    *_, last = item.walk()
    last.tail = newline * 2


def _put_in_list(item: Item, bullet: str, newline: str) -> None:
    if not isinstance(item, Field) or not item.source.startswith("**"):
        return
    item.source = _source_for(f"{bullet} ", item, 2)
    item.tail = newline
    for child in item.children:
        _shift(child, 2)
    *_, last = item.walk()
    last.tail = newline


def _source_for(lead: str, item: Field, columns: int) -> str:
    """A field's source in the form wanted, with its blank and its line breaks."""
    first, *rest = item.source.split("\n")
    raw = first[label_end(first) :].strip(" \t") if label_end(first) else ""
    if raw.strip("\r") or not item.value:
        start = f"{lead}**{item.label}**: {first[label_end(first) :].lstrip(' ')}"
        source = "\n".join([start, *(_shifted(line, columns) for line in rest)])
        if parsed(ItemKind.FIELD, source) == parsed(ItemKind.FIELD, item.source):
            return source.rstrip()
    before = parsed(ItemKind.FIELD, item.source)
    is_blank = bool(before.blanks and before.blanks[0] and not item.value)
    hint = raw_value(item.source) if is_blank else ""
    joined = f"{lead}**{item.label}**: {hint}".rstrip()
    # Two lines must not become one that is longer than a line of a file may be.
    return joined if len(joined) <= _LONGEST_JOINED else item.source


def _shift(item: Item, columns: int) -> None:
    """Indent an item and what is nested in it, or take indentation away."""
    for part in item.walk():
        lines = written(part).split("\n")
        part.source = "\n".join(_shifted(line, columns) for line in lines)


def _shifted(line: str, columns: int) -> str:
    if columns > 0:
        return " " * columns + line if line.strip("\r") else line
    return line[min(-columns, len(line) - len(line.lstrip(" "))) :]


def with_compatibility_comment(document: Document) -> Document:
    """A copy whose end carries, in a comment, the lines that older scripts look for.

    Fields that are missing, open or `N/A` are left out, as those scripts do.
    """
    copy = read(write(document), places=document.places)
    fields: dict[str, str] = {}
    for _, _, item in copy.walk():
        if isinstance(item, Field) and item.label in COMPATIBILITY_FIELDS:
            fields.setdefault(item.label, clean_line(item.value))
    lines = [
        f"**{name}**: {fields[name].replace('-->', '--&gt;')}"
        for name in COMPATIBILITY_FIELDS
        if fields.get(name)
        and fields[name] != "N/A"
        and QUESTION_WORDS not in fields[name]
    ]
    if not lines:
        return copy
    comment = "<!--\n" + "\n".join(lines) + "\n-->"
    text = write(copy).rstrip("\n") + "\n\n" + comment + "\n"
    return read(text, places=document.places)
