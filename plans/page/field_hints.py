"""Guidance of a template for single fields, shown at these fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from plans import document as doc
from plans.document.hints import SectionHints


class Hinted(Protocol):
    """An item as a page shows it, with or without a row."""

    item: doc.Item
    template_hint: str

    @property
    def children(self) -> Sequence[Hinted]: ...


def place_hints(
    items: Iterable[Hinted], hints: SectionHints | None
) -> SectionHints | None:
    """Give the fields among a section's items, nested ones too, their guidance; returns
    what is left for the section."""
    if hints is None or not hints.fields:
        return hints
    labels = []
    level = list(items)
    for view in level:  # grows by what is nested
        level += view.children
        if isinstance(view.item, doc.Field):
            view.template_hint = hints.of_field(view.item.label)
            labels.append(view.item.label)
    return hints.without_fields(labels)
