"""Bringing back what the log remembers: an earlier text of an item, a removed item.

The log keeps for each change only what became different, so a value of the past is
found by going back from what an item says now.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import (
    growth,
    refuse_if_full,
    refuse_if_overfull,
    refuse_longer_lines,
)
from plans.actions.change_log import Edit, Row, edit_of, lock_plan, log_change, require
from plans.actions.change_log import set_columns as write
from plans.actions.items import numbered_anew
from plans.actions.membership import membership
from plans.actions.outline import retitle
from plans.actions.values import (
    attributes,
    guard,
    label_of,
    put,
    values_of_row,
    write_values,
)
from plans.content import storage
from plans.document import ItemKind
from plans.errors import Refused
from plans.models import Block, Change, Item, Plan, Section, User

_MODELS: dict[str, type[Row]] = {"section": Section, "block": Block, "item": Item}
# The verbs of the changes that can take something out of a plan.
_HIDING = ["item.removed", "section.removed", "section.block_removed", "undo", "redo"]


@transaction.atomic
def restore(*, plan: Plan, item: Item, actor: User, change: Change) -> Change:
    """Give an item the values that it had right after `set_columns`.

    An item that is no longer in the plan comes back, with what was removed together
    with it and with what it stands in. Raises Refused when there is nothing to do, or
    when the place it would come back to is no longer fit for it.
    """
    require(permissions.may_edit(membership(plan, actor)))
    number = lock_plan(plan)
    edits = _bring_back(plan, item)
    row = storage.items_of(plan).get(pk=item.pk)
    part, block = values_of_row(row)
    before, was = attributes(part), doc.written(part)
    put(part, values_after(plan, row, change))
    after = attributes(part)
    if before != after:
        guard(part, block)
        text = doc.written(part)
        refuse_longer_lines(was, text)
        write_values(plan, row, part, block, actor)
        edits.append(edit_of(row, before, after))
        plan.fullness = None
        refuse_if_full(plan, growth(was, text))
    if not edits:
        raise Refused("The plan says this already: there is nothing to restore.")
    return log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb="item.restored",
        edits=edits,
        label=label_of(part, row),
        section_id=row.block.section_id,
        item_id=row.pk,
    )


# --- values of the past --------------------------------------------------------------


def values_after(plan: Plan, item: Item, change: Change) -> dict[str, Any]:
    """What an item said right after a change, by name: what it says now, with each
    later change taken back, the newest first."""
    part, _ = values_of_row(item)
    values = attributes(part)
    later = plan.changes.filter(item_id=item.pk, number__gt=change.number)
    for edits in later.values_list("edits", flat=True).iterator(chunk_size=50):
        values |= values_before(edits, item.pk, values)
    return values


def values_before(
    edits: list[Edit], item_id: int, values: dict[str, Any]
) -> dict[str, Any]:
    """Those of an item's `values` that a change replaced, as they were before it."""
    return {
        name: value
        for one in reversed(edits)
        if one["row"] == "item" and one["id"] == item_id
        for name, value in one["before"].items()
        if name in values
    }


# --- coming back ---------------------------------------------------------------------


def _bring_back(plan: Plan, item: Item) -> list[Edit]:
    """Take back the removals that keep an item out of its plan, the outermost first."""
    block = Block.objects.get(pk=item.block_id)
    around: list[Row] = [Section.objects.get(pk=block.section_id, plan=plan), block]
    around += _from_the_top(item)
    edits: list[Edit] = []
    for row in around:
        row.refresh_from_db(fields=["removed"])  # it may have come with one before it
        if row.removed:
            edits += _take_removal_back(plan, row)
        if edits and isinstance(row, Item):
            edits += numbered_anew(block, row.parent)
    if edits:
        retitle(plan)
        refuse_if_overfull(plan)
        _refuse_unless_sound(plan)
    return edits


def _from_the_top(item: Item) -> list[Item]:
    """What an item is nested in, and the item itself."""
    row = Item.objects.get(pk=item.pk)
    return [*_from_the_top(row.parent), row] if row.parent else [row]


def _take_removal_back(plan: Plan, row: Row) -> list[Edit]:
    """Show again what went when a row went, and give the tails back that were handed
    over then, where they still are as they were left."""
    name = type(row).__name__.lower()
    hiding = plan.changes.filter(verb__in=_HIDING).values_list("edits", flat=True)
    removal: list[Edit] = next(
        (
            edits
            for edits in hiding.iterator(chunk_size=50)
            if any(
                (one["row"], one["id"]) == (name, row.pk)
                and one["after"].get("removed")
                for one in edits
            )
        ),
        [edit_of(row, {"removed": False}, {"removed": True})],
    )
    return [made for one in reversed(removal) if (made := _part_taken_back(plan, one))]


def _part_taken_back(plan: Plan, one: Edit) -> Edit | None:
    columns = {
        column: value
        for column, value in one["before"].items()
        if (column, value) == ("removed", False) or column == "tail"
    }
    if not columns:
        return None
    row = _MODELS[one["row"]]._default_manager.get(pk=one["id"])
    if any(getattr(row, column) != one["after"][column] for column in columns):
        return None
    return write(row, **columns)


def _refuse_unless_sound(plan: Plan) -> None:
    """What came back must not run into what has come to stand beside it."""
    document = storage.load(plan).document
    if _structure(doc.read(doc.write(document))) != _structure(document):
        raise Refused(
            "This cannot come back to its place, because what is around it changed "
            "meanwhile. Copy the text from here and add it where it fits now."
        )


def _structure(document: doc.Document) -> list[tuple[object, ...]]:
    """All but plain texts: two that follow each other are one when they are read."""
    return [said for said in doc.outline(document) if said[0] != ItemKind.PASSAGE]
