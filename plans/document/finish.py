"""The ways out: a finished plan, and the two dialects of spec-kit."""

from __future__ import annotations

import re
from enum import StrEnum

from plans.document.blanks import QUESTION_WORDS, blank_of, is_code_blank
from plans.document.editions import NEWEST, Edition
from plans.document.items import clean, parsed, raw_value, values_of, written
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
    Text,
)
from plans.document.parsing import unix
from plans.document.reader import is_label_of_paragraph, read
from plans.document.values import LABEL, clean_line
from plans.document.writer import write

# What spec-kit's scripts look for, each as a line `**Name**: value` (spec-kit 0.7.2,
# scripts/bash/update-agent-context.sh).
COMPATIBILITY_FIELDS = (
    "Language/Version",
    "Primary Dependencies",
    "Storage",
    "Project Type",
)
_COMPATIBILITY = re.compile(
    r"<!--\s*(?:\*\*(?:"
    + "|".join(re.escape(name) for name in COMPATIBILITY_FIELDS)
    + r")\*\*: [^\n]*\n)+\s*-->"
)
# A date that is asked for below one of these is the day when the plan was made.
_CREATION_LABELS = frozenset(
    {"date", "created", "created on", "creation date", "date created", "plan date"}
)
_ENDS_IN_LABEL = re.compile(rf"{LABEL}\s*$")
_FIELD_BLOCKS = (BlockKind.FIELDS, BlockKind.APPROVALS)


class Dialect(StrEnum):
    """How fields are written: `- **Label**: value`, or `**Label**: value` alone."""

    CUSTOMER = "customer"
    UPSTREAM = "upstream"


def is_compatibility_comment(text: str) -> bool:
    return _COMPATIBILITY.fullmatch(unix(text).strip()) is not None


def tidied(document: Document, edition: Edition = NEWEST) -> Document:
    """A copy as it would be finished: no guidance, LF, no BOM, one final newline."""
    copy = read(unix(write(document, edition)).lstrip("\ufeff"), edition)
    for section in copy.sections:
        kept: list[Block] = []
        for block in section.blocks:
            if block.kind is not BlockKind.GUIDANCE:
                kept.append(block)
            elif kept:
                # A rule after the comment separates the sections: it stays, and not
                # right under a text, which it would make a heading.
                tail = max(kept[-1].tail, block.tail, key=len)
                kept[-1].tail = "\n" * (2 - len(tail) + len(tail.lstrip("\n"))) + tail
        section.blocks = kept
    return read(write(copy).lstrip("\n\ufeff").rstrip("\n") + "\n", edition)


def in_dialect(document: Document, dialect: Dialect) -> Document:
    """A copy with every field written in one of the two forms."""
    copy = read(write(document))
    blocks = [block for section in copy.sections for block in section.blocks]
    end = blocks[-1].tail if blocks else ""
    for section in copy.sections:
        above: Block | None = None
        for block in section.blocks:
            if block.kind in _FIELD_BLOCKS and dialect is Dialect.UPSTREAM:
                _take_out_of_list(block, above, copy.newline)
            elif block.kind in _FIELD_BLOCKS and not _waits_for_a_list(above):
                for item in block.items:
                    _put_in_list(item, copy.newline)
            above = block
    if blocks:
        blocks[-1].tail = end
    return copy


def _waits_for_a_list(block: Block | None) -> bool:
    """Whether a list right below would belong to the label that ends a passage."""
    if block is None or block.kind is not BlockKind.PASSAGE:
        return False
    return _ENDS_IN_LABEL.search(block.items[-1].source) is not None


def _take_out_of_list(block: Block, above: Block | None, newline: str) -> None:
    """Write fields as paragraphs, with a blank line before and behind each."""
    before: Block | Item | None = above
    for item in block.items:
        was_moved = _unbulleted(item, newline)
        if was_moved and before and _is_one_line_end(before.tail):
            before.tail += _line_end(before.tail, newline)
        if was_moved and item is block.items[-1] and _is_one_line_end(block.tail):
            block.tail += _line_end(block.tail, newline)
        *_, before = item.walk()


def _is_one_line_end(tail: str) -> bool:
    return unix(tail).count("\n") == 1


def _line_end(tail: str, newline: str) -> str:
    """One more, that does not become one with a lone CR."""
    return "\r" if tail.endswith("\r") else newline


