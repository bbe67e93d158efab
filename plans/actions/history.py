"""Bringing back what the log remembers: an earlier text of an item, a removed item."""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import (
    growth,
    refuse_if_full,
    refuse_if_overfull,
    refuse_longer_lines,
)
from plans.actions.change_log import Row, edit_of, lock_plan, log_change, require
from plans.actions.change_log import set_columns as write
from plans.actions.membership import membership
from plans.actions.numbering import renumber
from plans.actions.outline import retitle
from plans.actions.values import guard, write_values
from plans.content import storage
from plans.content.past_values import has_other_columns, values_after
from plans.content.values import attributes, change_label, put, values_of_row
from plans.document import ItemKind
from plans.errors import Refused
from plans.models import Block, Change, Item, Membership, Plan, Section, User
from plans.models.change import Edit

_MODELS: dict[str, type[Row]] = {"section": Section, "block": Block, "item": Item}
# The verbs of the changes that can take something out of a plan.
_HIDING = [
    Change.Verb.ITEM_REMOVED,
    Change.Verb.SECTION_REMOVED,
    Change.Verb.SECTION_BLOCK_REMOVED,
    *Change.REVERSALS,
]


@transaction.atomic
def restore(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    change: Change,
    member: Membership | None = None,
) -> Change:
    """Give an item the values that it had right after `change`.

    An item that is no longer in the plan comes back, with what was removed together
    with it and with what it stands in. Raises Refused when there is nothing to do, or
    when the place it would come back to is no longer fit for it.
    """
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    edits = _bring_back(plan, item)
    row = storage.items_of(plan).get(pk=item.pk)
    part, block = values_of_row(row)
    before, was = attributes(part), doc.written(part)
    if not row.block.head or not has_other_columns(plan, row, change):
        put(part, values_after(plan, row, change))
    elif not edits:
        raise Refused(
            "The table has other columns now, so the row can’t be restored as it was. "
            "Copy its texts from here."
        )
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
        raise Refused("The plan already has this text: there is nothing to restore.")
    return log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=Change.Verb.ITEM_RESTORED,
        edits=edits,
        label=change_label(part, row),
        section_id=row.block.section_id,
        item_id=row.pk,
    )


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
            edits += renumber(block, row.parent)
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
    return [edit for one in reversed(removal) if (edit := _part_taken_back(plan, one))]


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
    """What is restored must not merge with its new neighbours when it is read."""
    document = storage.load(plan).document
    if _structure(doc.read(doc.write(document))) != _structure(document):
        raise Refused(
            "This can’t be restored to its place because the content around it has "
            "changed. Copy the text from here and add it where it fits."
        )


def _structure(document: doc.Document) -> list[tuple[object, ...]]:
    """All but plain texts: two that follow each other are one when they are read."""
    return [line for line in doc.outline(document) if line[0] != ItemKind.PASSAGE]
