"""An item's values by name: what a form posts, a Change keeps and a row holds."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from django.utils import timezone

from plans import document as doc
from plans.actions.approvers import link
from plans.actions.change_log import update_if_version
from plans.actions.evidence import record_seats
from plans.content import limits, storage
from plans.document import ItemKind
from plans.errors import Refused
from plans.models import Approval, ChecklistItem, Item, Plan, User

_CELL = re.compile(r"cell-([0-9]{1,3})")


def values_of_row(item: Item) -> tuple[doc.Item, doc.Block]:
    """The document's item and its (otherwise empty) block."""
    block = storage.block_from_row(item.block)
    roles = storage.roles_in(block.kind, block.head)
    part = storage.item_from_row(item, block, roles)
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


def check_length(values: dict[str, Any]) -> None:
    """Raises Refused for a text with more than one field may have."""
    for value in values.values():
        if not isinstance(value, str):
            continue
        for count, most, things in (
            (len(value), limits.MAX_VALUE_CHARACTERS, "characters"),
            (value.count("\n") + 1, limits.MAX_LINES, "lines"),
        ):
            if count > most:
                raise Refused(
                    f"The text has {count:,} {things}; one field may have up to "
                    f"{most:,}. Split it."
                )


def guard(part: doc.Item, block: doc.Block) -> None:
    """Refuse what would not read back as itself, or would change what is around it."""
    if doc.item_reads_back(part, block):
        return
    if part.kind is ItemKind.FRONT_MATTER:
        raise Refused(
            "Front matter starts and ends with a line of three dashes and has no such "
            "line between. Nothing was stored."
        )
    raise Refused(
        "This text would change the structure of the plan around it. Nothing was "
        "stored; take out what looks like a heading, a list or a fence."
    )


def write_values(
    plan: Plan,
    item: Item,
    part: doc.Item,
    block: doc.Block,
    actor: User,
) -> None:
    """Store an item's values in its rows, or raise Stale when `item` is not as new as
    they are.

    Only the columns of values are written: a place or a list's number that somebody
    else changes at the same time stays theirs.
    """
    was_done = item.kind == ItemKind.CHECK and item.checklist_item.done
    old_name = item.approval.name if hasattr(item, "approval") else ""
    detail = storage.values_to_row(part, item, block, plan.own_placeholders)
    item.updated_by, item.updated_at = actor, timezone.now()
    update_if_version(
        item,
        None,
        text=item.text,
        cells=item.cells,
        fillable=item.fillable,
        blank=item.blank,
        questions=item.questions,
        updated_by=item.updated_by,
        updated_at=item.updated_at,
    )
    if isinstance(detail, ChecklistItem):
        _stamp(detail, was_done, actor)
    if isinstance(detail, Approval):
        # How the slot is signed is not typed here, and may change at the same time.
        detail.save(update_fields=["role", "name"])
        if detail.name != old_name:
            link(plan, detail)
            record_seats(plan=plan, actor=actor, approval=detail)
    elif detail is not None:
        detail.save(force_update=True)


def _stamp(check: ChecklistItem, was_done: bool, actor: User) -> None:
    """Who ticked it and when. A tick that came with a file says neither."""
    if not check.done:
        check.done_by, check.done_at = None, None
    elif not was_done:
        check.done_by, check.done_at = actor, timezone.now()


def label_of(part: doc.Item, item: Item) -> str:
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
