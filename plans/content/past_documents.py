"""The document of a plan as it was after an earlier change, from its change log.

The log keeps what each action wrote into rows, so the later changes are taken back in
memory, the newest first. What no change records is the order of siblings where their
positions were numbered anew (plans.actions.ordering): they may then be in another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from plans import document as doc
from plans.content import storage
from plans.models import Change, Plan
from plans.models.content import ASSIGNMENT

# Where a row is; every other column is content.
PLACEMENT = frozenset({"removed", "position", "block_id", "parent_id"})
# A row, and one of its columns: ("item", 7), ("item", 7, "value").
RowKey = tuple[str, int]
Column = tuple[str, int, str]


def document_after(plan: Plan, change: Change) -> doc.Document:
    """What the plan said right after a change. Four queries."""
    loaded = storage.load_with_removed(plan)
    later = plan.changes.filter(number__gt=change.number).exclude(edits=[])
    before, _ = columns_of(later.order_by("number"))
    document = loaded.document
    for name in ("newline", "bom"):
        if (column := ("plan", plan.pk, name)) in before:
            setattr(document, name, before[column])
    put_back(loaded, before)
    return document


def columns_of(
    changes: Iterable[Change],
) -> tuple[dict[Column, Any], dict[Column, Any]]:
    """The value of each column before its first change and after its last. `changes`:
    the oldest first."""
    before: dict[Column, Any] = {}
    after: dict[Column, Any] = {}
    for change in changes:
        for edit in change.edits:
            for name, value in edit["after"].items():
                if name in ASSIGNMENT:
                    continue
                column = (edit["row"], edit["id"], name)
                before.setdefault(column, edit["before"].get(name))
                after[column] = value
    return before, after


def put_back(loaded: storage.Loaded, before: Mapping[Column, Any]) -> None:
    """Give a document that was loaded with what was removed its earlier values, and put
    everything in its earlier place."""
    rows, parts = rows_of(loaded), parts_of(loaded.document)
    for (kind, pk, name), value in before.items():
        if name in PLACEMENT:
            if row := rows.get((kind, pk)):
                setattr(row, name, value)
        elif part := parts.get((kind, pk)):
            if isinstance(part, doc.Block) and name == "kind":
                value = doc.BlockKind(value)
            setattr(part, name, value)
    _put_in_place(loaded, rows, parts)


def rows_of(loaded: storage.Loaded) -> dict[RowKey, Any]:
    kinds: dict[str, dict[int, Any]] = {
        "section": dict(loaded.sections),
        "block": dict(loaded.blocks),
        "item": dict(loaded.items),
    }
    return {
        (kind, pk): row for kind, by_id in kinds.items() for pk, row in by_id.items()
    }


def parts_of(document: doc.Document) -> dict[RowKey, Any]:
    parts: dict[RowKey, Any] = {}
    for section in document.sections:
        parts["section", section.id or 0] = section
        for block in section.blocks:
            parts["block", block.id or 0] = block
            for item in block.walk():
                parts["item", item.id or 0] = item
    return parts


def _put_in_place(
    loaded: storage.Loaded, rows: Mapping[RowKey, Any], parts: Mapping[RowKey, Any]
) -> None:
    """Leave out removed parts and sort the others, by the columns of their rows."""

    def placed(kind: str, siblings: list[Any]) -> list[Any]:
        present = [part for part in siblings if not rows[kind, part.id].removed]
        return sorted(present, key=lambda one: (rows[kind, one.id].position, one.id))

    inside: dict[RowKey, list[doc.Item]] = defaultdict(list)
    for pk, row in loaded.items.items():
        owner = ("item", row.parent_id) if row.parent_id else ("block", row.block_id)
        inside[owner].append(parts["item", pk])
    document = loaded.document
    document.sections = placed("section", document.sections)
    for section in document.sections:
        section.blocks = placed("block", section.blocks)
        for block in section.blocks:
            later = doc.later_columns(block.kind, doc.columns_of(block))
            level: list[doc.Block | doc.Item] = [block]
            for owner_part in level:
                kind = "block" if owner_part is block else "item"
                items = placed("item", inside[kind, owner_part.id or 0])
                if isinstance(owner_part, doc.Block):
                    owner_part.items = items
                else:
                    owner_part.children = items
                level += items
                for item in items:
                    if isinstance(item, doc.Row):
                        item.later = later
    document.places = doc.places_of(document)
