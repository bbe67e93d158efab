"""How texts that are still being typed would look at rest."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from plans import document as doc
from plans.content.values import changed, values_of_row
from plans.models import Item
from plans.page.items import item_view
from plans.page.value_html import shown_html


def previews(
    row: Item, own: frozenset[str], values: dict[str, Any]
) -> list[tuple[str, SafeString]]:
    """The label of each of these values of an item, and how it would look: cleaned as a
    save cleans it, and rendered as all values are."""
    part, block = values_of_row(row)
    part = changed(part, values, block)
    block.items = [part]
    columns = doc.columns_of(block)
    heading = row.block.section.heading
    view = item_view(part, block, {row.pk: row}, columns, own, heading)
    return [
        (control.label, shown_html(control, view.kind, can_edit=True))
        for control in view.controls
        if control.name in values
    ]
