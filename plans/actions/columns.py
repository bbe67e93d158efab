"""The columns of plain tables: added, renamed, moved and removed, in every row at once.

The tables that the planner knows (risks, dependencies, …) keep theirs: their rows are
found by what the columns mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import refuse_if_overfull, refuse_longer_lines
from plans.actions.change_log import (
    edit_of,
    lock_plan,
    log_section_change,
    require,
    unlock_unchanged,
    update_if_version,
)
from plans.actions.membership import membership
from plans.actions.new_items import siblings_of
from plans.actions.saving import REMOVED
from plans.content.rows import block_from_row, values_to_row
from plans.content.values import values_of_row
from plans.document import BlockKind
from plans.document.syntax import columns as syntax
from plans.document.syntax.escaping import clean_cell
from plans.errors import Outdated, Refused
from plans.models import Block, Change, Item, Membership, Plan, User
from plans.models.change import Edit

_MOST_COLUMNS = 100

Cells = Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class _Rewrite:
    """What becomes of the names of a table and the dashes below them; of the cells of a
    row as they are written, and of what these say."""

    names: Cells
    rules: Cells
    written: Cells
    values: Cells


@transaction.atomic
def add_column(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    name: str,
    at: int,
    member: Membership | None = None,
) -> None:
    """Add an empty column, which then stands at this place (from 0)."""
    name = _checked(name)
    cell = syntax.padded(name)
    empty = " " * len(cell)

    def rewrite(columns: list[str]) -> _Rewrite:
        if not 0 <= at <= len(columns):
            raise Outdated(_OTHER_COLUMNS)
        if len(columns) >= _MOST_COLUMNS:
            raise Refused(f"A table can have up to {_MOST_COLUMNS} columns.")
        return _Rewrite(
            names=lambda cells: syntax.inserted(cells, at, cell),
            rules=lambda cells: syntax.inserted(
                cells, at, syntax.rule_like(cells, len(cell))
            ),
            written=lambda cells: syntax.inserted(cells, at, empty),
            values=lambda cells: syntax.inserted(cells, at, ""),
        )

    _apply(plan, block, actor, member, rewrite)


@transaction.atomic
def rename_column(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    column: int,
    named: str,
    name: str,
    member: Membership | None = None,
) -> None:
    """Give a column another name. `named`: the one it had for the person."""
    name = _checked(name)

    def rewrite(columns: list[str]) -> _Rewrite:
        _refuse_unless_named(columns, column, named)

        def renamed(cells: list[str]) -> list[str]:
            cell = syntax.padded(name, len(cells[column]))
            return [*cells[:column], cell, *cells[column + 1 :]]

        same = renamed if columns[column] != name else list
        return _Rewrite(names=same, rules=list, written=list, values=list)

    _apply(plan, block, actor, member, rewrite)


@transaction.atomic
def move_column(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    column: int,
    named: str,
    to: int,
    member: Membership | None = None,
) -> None:
    """Move a column to another place (from 0)."""

    def rewrite(columns: list[str]) -> _Rewrite:
        _refuse_unless_named(columns, column, named)
        place = min(max(to, 0), len(columns) - 1)

        def moved(empty: str) -> Cells:
            return lambda cells: syntax.moved(cells, column, place, empty)

        if place == column:
            return _Rewrite(names=list, rules=list, written=list, values=list)
        return _Rewrite(moved(" "), moved("---"), moved("  "), moved(""))

    _apply(plan, block, actor, member, rewrite)


@transaction.atomic
def remove_column(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    column: int,
    named: str,
    member: Membership | None = None,
) -> None:
    """Take a column out of a table, with what stands in it. Undo brings it back."""

    def rewrite(columns: list[str]) -> _Rewrite:
        _refuse_unless_named(columns, column, named)
        if len(columns) == 1:
            raise Refused("This is the only column. Remove the table instead.")

        def removed(cells: list[str]) -> list[str]:
            return syntax.without(cells, column)

        # A row that is left without a cell is still one.
        return _Rewrite(removed, removed, lambda c: removed(c) or ["  "], removed)

    _apply(plan, block, actor, member, rewrite)


_OTHER_COLUMNS = (
    "Someone has changed the columns of this table meanwhile. Look at it again."
)


def _checked(name: str) -> str:
    name = clean_cell(name)
    if not name:
        raise Refused("A column needs a name. Enter one.")
    return name


def _refuse_unless_named(columns: list[str], column: int, named: str) -> None:
    if not 0 <= column < len(columns) or columns[column] != named:
        raise Outdated(_OTHER_COLUMNS)


def _apply(
    plan: Plan,
    block: Block,
    actor: User,
    member: Membership | None,
    rewrite_for: Callable[[list[str]], _Rewrite],
) -> None:
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    row = Block.objects.present().filter(pk=block.pk).first()
    if row is None:
        raise Refused(REMOVED)
    if row.kind != BlockKind.TABLE:
        raise Refused("The planner knows what these columns mean, so they stay.")
    rewrite = rewrite_for(doc.columns_of(block_from_row(row)))
    head = syntax.rewrite_head(row.head, rewrite.names, rewrite.rules)
    if head == row.head:
        return unlock_unchanged(plan)
    refuse_longer_lines(row.head, head)
    width = len(doc.columns_of(block_from_row(row)))
    edits: list[Edit] = [edit_of(row, {"head": row.head}, {"head": head})]
    update_if_version(row, None, head=head)
    block.head = head
    items = siblings_of(block, None)
    for item in items:
        cells = rewrite.values(cells_of(item, width))
        source = item.source and syntax.rewrite_line(item.source, rewrite.written)
        edits.append(put_cells(plan, item, block, source, cells))
    Item.objects.bulk_update(items, CELL_COLUMNS, batch_size=200)
    part = block_from_row(block)
    part.items = [values_of_row(item)[0] for item in items if not item.removed]
    _refuse_unless_sound(part, block.section.heading)
    refuse_if_overfull(plan)
    log_section_change(
        plan, actor, number, Change.Verb.SECTION_COLUMNS, block.section, edits
    )


def cells_of(item: Item, width: int) -> list[str]:
    """The texts of a row of a plain table, up to its width at least."""
    last = max((int(column) + 1 for column in item.cells), default=0)
    return [item.cells.get(str(column), "") for column in range(max(width, last))]


# What `put_cells` sets, for its caller to save.
CELL_COLUMNS = ["source", "cells", "fillable", "blank", "questions", "version"]


def put_cells(
    plan: Plan, item: Item, block: Block, source: str, cells: list[str]
) -> Edit:
    """Give a row other cells, as its table has other columns. That is done with rows
    that were taken out too, so that they fit when they come back."""
    before = {"source": item.source, "cells": cells_of(item, 0)}
    item.source = source
    row = doc.Row(source=source, tail=item.tail, cells=cells)
    values_to_row(row, item, block_from_row(block), plan.own_placeholders)
    item.version += 1
    after = {"source": source, "cells": cells}
    return {"row": "item", "id": item.pk, "before": before, "after": after}


def _refuse_unless_sound(part: doc.Block, heading: str) -> None:
    """The table has to read back as it is, and as a plain one."""
    section = doc.Section(level=2, heading=heading or "Section", blocks=[part])
    if not doc.reads_back(section):
        raise Refused("A column can’t have this name. Choose another one.")
    document = doc.Document(sections=[doc.Section(level=0), section])
    kinds = [b.kind for s in doc.read(doc.write(document)).sections for b in s.blocks]
    if kinds[0] is not BlockKind.TABLE:
        raise Refused(
            "With these columns it would be a table that the planner knows. Add one of "
            "that kind from the “+” menu, or choose other names."
        )
