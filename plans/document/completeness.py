"""How far an item is: what still waits in it, and how much waited at first."""

from __future__ import annotations

from dataclasses import dataclass

from plans.document.model import Field, Item, ItemKind, Row
from plans.document.syntax.blanks import (
    Blank,
    bracket_of,
    known_placeholders,
    placeholders,
    whole_brackets,
)
from plans.document.syntax.brackets import Bracket, brackets
from plans.document.syntax.items import as_expected, parsed, values_of
from plans.document.syntax.options import options_of
from plans.document.syntax.questions import questions

_FIXED = frozenset({ItemKind.GUIDANCE, ItemKind.FRONT_MATTER})


@dataclass(frozen=True)
class ItemCompleteness:
    """`blank`: values and placeholders not filled in; `questions`: open ones;
    `fillable`: how many of both there were or are, the larger of the two."""

    fillable: int = 0
    blank: int = 0
    questions: int = 0


def item_completeness(
    item: Item, own: frozenset[str] = frozenset()
) -> ItemCompleteness:
    """`own`: the placeholders of a team's own template."""
    if item.kind in _FIXED:
        return ItemCompleteness()
    values, source_values = values_of(item), parsed(item.kind, item.source)
    blanks = source_values.blanks + [None] * (len(values) - len(source_values.blanks))
    blanks = as_expected(item, blanks)
    blank, open_count = _waiting(item, values, blanks, own)
    if values == source_values.values:
        return ItemCompleteness(blank + open_count, blank, open_count)
    at_first = _waiting(
        item, source_values.values, as_expected(item, source_values.blanks), own
    )
    return ItemCompleteness(max(sum(at_first), blank + open_count), blank, open_count)


def _waiting(
    item: Item, values: list[str], blanks: list[Blank | None], own: frozenset[str]
) -> tuple[int, int]:
    blank = 0
    open_count = len(questions(item.label)) if isinstance(item, Field) else 0
    for value, hint in zip(values, blanks, strict=True):
        if not value:
            # A cell without a hint may stay empty; any other text is expected.
            blank += bool(hint) or not (isinstance(item, Row) or _may_be_empty(item))
            continue
        blank += len(waiting_in(item, value, own))
        if item.kind is ItemKind.CODE:
            blank += bool(options_of(value))
        else:
            open_count += len(questions(value))
    return blank, open_count


def _may_be_empty(item: Item) -> bool:
    return item.kind is ItemKind.CODE or (
        isinstance(item, Field) and bool(item.children)
    )


def waiting_in(
    item: Item,
    value: str,
    own: frozenset[str],
    links: frozenset[str] = frozenset(),
) -> list[Bracket]:
    """The placeholders left in one of an item's values: known ones, and brackets that
    are a paragraph or entry. `links`: what the document defines as links."""
    if item.kind is not ItemKind.CODE:
        known = placeholders(value, own=own)
        if "[" not in value:
            return known
        starts = {bracket.start for bracket in known}
        # An answer that is one bracket was typed: its blank would have no value.
        is_answer = item.kind is not ItemKind.RAW and bracket_of(value)
        others = [] if is_answer else whole_brackets(value, links)
        known += [other for other in others if other.start not in starts]
        return sorted(known, key=lambda bracket: bracket.start)
    # Code is full of brackets: only those that name a branch or a template's sentence.
    sentences = known_placeholders() | own
    return [
        bracket
        for bracket in brackets(value)
        if bracket.content.startswith("###-")
        or (bracket.content in sentences and " " in bracket.content)
        and bracket.content != "REMOVE IF UNUSED"
    ]
