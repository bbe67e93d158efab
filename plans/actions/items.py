"""Writing one item: save, tick, add, remove, move."""

from __future__ import annotations

import re
from copy import copy
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from plans import access, storage
from plans import document as doc
from plans.actions.errors import Refused, Stale
from plans.actions.ordering import positions_after
from plans.actions.record import Edit, claim, edit, record, require
from plans.document import BlockKind, ItemKind
from plans.limits import MAX_ITEMS, MAX_VALUE_CHARACTERS
from plans.models import Approval, Block, ChecklistItem, Item, Membership, Plan, User

Direction = Literal["up", "down"]

_NUMBERED = re.compile(r"^(\s*)(\d{1,9})([.)])")


# --- an item as values ---------------------------------------------------------------


def values_of_row(item: Item) -> tuple[doc.Item, doc.Block]:
    """The document's item and its (otherwise empty) block."""
    block = storage.block_from_row(item.block)
    roles = doc.roles_of(block.kind, doc.columns_of(block))
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


def put(part: doc.Item, values: dict[str, Any]) -> None:
    """Set values by name; `cell-2` sets one cell of a row."""
    for name, value in values.items():
        if name.startswith("cell-") and isinstance(part, doc.Row):
            column = int(name.removeprefix("cell-"))
            part.cells += [""] * (column + 1 - len(part.cells))
            part.cells[column] = value
        elif name in attributes(part):
            setattr(part, name, value)


def _changed(part: doc.Item, values: dict[str, Any]) -> doc.Item:
    """A clean copy with these values. What only cleaning would change stays."""
    new, old = copy(part), copy(part)
    if isinstance(part, doc.Row):
        new.cells, old.cells = list(part.cells), list(part.cells)  # type: ignore[attr-defined]
    put(new, values)
    doc.clean(new)
    doc.clean(old)
    kept, clean = attributes(part), attributes(old)
    for name, value in attributes(new).items():
        if name == "cells":
            same = [a == b for a, b in zip(value, clean["cells"], strict=False)]
            cells = list(value)
            cells[: len(same)] = [
                old_cell if is_same else cell
                for is_same, old_cell, cell in zip(
                    same, kept["cells"], value, strict=False
                )
            ]
            put(new, {"cells": cells})
        elif value == clean[name]:
            put(new, {name: kept[name]})
    if (
        isinstance(new, doc.Field)
        and doc.is_written_as_code(part)
        and new.value
        and "`" not in new.value
    ):
        new.value = f"`{new.value}`"
    return new


def _guard(part: doc.Item, block: doc.Block) -> None:
    """Refuse what would not read back as itself, or would change what is around it."""
    alone = copy(part)
    alone.children = []
    alone.source = alone.source.lstrip(" \t")
    section = doc.Section(
        level=2,
        heading="Section",
        blocks=[doc.Block(kind=block.kind, head=block.head, items=[alone])],
    )
    if not doc.reads_back(section):
        raise Refused(
            "This text would change the structure of the plan around it. Nothing was "
            "stored; take out what looks like a heading, a list or a fence."
        )


def _check_length(values: dict[str, Any]) -> None:
    for value in values.values():
        if isinstance(value, str) and len(value) > MAX_VALUE_CHARACTERS:
            raise Refused(
                f"The text has {len(value):,} characters; one field may have up to "
                f"{MAX_VALUE_CHARACTERS:,}. Split it."
            )


def write_item(plan: Plan, item: Item, part: doc.Item, block: doc.Block) -> None:
    """Store an item's values in its rows."""
    detail = storage.values_to_row(part, item, block, plan.own_placeholders)
    if isinstance(detail, Approval):
        detail.approver = member_called(plan, detail.name)
    item.save()
    if detail is not None:
        detail.save()


def member_called(plan: Plan, text: str) -> User | None:
    """The team member a slot names: `Dana Ito`, `dana`, `Dana Ito, Architect`."""
    wanted = re.split(r"[,(/–—]", text, maxsplit=1)[0].strip().casefold()
    if not wanted:
        return None
    members = User.objects.filter(memberships__team=plan.team_id)
    return next(
        (m for m in members if wanted in (m.name.casefold(), m.username.casefold())),
        None,
    )


