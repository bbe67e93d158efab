"""Drift: whether a plan's text is its newest version plus the changes logged since.

Every action writes both rows and change log; writing to the database by hand makes
them differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plans import document as doc
from plans.content import export, storage
from plans.models import Change, Plan, Version
from plans.models.content import ASSIGNMENT
from plans.reviews.digests import current_sha256
from plans.reviews.hash_chain import sha256_of

# The placement of a row; every other column is content.
_PLACEMENT = frozenset({"removed", "position"})
# A row, and one of its columns: ("item", 7), ("item", 7, "value").
RowKey = tuple[str, int]
Column = tuple[str, int, str]


def has_drifted(plan: Plan, version: Version) -> bool:
    """Whether the plan's text differs from the version in ways that no change explains.

    The later changes are undone in memory and the text is compared with the version's.
    After a move or an addition, the order of lines is not compared: siblings get new
    positions, which no change records.
    """
    later = plan.changes.filter(number__gt=version.change_number).exclude(edits=[])
    before, after = _columns(later.order_by("number"))
    loaded = storage.load_with_removed(plan)
    rows = _rows(loaded)
    parts = _parts(loaded.document)
    for (kind, pk, name), value in after.items():
        part = parts.get((kind, pk))
        if name == "removed":
            if (row := rows.get((kind, pk))) and row.removed != value:
                return True
        elif part is not None and hasattr(part, name) and getattr(part, name) != value:
            return True
    for (kind, pk, name), value in before.items():
        if name in _PLACEMENT:
            if row := rows.get((kind, pk)):
                setattr(row, name, value)
        elif part := parts.get((kind, pk)):
            setattr(part, name, value)
    _put_in_place(loaded.document, rows)
    edition = doc.Edition(version.edition)
    digest = current_sha256(plan, loaded.document, edition)
    if digest == sha256_of(version.markdown):
        return False
    if not any(name in _PLACEMENT for _, _, name in after):
        return True
    text = export.snapshot_text_of(plan, loaded.document, edition)
    return _lines(text) != _lines(version.markdown)


def _put_in_place(document: doc.Document, rows: dict[RowKey, Any]) -> None:
    """Drop removed parts and sort the others, by the columns of their rows."""

    def placed(kind: str, siblings: list[Any]) -> list[Any]:
        present = [part for part in siblings if not rows[kind, part.id].removed]
        return sorted(present, key=lambda one: (rows[kind, one.id].position, one.id))

    document.sections = placed("section", document.sections)
    for section in document.sections:
        section.blocks = placed("block", section.blocks)
        for block in section.blocks:
            block.items = placed("item", block.items)
            for item in block.walk():
                item.children = placed("item", item.children)
    document.places = doc.places_of(document)


def _lines(text: str) -> list[str]:
    return sorted(filter(None, map(str.rstrip, text.splitlines())))


def _columns(
    changes: Iterable[Change],
) -> tuple[dict[Column, Any], dict[Column, Any]]:
    """The value of each column before its first change and after its last."""
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


def _rows(loaded: storage.Loaded) -> dict[RowKey, Any]:
    kinds: dict[str, dict[int, Any]] = {
        "section": dict(loaded.sections),
        "block": dict(loaded.blocks),
        "item": dict(loaded.items),
    }
    return {
        (kind, pk): row for kind, by_id in kinds.items() for pk, row in by_id.items()
    }


def _parts(document: doc.Document) -> dict[tuple[str, int], Any]:
    parts: dict[tuple[str, int], Any] = {}
    for section in document.sections:
        parts["section", section.id or 0] = section
        for block in section.blocks:
            parts["block", block.id or 0] = block
            for item in block.walk():
                parts["item", item.id or 0] = item
    return parts
