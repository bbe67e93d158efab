"""What a new plan's text is given: its title, its date, and who makes it."""

from __future__ import annotations

import re

from plans.document.model import (
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
from plans.document.syntax.blanks import blank_of, is_code_blank
from plans.document.syntax.items import clean, parsed, values_of

# A date that is asked for below one of these is the day when the plan was made.
_CREATION_LABELS = frozenset(
    {"date", "created", "created on", "creation date", "date created", "plan date"}
)


def fill_placeholders(document: Document, answers: dict[str, str]) -> None:
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
    before = parsed(item.kind, item.source)
    blank = before.blanks[index] if index < len(before.blanks) else None
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
    """All at once: an answer may hold what looks like another placeholder."""
    if "[" not in text or not answers:
        return text
    names = sorted(answers, key=len, reverse=True)
    pattern = "|".join(re.escape(f"[{name}]") for name in names)
    return re.sub(pattern, lambda match: answers[match[0][1:-1]], text)