def label_of(part: doc.Item, block: Block) -> str:
    """Where a change happened, in a few words."""
    heading = block.section.heading or "Introduction"
    match part:
        case doc.Field():
            return f"{heading} › {part.label}"
        case doc.Row() if part.cells and part.cells[0]:
            return f"{heading} › {part.cells[0]}"
    return heading


# --- actions -------------------------------------------------------------------------


@transaction.atomic
def save_item(
    *, plan: Plan, item: Item, actor: User, values: dict[str, Any], seen: int | None
) -> Item:
    """Store what was typed into an item. `seen`: the version the person was looking at.

    Raises Stale when somebody saved first, Refused for a text that cannot be stored.
    """
    require(access.may_edit(membership(plan, actor)))
    _check_length(values)
    part, block = values_of_row(item)
    new = _changed(part, values)
    before, after = attributes(part), attributes(new)
    if before == after:
        return item
    if seen is not None and seen != item.version:
        raise Stale
    _guard(new, block)
    claim(item, seen)
    item.updated_by, item.updated_at = actor, timezone.now()
    _stamp_tick(item, new, actor)
    write_item(plan, item, new, block)
    verb = "ticked" if set(edit(item, before, after)["after"]) == {"done"} else "edited"
    _record(plan, actor, verb, item, new, [edit(item, before, after)])
    return item


def _stamp_tick(item: Item, part: doc.Item, actor: User) -> None:
    if not isinstance(part, doc.Check):
        return
    check: ChecklistItem = item.checklist_item
    if part.done and not check.done:
        check.done_by, check.done_at = actor, timezone.now()
    elif not part.done:
        check.done_by, check.done_at = None, None


@transaction.atomic
def add_item(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    after: Item | None = None,
    parent: Item | None = None,
) -> Item:
    """Add a blank item in the manner of its siblings, after one or at the end."""
    require(access.may_edit(membership(plan, actor)))
    if (
        Item.objects.filter(block__section__plan=plan, removed=False).count()
        >= MAX_ITEMS
    ):
        raise Refused(f"A plan may have up to {MAX_ITEMS:,} items. Remove some first.")
    siblings = _siblings(block, parent)
    present = [row for row in siblings if not row.removed]
    after = after or (present[-1] if present else None)
    model = after or (siblings[-1] if siblings else None)
    part = _blank_like(model, block)
    if isinstance(part, doc.Row):
        _number(part, block, present)
    (position,) = positions_after(siblings, after)
    ((row),) = storage.store_items(
        plan, [(part, block, storage.block_from_row(block), parent)]
    )
    row.position = position
    row.updated_by, row.updated_at = actor, timezone.now()
    row.save()
    edits = [edit(row, {"removed": True}, {"removed": False})]
    edits += _renumber(block, parent)
    _record(plan, actor, "added", row, part, edits)
    return row


def _siblings(block: Block, parent: Item | None) -> list[Item]:
    rows = storage.items_with_details().filter(block=block, parent=parent)
    return list(rows.select_related("block__section", *storage.DETAILS))


def _blank_like(model: Item | None, block: Block) -> doc.Item:
    if model is not None:
        sibling, _ = values_of_row(model)
        new = doc.new_like(sibling)
        if isinstance(new, doc.Field):
            new.label = "New field"
        return new
    return blank_for(BlockKind(block.kind), storage.block_from_row(block))


def blank_for(kind: BlockKind, block: doc.Block | None = None) -> doc.Item:
    """The first item of an empty block."""
    match kind:
        case BlockKind.FIELDS | BlockKind.APPROVALS:
            return doc.Field(label="New field")
        case BlockKind.CHECKLIST:
            return doc.Check()
        case BlockKind.LIST:
            return doc.Entry()
        case BlockKind.CODE:
            return doc.Text(kind=ItemKind.CODE)
        case BlockKind.PASSAGE:
            return doc.Text(kind=ItemKind.PASSAGE)
    columns = doc.columns_of(block) if block else []
    return doc.Row(cells=[""] * len(columns))


