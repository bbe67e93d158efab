"""Drift: whether a plan's text is its newest version plus the changes logged since.

Every action writes both rows and change log; writing to the database by hand makes
them differ.
"""

from __future__ import annotations

from plans import document as doc
from plans.content import export, storage
from plans.content.past_documents import (
    PLACEMENT,
    columns_of,
    parts_of,
    put_back,
    rows_of,
)
from plans.models import Plan, Version
from plans.reviews.digests import current_sha256
from plans.reviews.hash_chain import sha256_of


def has_drifted(plan: Plan, version: Version) -> bool:
    """Whether the plan's text differs from the version in ways that no change explains.

    The later changes are undone in memory and the text is compared with the version's.
    After a move or an addition, the order of lines is not compared: siblings get new
    positions, which no change records.
    """
    later = plan.changes.filter(number__gt=version.change_number).exclude(edits=[])
    before, after = columns_of(later.order_by("number"))
    loaded = storage.load_with_removed(plan)
    rows = rows_of(loaded)
    parts = parts_of(loaded.document)
    for (kind, pk, name), value in after.items():
        part = parts.get((kind, pk))
        if name == "removed":
            if (row := rows.get((kind, pk))) and row.removed != value:
                return True
        elif part is not None and hasattr(part, name) and getattr(part, name) != value:
            return True
    put_back(loaded, before)
    edition = doc.Edition(version.edition)
    digest = current_sha256(plan, loaded.document, edition)
    if digest == sha256_of(version.markdown):
        return False
    if not any(name in PLACEMENT for _, _, name in after):
        return True
    text = export.snapshot_text_of(plan, loaded.document, edition)
    return _lines(text) != _lines(version.markdown)


def _lines(text: str) -> list[str]:
    return sorted(filter(None, map(str.rstrip, text.splitlines())))
