"""One part of a document <-> one row; nothing is read or saved here.

`values_to_row` and `item_from_row` are the only places that know which column holds
which value of an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import models

from plans import document as doc
from plans.document import BlockKind, ItemKind
from plans.models import (
    Approval,
    Block,
    ChecklistItem,
    Dependency,
    Field,
    Item,
    Metric,
    Plan,
    Risk,
    Section,
    Violation,
)

# The detail row with an item's cells in a recognised table, by related name.
TABLE_ROWS: dict[BlockKind, tuple[str, type[models.Model]]] = {
    BlockKind.RISKS: ("risk", Risk),
    BlockKind.DEPENDENCIES: ("dependency", Dependency),
    BlockKind.METRICS: ("metric", Metric),
    BlockKind.VIOLATIONS: ("violation", Violation),
    BlockKind.SIGN_OFFS: ("approval", Approval),
}
DETAILS = (
    "field",
    "checklist_item",
    *(name for name, _ in TABLE_ROWS.values()),
)
# For each column of a table: which column of its row it is kept in, None for `cells`.
Roles = Sequence[str | None]


def section_from_row(row: Section) -> doc.Section:
    return doc.Section(
        level=row.level,
        heading=row.heading,
        source=row.source,
        tail=row.tail,
        id=row.pk,
    )


def section_row(plan: Plan, part: doc.Section, position: int) -> Section:
    return Section(
        plan=plan,
        position=position,
        level=part.level,
        heading=part.heading,
        source=part.source,
        tail=part.tail,
    )


def block_from_row(row: Block) -> doc.Block:
    return doc.Block(kind=BlockKind(row.kind), head=row.head, tail=row.tail, id=row.pk)


def block_row(section: Section, part: doc.Block, position: int) -> Block:
    return Block(
        section=section,
        position=position,
        kind=part.kind,
        head=part.head,
        tail=part.tail,
    )


def item_row(item: doc.Item, block: Block, position: int, parent: Item | None) -> Item:
    return Item(
        block=block,
        parent=parent,
        position=position,
        kind=item.kind,
        source=item.source,
        tail=item.tail,
    )


def item_from_row(row: Item, block: doc.Block, roles: Roles) -> doc.Item:
    """The document's item, without its children."""
    common: dict[str, Any] = {"source": row.source, "tail": row.tail, "id": row.pk}
    match ItemKind(row.kind):
        case ItemKind.FIELD:
            detail = detail_of(row, block.kind)
            if isinstance(detail, Approval):
                return doc.Field(label=detail.role, value=detail.name, **common)
            assert isinstance(detail, Field)
            return doc.Field(label=detail.label, value=detail.value, **common)
        case ItemKind.CHECK:
            check = row.checklist_item
            return doc.Check(text=check.text, done=check.done, **common)
        case ItemKind.ENTRY:
            return doc.Entry(text=row.text, **common)
        case ItemKind.ROW:
            later = doc.later_columns(block.kind, doc.columns_of(block))
            cells = _cells(row, block.kind, roles)
            return doc.Row(cells=cells, later=later, **common)
        case kind:
            return doc.Text(kind=kind, text=row.text, **common)


def _cells(row: Item, kind: BlockKind, roles: Roles) -> list[str]:
    detail = detail_of(row, kind)
    extra = {int(column): text for column, text in row.cells.items()}
    width = max([len(roles), *(column + 1 for column in extra)])
    cells = []
    for column in range(width):
        role = roles[column] if column < len(roles) else None
        named = getattr(detail, role) if role and detail else ""
        cells.append(extra.get(column, named))
    return cells


def values_to_row(
    item: doc.Item, row: Item, block: doc.Block, own: Iterable[str] = ()
) -> models.Model | None:
    """Set a row's columns to an item's values; returns its detail row, if any.

    Nothing is saved. `own`: the placeholders of the plan's own template.
    """
    state = doc.item_completeness(item, frozenset(own))
    row.fillable, row.blank, row.questions = (
        state.fillable,
        state.blank,
        state.questions,
    )
    detail = detail_of(row, block.kind)
    match item:
        case doc.Field() if isinstance(detail, Approval):
            detail.role, detail.name = item.label, item.value
        case doc.Field():
            assert isinstance(detail, Field)
            detail.label, detail.value = item.label, item.value
        case doc.Check():
            assert isinstance(detail, ChecklistItem)
            detail.text, detail.done = item.text, item.done
        case doc.Row():
            _put_cells(item, row, detail, roles_in(block.kind, block.head))
        case doc.Entry() | doc.Text():
            row.text = item.text
    return detail


def _put_cells(
    item: doc.Row, row: Item, detail: models.Model | None, roles: Roles
) -> None:
    row.cells = {}
    for column, cell in enumerate(item.cells):
        role = roles[column] if column < len(roles) else None
        if role and detail:
            setattr(detail, role, cell)
        else:
            row.cells[str(column)] = cell
    if isinstance(detail, Risk):
        detail.impact_level = doc.parse_level(detail.impact)
        detail.likelihood_level = doc.parse_level(detail.likelihood)
    if isinstance(detail, Dependency):
        detail.status_level = doc.parse_status(detail.status)


@lru_cache(maxsize=1_000)
def roles_in(kind: BlockKind, head: str) -> Roles:
    """The roles of a table's columns; asked for each of its rows."""
    columns = doc.columns_of(doc.Block(kind=kind, head=head))
    later = doc.later_columns(kind, columns)
    roles = enumerate(doc.roles_of(kind, columns))
    return tuple(None if column in later else role for column, role in roles)


def detail_of(item: Item, kind: BlockKind | str) -> models.Model | None:
    """The detail row with an item's values; made when it does not exist yet."""
    name, model = _detail_model(item.kind, BlockKind(kind))
    if model is None:
        return None
    existing = getattr(item, name, None)
    return existing if existing is not None else model(item=item)


def keeps_its_values(item_kind: str, old: doc.Block, new: doc.Block) -> bool:
    """Whether an item that is put into another block has its values in the same columns
    there."""
    if _detail_model(item_kind, old.kind) != _detail_model(item_kind, new.kind):
        return False
    if item_kind != ItemKind.ROW:
        return True
    one, other = (enumerate(roles_in(each.kind, each.head)) for each in (old, new))
    return {pair for pair in one if pair[1]} == {pair for pair in other if pair[1]}


def _detail_model(
    item_kind: str, block_kind: BlockKind
) -> tuple[str, type[models.Model] | None]:
    if item_kind == ItemKind.FIELD:
        is_slot = block_kind is BlockKind.APPROVALS
        return ("approval", Approval) if is_slot else ("field", Field)
    if item_kind == ItemKind.CHECK:
        return "checklist_item", ChecklistItem
    if item_kind == ItemKind.ROW:
        return TABLE_ROWS.get(block_kind, ("", None))
    return "", None
