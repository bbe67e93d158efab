"""The numbers of ordered lists, which follow their entries."""

from __future__ import annotations

import re

from plans.actions.change_log import edit_of
from plans.models import Block, Item
from plans.models.change import Edit

_NUMBERED = re.compile(r"^(\s*)(\d{1,9})([.)])")


def renumber(block: Block, parent: Item | None) -> list[Edit]:
    """Number an ordered list again, from the lowest number that it ever had."""
    rows = Item.objects.filter(block=block, parent=parent)
    matches = [(row, _NUMBERED.match(row.source)) for row in rows]
    start = min((int(match[2]) for _, match in matches if match), default=0)
    numbered = [(row, match) for row, match in matches if match and not row.removed]
    if len({match[2] for _, match in numbered}) == 1 < len(numbered):
        return []  # numbered 1. 1. 1. on purpose
    edits, renumbered = [], []
    for number, (row, match) in enumerate(numbered, start=start):
        source = f"{match[1]}{number}{match[3]}{row.source[match.end() :]}"
        if source != row.source:
            edits.append(edit_of(row, {"source": row.source}, {"source": source}))
            row.source = source
            renumbered.append(row)
    Item.objects.bulk_update(renumbered, ["source"], batch_size=500)
    return edits
