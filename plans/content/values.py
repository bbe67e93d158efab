"""An item's values by name: what a form posts, a Change keeps and a row holds.

Nothing is written here; `plans.actions.values` stores what these functions give.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from plans import document as doc
from plans.content.rows import block_from_row, item_from_row, roles_in
from plans.models import Item

_CELL = re.compile(r"cell-([0-9]{1,3})")


def values_of_row(item: Item) -> tuple[doc.Item, doc.Block]:
    """The document's item and its (otherwise empty) block."""
    block = block_from_row(item.block)
    roles = roles_in(block.kind, block.head)
    part = item_from_row(item, block, roles)
    block.items = [part]
    return part, block


def attributes(part: doc.Item) -> dict[str, Any]:
    """An item's values by name, as a Change keeps them."""
    match part:
        case doc.Field():
            return {"label": part.label, "value": part.value}
        case doc.Check():
            return {"text": part.text, "done": part.done}
        case doc.Row():
            return {"cells": list(part.cells)}
        case doc.Entry() | doc.Text():
            return {"text": part.text}
    raise TypeError(f"no item: {part!r}")


def value_of(part: doc.Item, name: str) -> Any:
    """One of an item's values; None when it has none of that name."""
    cell = _CELL.fullmatch(name)
    if cell and isinstance(part, doc.Row):
        column = int(cell[1])
        return part.cells[column] if column < len(part.cells) else ""
    return attributes(part).get(name)


def put(part: doc.Item, values: dict[str, Any]) -> None:
    """Set values by name; `cell-2` sets one cell of a row."""
    known = attributes(part)
    for name, value in values.items():
        cell = _CELL.fullmatch(name)
        if cell and isinstance(part, doc.Row):
            column = int(cell[1])
            part.cells += [""] * (column + 1 - len(part.cells))
            part.cells[column] = value
        elif name in known:
            setattr(part, name, value)


def changed(part: doc.Item, values: dict[str, Any], block: doc.Block) -> doc.Item:
    """A clean copy with these values. What cleaning alone would change stays as is."""
    new, old = _copied(part), _copied(part)
    put(new, values)
    if isinstance(new, doc.Row) and isinstance(part, doc.Row):
        new.cells = new.cells[: max(len(doc.columns_of(block)), len(part.cells))]
    doc.clean(new)
    doc.clean(old)
    kept, clean = attributes(part), attributes(old)
    for name, value in attributes(new).items():
        if name == "cells":
            put(new, {"cells": _unless_same(value, clean["cells"], kept["cells"])})
        elif value == clean[name]:
            put(new, {name: kept[name]})
    _as_code(new, part)
    return new


def as_stored(part: doc.Item, block: doc.Block, name: str, text: str) -> str:
    """What one of an item's values would be if this text was typed into it."""
    return str(value_of(changed(part, {name: text}, block), name))


def _copied(part: doc.Item) -> doc.Item:
    new = copy(part)
    if isinstance(new, doc.Row):
        new.cells = list(new.cells)
    return new


def _unless_same(new: list[str], clean: list[str], kept: list[str]) -> list[str]:
    same = [a == b for a, b in zip(new, clean, strict=False)]
    return [
        kept[column] if column < len(same) and same[column] else cell
        for column, cell in enumerate(new)
    ]


def _as_code(new: doc.Item, part: doc.Item) -> None:
    """A blank that stands in a code span gets its answer in one."""
    if isinstance(new, doc.Field) and doc.is_written_as_code(part):
        is_bare = new.value and "`" not in new.value and "\n" not in new.value
        if is_bare and not doc.questions(new.value):
            new.value = f"`{new.value}`"


def change_label(part: doc.Item, item: Item) -> str:
    """Where a change happened, in a few words."""
    heading = item.block.section.heading or "Introduction"
    match part:
        case doc.Field():
            return f"{heading} › {part.label}"
        case doc.Row() if part.cells and part.cells[0]:
            return f"{heading} › {part.cells[0]}"
        case doc.Check() if part.text:
            return f"{heading} › {part.text}"
    return heading
