"""What a change is called: by the words of the item that changed."""

from __future__ import annotations

from plans import document as doc
from plans.page.comments import shortened


def change_name(change: doc.ItemChange) -> str:
    """A few words of the item: a field's label, a row's code and what it is about, the
    first words of everything else. Empty for an item without words."""
    texts = _texts(change)
    if not change.label:
        return shortened(next(iter(texts), ""))
    is_row = isinstance(change.item, doc.Row) or change.block_kind.is_table
    about = next((text for text in texts if text != change.label), "")
    return shortened(f"{change.label}: {about}" if is_row and about else change.label)


def _texts(change: doc.ItemChange) -> list[str]:
    if change.item is not None:
        texts = doc.values_of(change.item)
    else:
        texts = [value.before or value.after for value in change.values]
    return [text for text in texts if text.strip()]


def tick_of(change: doc.ItemChange) -> str:
    """`Ticked` or `Unticked`, where that is all that changed."""
    if change.kind != "changed" or [v.name for v in change.values] != ["Done"]:
        return ""
    return "Ticked" if change.values[0].after == "yes" else "Unticked"
