"""Whether a plan says what its newest version says and its change log adds to it.

Every action writes both rows and log; whoever writes into the database by hand makes
them drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plans import document as doc
from plans.content import export, storage
from plans.models import Change, Plan, Version

# One column of a row: ("item", 7, "value").
Column = tuple[str, int, str]
# After one of these, the rows of the version are no longer the ones that are there.
_STRUCTURE = frozenset({"removed", "position"})


def has_drifted(plan: Plan, version: Version) -> bool:
    """Whether the plan's rows say what neither the version nor a change since does."""
    later = plan.changes.filter(number__gt=version.change_number).exclude(edits=[])
    before, after = _columns(later.order_by("number"))
    document = storage.load(plan).document
    parts = _parts(document)
    for (row, pk, name), value in after.items():
        part = parts.get((row, pk))
        if part is not None and hasattr(part, name) and getattr(part, name) != value:
            return True
    if any(name in _STRUCTURE for _, _, name in after):
        return False
    for (row, pk, name), value in before.items():
        if (row, pk) in parts:
            setattr(parts[row, pk], name, value)
    edition = doc.Edition(version.edition)
    return export.snapshot_of(plan, document, edition).text != version.markdown


def _columns(
    changes: Iterable[Change],
) -> tuple[dict[Column, Any], dict[Column, Any]]:
    """What each column said before the first change of it, and after the last."""
    before: dict[Column, Any] = {}
    after: dict[Column, Any] = {}
    for change in changes:
        for edit in change.edits:
            for name, value in edit["after"].items():
                column = (edit["row"], edit["id"], name)
                before.setdefault(column, edit["before"].get(name))
                after[column] = value
    return before, after


def _parts(document: doc.Document) -> dict[tuple[str, int], Any]:
    parts: dict[tuple[str, int], Any] = {}
    for section in document.sections:
        parts["section", section.id or 0] = section
        for block in section.blocks:
            parts["block", block.id or 0] = block
            for item in block.walk():
                parts["item", item.id or 0] = item
    return parts
