"""The texts of a plan that can be found, read from its rows.

The plan's title, its headings, the columns of its tables, its items, its comments, its
open suggestions, and the versions of it that were kept. Not the guidance of a template,
which no person wrote, nor what was removed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import QuerySet

from plans import document as doc
from plans.content import storage
from plans.content.rows import block_from_row
from plans.content.values import attributes, values_of_row
from plans.content.versions import AnyVersion
from plans.document import ItemKind
from plans.document.model import TABLE_KINDS
from plans.document.syntax.tables import columns_of
from plans.models import (
    Block,
    Comment,
    Item,
    Plan,
    SearchEntry,
    Section,
    Suggestion,
    Version,
)
from plans.models.content import PlacedQuerySet

Kind = SearchEntry.Kind
# A part of a long text, in characters. PostgreSQL keeps 16,383 places of words.
LONGEST_PART = 12_000
_HEADING = re.compile(r"^(?=#{1,6}[ \t])", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One text. `tags`: what it is, for the filters of the search."""

    kind: Kind
    pk: int
    text: str
    written_at: datetime
    tags: tuple[str, ...]


def text_of_item(row: Item) -> str:
    """All that an item says; `row` with its details and its block."""
    part, _ = values_of_row(row)
    return text_of_part(part)


def text_of_part(part: doc.Item) -> str:
    values = attributes(part)
    if "cells" in values:
        return " · ".join(cell for cell in values["cells"] if cell.strip())
    texts = (values.get(name) for name in ("label", "value", "text"))
    return ": ".join(text for text in texts if text)


def parts_of(text: str) -> list[str]:
    """A text in parts that are not too long, cut between words where that is possible.
    Together they are the text again."""
    parts = []
    while len(text) > LONGEST_PART:
        cut = max(text.rfind(space, 0, LONGEST_PART) for space in (" ", "\n")) + 1
        cut = cut or LONGEST_PART
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def sources_of(plan: Plan, items: Collection[int] | None = None) -> Iterator[Source]:
    """Everything but versions, in five queries; with `items`, those alone, in one."""
    rows = present_items().filter(block__section__plan=plan)
    if items is not None:
        rows = rows.filter(pk__in=items)
    for item in rows:
        tags = ("item", "question") if item.questions else ("item",)
        written_at = item.updated_at or plan.created_at
        yield Source(Kind.ITEM, item.pk, text_of_item(item), written_at, tags)
    if items is not None:
        return
    yield Source(Kind.TITLE, plan.pk, plan.title, plan.created_at, ("title",))
    for section in _headings_below_title(plan):
        text = section.heading
        yield Source(Kind.HEADING, section.pk, text, plan.created_at, ("heading",))
    for comment in present_comments().filter(thread__plan=plan):
        text, written_at = comment.text, comment.edited_at or comment.created_at
        yield Source(Kind.COMMENT, comment.pk, text, written_at, ("comment",))
    for suggestion in present_suggestions().filter(plan=plan):
        text, tags = text_of_suggestion(suggestion), ("suggestion",)
        yield Source(Kind.SUGGESTION, suggestion.pk, text, suggestion.created_at, tags)
    for block in present_tables().filter(section__plan=plan):
        text = text_of_columns(block)
        yield Source(Kind.COLUMNS, block.pk, text, plan.created_at, ("columns",))


def text_of_suggestion(suggestion: Suggestion) -> str:
    """What it would put there, and why."""
    return "\n".join(text for text in (suggestion.text, suggestion.reason) if text)


def text_of_columns(row: Block) -> str:
    return " · ".join(name for name in columns_of(block_from_row(row)) if name.strip())


def _headings_below_title(plan: Plan) -> list[Section]:
    """All but the one that is the plan's title (Document.title)."""
    sections = list(present_sections().filter(plan=plan))
    first = next((one for one in sections if one.level == 1), None)
    first = first or next(iter(sections), None)
    return [section for section in sections if section != first]


def versions_of(plan: Plan) -> Iterator[AnyVersion]:
    """Without their texts, in two queries."""
    for rows in (plan.versions, plan.saved_versions):
        yield from rows.only("plan_id", "number", "name", "created_at")


def kind_of_version(version: AnyVersion) -> Kind:
    return Kind.VERSION if isinstance(version, Version) else Kind.SAVED_VERSION


def parts_of_version(version: AnyVersion) -> list[str]:
    """Its name, then its text by headings. A comment in a fence may look like one: that
    makes one part more."""
    chapters = _HEADING.split(version.markdown)
    texts = [part for chapter in chapters for part in parts_of(chapter)]
    return [version.title, *texts]


def present_items() -> PlacedQuerySet[Item]:
    rows = storage.items_with_details().select_related("block__section").present()
    return rows.exclude(kind=ItemKind.GUIDANCE).exclude(parent__removed=True)


def present_sections() -> PlacedQuerySet[Section]:
    return Section.objects.present().exclude(heading="")


def present_comments() -> QuerySet[Comment]:
    """Comments that are there, on a part of the plan that is there."""
    is_gone = models.Q(thread__item__removed=True) | models.Q(
        thread__section__removed=True
    )
    for place in ("block", "block__section", "parent"):
        is_gone |= models.Q(**{f"thread__item__{place}__removed": True})
    return Comment.objects.filter(removed_by=None).exclude(is_gone)


def present_suggestions() -> QuerySet[Suggestion]:
    """Those that wait for a decision, of an item that is there."""
    items = Item.objects.present().exclude(parent__removed=True)
    return Suggestion.objects.open().filter(item__in=items)


def present_tables() -> PlacedQuerySet[Block]:
    return Block.objects.present().filter(kind__in=TABLE_KINDS)