def _source_for(lead: str, item: Field) -> str:
    """A source that carries the form wanted, and the blank when there is one."""
    said = parsed(ItemKind.FIELD, item.source)
    is_blank = bool(said.blanks and said.blanks[0] and not item.value)
    hint = raw_value(item.source) if is_blank else ""
    return f"{lead}**{item.label}**: {hint}".rstrip()


def _unbulleted(item: Item, newline: str) -> bool:
    is_prose = isinstance(item, Field) and not is_label_of_paragraph(item.label)
    if not isinstance(item, Field) or is_prose or item.source.startswith("**"):
        return False
    item.source = _source_for("", item)
    item.tail = newline * 2
    for child in item.children:
        _shift(child, -2)
    *_, last = item.walk()
    last.tail = newline * 2
    return True


def _put_in_list(item: Item, newline: str) -> None:
    if not isinstance(item, Field) or not item.source.startswith("**"):
        return
    item.source = _source_for("- ", item)
    item.tail = newline
    for child in item.children:
        _shift(child, 2)
    *_, last = item.walk()
    last.tail = newline


def _shift(item: Item, columns: int) -> None:
    """Indent an item and what is nested in it, or take indentation away."""
    for part in item.walk():
        lines = written(part).split("\n")
        if columns > 0:
            lines = [" " * columns + line if line else line for line in lines]
        else:
            lines = [
                line[min(-columns, len(line) - len(line.lstrip(" "))) :]
                for line in lines
            ]
        part.source = "\n".join(lines)


def with_compatibility_comment(document: Document) -> Document:
    """A copy whose end carries, in a comment, the lines that older scripts look for.

    Fields that are missing, open or `N/A` are left out, as those scripts do.
    """
    copy = read(write(document))
    found: dict[str, str] = {}
    for _, _, item in copy.walk():
        if isinstance(item, Field) and item.label in COMPATIBILITY_FIELDS:
            found.setdefault(item.label, clean_line(item.value))
    lines = [
        f"**{name}**: {found[name].replace('-->', '--&gt;')}"
        for name in COMPATIBILITY_FIELDS
        if found.get(name)
        and found[name] != "N/A"
        and QUESTION_WORDS not in found[name]
    ]
    if not lines:
        return copy
    comment = "<!--\n" + "\n".join(lines) + "\n-->"
    return read(write(copy).rstrip("\n") + "\n\n" + comment + "\n")


def fill_in(document: Document, answers: dict[str, str]) -> None:
    """Replace placeholders by name, wherever they stand: `{"FEATURE": "Search"}`.

    "DATE" is the day when the plan was made: other dates are for people to set.
    """
    elsewhere = {name: text for name, text in answers.items() if name != "DATE"}
    for section in document.sections:
        section.heading = _replaced(section.heading, elsewhere)
    for _, block, item in document.walk():
        if item.kind is ItemKind.GUIDANCE:
            continue
        is_creation = block.kind is BlockKind.FIELDS and _is_creation_date(item)
        _fill_in_item(item, answers if is_creation else elsewhere)


def _is_creation_date(item: Item) -> bool:
    return isinstance(item, Field) and item.label.casefold() in _CREATION_LABELS


def _fill_in_item(item: Item, answers: dict[str, str]) -> None:
    match item:
        case Field():
            item.value = _answered(item, item.value, 0, answers)
        case Check() | Entry() | Text():
            item.text = _answered(item, item.text, 0, answers)
        case Row():
            item.cells = [
                _answered(item, cell, column, answers)
                for column, cell in enumerate(item.cells)
            ]
    if values_of(item) != parsed(item.kind, item.source).values:
        clean(item)


def _answered(item: Item, value: str, index: int, answers: dict[str, str]) -> str:
    if value:
        return _replaced(value, answers)
    said = parsed(item.kind, item.source)
    blank = said.blanks[index] if index < len(said.blanks) else None
    if blank is None or blank.hint not in answers:
        return value
    answer = answers[blank.hint]
    return f"`{answer}`" if is_written_as_code(item) else answer


def is_written_as_code(item: Item) -> bool:
    """Whether an item's blank stands in a code span, and its answer should too."""
    if not isinstance(item, Field):
        return blank_of(item.source) is not None and is_code_blank(item.source)
    return item.source.rstrip().endswith("]`")


def _replaced(text: str, answers: dict[str, str]) -> str:
    for name, answer in answers.items():
        text = text.replace(f"[{name}]", answer)
    return text
