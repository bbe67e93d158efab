"""Undo and redo of a person's own last changes to a plan.

Undo writes back the columns from before a Change, row by row, where a row is still as
the Change left it. Where someone has edited it since, undo is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.assignments import assignment_of, put_assignment
from plans.actions.capacity import refuse_if_overfull, refuse_longer_lines
from plans.actions.change_log import (
    edit_of,
    lock_plan,
    log_change,
    require,
    update_if_version,
)
from plans.actions.columns import CELL_COLUMNS, cells_of, put_cells
from plans.actions.membership import membership
from plans.actions.outline import follow_heading, form_edit, retitle
from plans.actions.signing_places import follow_kind
from plans.actions.suggestions import follow_undo, follow_undone_update
from plans.actions.threads import follow_questions
from plans.actions.values import write_values
from plans.content import storage
from plans.content.values import attributes, put, values_of_row
from plans.document import BlockKind
from plans.document.syntax.rows import without_empty_end
from plans.errors import Refused, Stale
from plans.models import Block, Change, Item, Membership, Plan, Section, User
from plans.models.change import Edit
from plans.models.content import ASSIGNMENT

# Columns of the row itself; an item's other attributes are values.
_PLACED = frozenset({"position", "removed", "tail", "source", "block_id", "parent_id"})
# What follows a row and how its list is numbered: theirs whose neighbour changed.
_OF_NEIGHBOURS = frozenset({"tail", "source"})


@transaction.atomic
def undo(*, plan: Plan, actor: User, member: Membership | None = None) -> Change:
    """Take back the actor's last change that is not taken back yet."""
    require(permissions.may_edit(membership(plan, actor, member)))
    number = lock_plan(plan)
    change = last_undoable(plan, actor)
    if change is None:
        raise Refused("You have no changes to undo here.")
    return _take_back(plan, actor, number, change, Change.Verb.UNDO)


@transaction.atomic
def redo(*, plan: Plan, actor: User, member: Membership | None = None) -> Change:
    """Do again what the actor's last undo took back."""
    require(permissions.may_edit(membership(plan, actor, member)))
    number = lock_plan(plan)
    change = last_redoable(plan, actor)
    if change is None:
        raise Refused("You have no changes to redo.")
    return _take_back(plan, actor, number, change, Change.Verb.REDO)


def last_undoable(plan: Plan, actor: User) -> Change | None:
    """What undo would take back: an own change with edits that stands."""
    changes = plan.changes.filter(actor=actor, undone_by=None).exclude(edits=[])
    return changes.exclude(verb=Change.Verb.UNDO).first()


def last_redoable(plan: Plan, actor: User) -> Change | None:
    """What redo would do again: an undo that stands, with no other change after it."""
    own = plan.changes.filter(actor=actor)
    other = own.exclude(verb__in=Change.REVERSALS).exclude(edits=[])
    standing = own.filter(verb=Change.Verb.UNDO, undone_by=None)
    newest = other.first()
    return standing.filter(number__gt=newest.number if newest else 0).first()


def _take_back(
    plan: Plan, actor: User, number: int, change: Change, verb: Change.Verb
) -> Change:
    _refuse_if_out_of_sight(change.edits)
    edits = [
        _form_reversed(plan, one)
        if one["row"] == "plan"
        else _reversed(plan, one, change, actor)
        for one in reversed(change.edits)
    ]
    follow_undo(change, actor)
    retitle(plan)
    refuse_if_overfull(plan)
    reversal = log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=edits,
        label=change.label,
        section_id=change.section_id,
        item_id=change.item_id,
        undoes=change,
    )
    follow_undone_update(plan, reversal)
    return reversal


def _form_reversed(plan: Plan, one: Edit) -> Edit:
    plan.refresh_from_db(fields=list(one["after"]))
    if any(getattr(plan, name) != value for name, value in one["after"].items()):
        raise _somebody_went_on()
    return form_edit(plan, one["before"])


def _reversed(plan: Plan, one: Edit, change: Change, actor: User) -> Edit:
    if is_of_columns(one):
        item = storage.items_of(plan).get(pk=one["id"])
        if item.block.kind == BlockKind.TABLE:
            return _cells_reversed(plan, item, one)
    row, current = _row_and_current(plan, one)
    if current != one["after"]:
        raise _somebody_went_on()
    before: dict[str, Any] = one["before"]
    if before.get("removed"):
        _refuse_if_others_wrote(row, change, actor)
    places = {name: value for name, value in before.items() if name in _PLACED}
    assignment = {name: value for name, value in before.items() if name in ASSIGNMENT}
    others = before.keys() - _PLACED - ASSIGNMENT
    values = {name: value for name, value in before.items() if name in others}
    if places:
        type(row)._default_manager.filter(pk=row.pk).update(**places)
        for name, value in places.items():
            setattr(row, name, value)  # a row's blanks are those of its source
    if assignment and not isinstance(row, Block):
        put_assignment(row, assignment)
    if values:
        try:
            _put_back(plan, row, values, actor)
        except Stale:  # another writer came between
            raise _somebody_went_on() from None
    return edit_of(row, current, before)