def _number(part: doc.Row, block: Block, present: list[Item]) -> None:
    """Give a new risk the next id."""
    if block.kind != BlockKind.RISKS:
        return
    roles = doc.roles_of(BlockKind.RISKS, doc.columns_of(storage.block_from_row(block)))
    if "code" in roles:
        part.cells += [""] * (len(roles) - len(part.cells))
        codes = [row.risk.code for row in present]
        part.cells[roles.index("code")] = doc.next_code(codes)


@transaction.atomic
def remove_item(*, plan: Plan, item: Item, actor: User) -> None:
    """Take an item, and what is nested in it, out of the plan. Undo brings it back."""
    require(access.may_edit(membership(plan, actor)))
    part, _ = values_of_row(item)
    claim(item, None)
    edits = []
    for row in _with_nested(item):
        row.removed = True
        row.save(update_fields=["removed"])
        edits.append(edit(row, {"removed": False}, {"removed": True}))
    edits += _renumber(item.block, item.parent)
    _record(plan, actor, "removed", item, part, edits)


def _with_nested(item: Item) -> list[Item]:
    found, level = [item], [item.pk]
    while level:
        below = list(Item.objects.filter(parent__in=level, removed=False))
        found += below
        level = [row.pk for row in below]
    return found


@transaction.atomic
def move_item(*, plan: Plan, item: Item, actor: User, direction: Direction) -> None:
    """Move an item one place among its siblings; at the end it stays where it is."""
    require(access.may_edit(membership(plan, actor)))
    part, _ = values_of_row(item)
    siblings = _siblings(item.block, item.parent)
    present = [row for row in siblings if not row.removed]
    index = present.index(item)
    target = index - 1 if direction == "up" else index + 1
    if not 0 <= target < len(present):
        return
    others = [row for row in siblings if row != item]
    before = {"position": item.position}
    if direction == "down":
        anchor: Item | None = present[target]
    else:
        place = others.index(present[target])
        anchor = others[place - 1] if place else None
    claim(item, None)
    (item.position,) = positions_after(others, anchor)
    item.save(update_fields=["position"])
    edits = [edit(item, before, {"position": item.position})]
    edits += _renumber(item.block, item.parent)
    _record(plan, actor, "moved", item, part, edits)


def _renumber(block: Block, parent: Item | None) -> list[Edit]:
    """Number an ordered list anew, from the lowest number it has."""
    rows = [row for row in _siblings(block, parent) if not row.removed]
    found = [(row, _NUMBERED.match(row.source)) for row in rows]
    numbered = [(row, match) for row, match in found if match]
    if not numbered or len({match[2] for _, match in numbered}) == 1 < len(numbered):
        return []  # not ordered, or numbered 1. 1. 1. on purpose
    edits = []
    start = min(int(match[2]) for _, match in numbered)
    for number, (row, match) in enumerate(numbered, start=start):
        rest = row.source[match.end() :]
        source = f"{match[1]}{number}{match[3]}{rest}"
        if source != row.source:
            edits.append(edit(row, {"source": row.source}, {"source": source}))
            row.source = source
            row.save(update_fields=["source"])
    return edits


@transaction.atomic
def choose_option(
    *, plan: Plan, item: Item, actor: User, number: int, seen: int | None
) -> Item:
    """Keep one of the directory trees that a code block offers, without its label."""
    chosen = next((o for o in doc.options_of(item.text) if o.number == number), None)
    if chosen is None:
        raise Refused("That option is no longer there: somebody chose before you.")
    return save_item(
        plan=plan, item=item, actor=actor, values={"text": chosen.tree}, seen=seen
    )


def _record(
    plan: Plan, actor: User, verb: str, item: Item, part: doc.Item, edits: list[Edit]
) -> None:
    record(
        plan=plan,
        actor=actor,
        verb=f"item.{verb}",
        edits=edits,
        label=label_of(part, item.block),
        section_id=item.block.section_id,
        item_id=item.pk,
    )


def membership(plan: Plan, user: User) -> Membership | None:
    """A person's membership in the plan's team; the one a view has loaded, if any."""
    known: Membership | None = getattr(plan, "membership", None)
    if known is not None and known.user_id == user.pk:
        return known
    rows = Membership.objects.select_related("team")
    return rows.filter(team=plan.team_id, user=user).first()
