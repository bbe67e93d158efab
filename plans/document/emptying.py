"""A template made of a plan: what people filled in becomes a blank again.

Where an item's source still has the blank, the question or the placeholder that was
there at first, it comes back with its hint; choices are on offer again, ticks are
gone. What never was a blank is structure and stays. In a plan whose first text is not
known to be a template (`is_imported`), the values of fields and of the first row of
each table become blanks that are called as their labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from plans.document.syntax.blanks import BlankKind
from plans.document.syntax.brackets import brackets
from plans.document.syntax.controls import expected_value
from plans.document.syntax.headings import heading_text
from plans.document.syntax.items import parsed, values_of, written
from plans.document.syntax.options import options_of
from plans.document.syntax.questions import open_questions
from plans.document.syntax.tables import columns_of, roles_of
from plans.document.writer import write

# Stands where a blank is to come, while the rest is written around it.
_HERE = "EMPTIEDVALUE"


@dataclass(frozen=True)
class EmptiedValue:
    """`before`: what stood there; `label`: of the field or column, "" for a text."""

    section: str
    label: str
    before: str


@dataclass(frozen=True)
class Emptied:
    """`text`: that of the template."""

    text: str
    values: list[EmptiedValue]


def empty_document(document: Document, *, title: str, is_imported: bool) -> Emptied:
    """The document is changed. `title`: the plan's own name in its first heading."""
    values: list[EmptiedValue] = []
    for section in document.sections:
        _empty_heading(section, title if is_imported else "")
        for block in section.blocks:
            values += _empty_block(section, block, is_imported)
    return Emptied(write(document), values)


def _empty_heading(section: Section, title: str) -> None:
    as_read = heading_text(section.source) if section.source else ""
    if any(brackets(as_read)):
        section.heading = as_read
    elif title and section.level == 1:
        section.heading = section.heading.replace(title, "[FEATURE]")
        section.source = "" if "[FEATURE]" in section.heading else section.source
        if not section.source:
            section.source = f"# {section.heading}"


def _empty_block(
    section: Section, block: Block, is_imported: bool
) -> Iterator[EmptiedValue]:
    columns = columns_of(block)
    emptied: set[int] = set()
    if is_imported and block.kind.is_table:
        del block.items[1:]
    for item in [one for top in block.items for one in top.walk()]:
        labels = columns if isinstance(item, Row) else [getattr(item, "label", "")]
        before = list(values_of(item))
        was_done = isinstance(item, Check) and item.done
        _empty_item(item)
        if is_imported and isinstance(item, Field | Row):
            _invent_blanks(item, block, labels, section.heading)
        for number, (old, new) in enumerate(zip(before, values_of(item), strict=False)):
            if old != new:
                emptied.add(id(item))
                label = labels[number] if number < len(labels) else ""
                yield EmptiedValue(section.heading, label, old)
        if was_done:
            yield EmptiedValue(section.heading, before[0], "ticked")
    _drop_copies(block.items, emptied)


def _empty_item(item: Item) -> None:
    """Back to the blanks, questions and placeholders that its source has."""
    if item.kind is ItemKind.GUIDANCE:
        return
    if isinstance(item, Check):
        item.done = False
    if not item.source:
        return
    read = parsed(item.kind, item.source)
    values = [
        _emptied(item, value, as_read, blank is not None)
        for value, as_read, blank in zip(
            values_of(item), read.values, read.blanks, strict=False
        )
    ]
    match item:
        case Field():
            item.value = values[0]
        case Row():
            item.cells[: len(values)] = values
        case Check() | Entry() | Text():
            item.text = values[0]


def _emptied(item: Item, value: str, as_read: str, is_blank: bool) -> str:
    if is_blank:
        return ""
    if value == as_read:
        return value
    if item.kind is ItemKind.CODE:
        return as_read if options_of(as_read) else value
    waits = any(open_questions(as_read)) or any(brackets(as_read))
    return as_read if waits else value


def _invent_blanks(
    item: Field | Row, block: Block, labels: list[str], heading: str
) -> None:
    """A blank in place of each value that has none, written as the value was."""
    roles = roles_of(block.kind, labels) if isinstance(item, Row) else [None]
    for number, value in enumerate(values_of(item)[: len(labels)]):
        waits = not value.strip() or any(open_questions(value))
        if waits or any(brackets(value)) or roles[number] == "code":
            continue
        hint = _hint(labels[number], roles[number], heading, block)
        if isinstance(item, Field):
            item.value = _HERE
        else:
            item.cells[number] = _HERE
        item.source = written(item).replace(_HERE, f"[{hint}]")
        read = parsed(item.kind, item.source)
        if isinstance(item, Field):
            item.value = read.values[0]
        else:
            item.cells = list(read.values)


def _hint(label: str, role: str | None, heading: str, block: Block) -> str:
    if block.kind is BlockKind.APPROVALS:
        return "Name/Role"
    expected = expected_value(label, heading=heading, role=role)
    if expected and expected.kind is BlankKind.PERSON:
        return "Name"
    if expected and expected.choices and expected.is_closed:
        return "/".join(expected.choices)
    words = " ".join(label.split())
    for mark in "[]|":
        words = words.replace(mark, "")
    return words or "..."


def _drop_copies(items: list[Item], emptied: set[int]) -> None:
    """Rows and entries that people added in the manner of one before say nothing now
    that it does not. `emptied`: the `id()`s of items that held something."""
    seen: set[str] = set()
    kept: list[Item] = []
    for item in items:
        _drop_copies(item.children, emptied)
        is_line = isinstance(item, Row | Entry | Check)
        text = written(item).strip() if is_line else ""
        if not (text in seen and id(item) in emptied and not item.children):
            kept.append(item)
        seen |= {text} - {""}
    items[:] = kept