def is_of_columns(one: Edit) -> bool:
    """Whether an edit of a row of a plain table is one that comes with a change of its
    columns. (Rows of other tables are written like any item.)"""
    return one["row"] == "item" and one["after"].keys() == {"source", "cells"}


def _cells_reversed(plan: Plan, item: Item, one: Edit) -> Edit:
    before, after = one["before"], one["after"]
    cells = without_empty_end(cells_of(item, 0))
    is_as_left = item.source == after["source"]
    if not is_as_left or cells != without_empty_end(after["cells"]):
        raise _somebody_went_on()
    edit = put_cells(plan, item, item.block, before["source"], before["cells"])
    item.save(update_fields=CELL_COLUMNS)
    return edit


def _row_and_current(
    plan: Plan, one: Edit
) -> tuple[Section | Block | Item, dict[str, Any]]:
    """The row of an edit, and its current values of the columns that were edited."""
    row: Section | Block | Item
    special: dict[str, Any] = {}  # what is no column of its row
    if one["row"] == "section":
        row = Section.objects.get(pk=one["id"], plan=plan)
    elif one["row"] == "block":
        row = Block.objects.get(pk=one["id"], section__plan=plan)
    else:
        row = storage.items_of(plan).get(pk=one["id"])
        part, _ = values_of_row(row)
        special = attributes(part)
    if not isinstance(row, Block):
        special |= assignment_of(row)
    return row, {
        name: special[name]
        if name in special and name not in _PLACED
        else getattr(row, name)
        for name in one["after"]
    }


def _put_back(
    plan: Plan, row: Section | Block | Item, values: dict[str, Any], actor: User
) -> None:
    if isinstance(row, Item):
        part, block = values_of_row(row)
        was, now = doc.written(part), attributes(part)
        put(part, values)
        refuse_longer_lines(was, doc.written(part))
        write_values(plan, row, part, block, actor)
        follow_questions(row, actor, now, attributes(part))
        return
    old_kind = row.kind if isinstance(row, Block) else ""
    update_if_version(row, None, **values)
    if isinstance(row, Block) and old_kind != values.get("kind", old_kind):
        row.kind = values["kind"]
        follow_kind(plan, row, BlockKind(old_kind))
    if isinstance(row, Section):
        row.heading = values.get("heading", row.heading)
        row.level = values.get("level", row.level)
        follow_heading(row)


def _refuse_if_out_of_sight(edits: list[Edit]) -> None:
    """What is undone in a part that is no longer there would show nowhere, and a row
    that came back there would count without being seen."""
    ids: dict[str, set[int]] = {"section": set(), "block": set(), "item": set()}
    of_columns: set[int] = set()
    comes_back = {
        (one["row"], one["id"]) for one in edits if one["after"].get("removed")
    }
    for one in edits:
        if one["row"] == "plan":
            continue
        if is_of_columns(one):
            of_columns.add(one["id"])
        if not one["after"].keys() <= _OF_NEIGHBOURS:
            ids[one["row"]].add(one["id"])
        # Where it comes back to.
        ids["block"] |= {one["before"].get("block_id")} - {None}
        ids["item"] |= {one["before"].get("parent_id")} - {None}
    around: list[Section | Block | Item] = []
    around += Section.objects.filter(pk__in=ids["section"])
    for block in Block.objects.filter(pk__in=ids["block"]).select_related("section"):
        around += [block, block.section]
    items = Item.objects.filter(pk__in=ids["item"]).select_related("block__section")
    parents = _parents(items)
    for item in items:
        # Rows that were taken out before keep step with the columns of their table.
        if item.pk in of_columns and item.block.kind == BlockKind.TABLE:
            continue
        around += [item, item.block, item.block.section]
        parent_id = item.parent_id
        while parent_id:
            around.append(parents[parent_id])
            parent_id = parents[parent_id].parent_id
    for row in around:
        if row.removed and (type(row).__name__.lower(), row.pk) not in comes_back:
            raise Refused(
                "Your change is in something that has since been removed. Restore "
                "that first from the plan’s history."
            )


def _parents(items: Iterable[Item]) -> dict[int, Item]:
    """The items that stand in the blocks of those that are nested, by their ids."""
    blocks = {item.block_id for item in items if item.parent_id}
    rows = Item.objects.filter(block__in=blocks).only("parent", "removed")
    return {row.pk: row for row in rows}


def _refuse_if_others_wrote(
    row: Section | Block | Item, change: Change, actor: User
) -> None:
    """Taking back an addition must not take away what others have put into it."""
    inside = {Section: "block__section", Block: "block", Item: "pk"}[type(row)]
    written = Item.objects.filter(**{inside: row.pk}, updated_at__gt=change.created_at)
    if written.exclude(updated_by=actor).exists():
        raise _somebody_went_on()


def _somebody_went_on() -> Refused:
    return Refused(
        "Someone has edited this since your change, so it can’t be undone. Edit the "
        "text by hand; the previous version is in the history."
    )
