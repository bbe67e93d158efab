"""Places among siblings: positions with gaps, so that a move writes one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from plans.models.content import GAP, Placed

Row = TypeVar("Row", bound=Placed)


def positions_after(
    siblings: Sequence[Row], after: Row | None, count: int = 1
) -> list[int]:
    """Positions for `count` rows right after `after` (None: before all siblings).

    `siblings`: all of them in order, hidden ones too, or an insert could share a place
    with one that an undo brings back. When 2**32 inserts have halved a gap away, the
    siblings are renumbered; older changes then name places that mean little, and an
    undo of a move so old puts the row only near where it was.
    """
    index = next((i for i, row in enumerate(siblings) if row == after), -1)
    low = siblings[index].position if index >= 0 else 0
    is_last = index + 1 >= len(siblings)
    high = low + GAP * (count + 1) if is_last else siblings[index + 1].position
    step = (high - low) // (count + 1)
    if step < 1:
        for number, row in enumerate(siblings, start=1):
            row.position = number * GAP
        type(siblings[0])._default_manager.bulk_update(siblings, ["position"])
        return positions_after(siblings, after, count)
    return [low + step * (number + 1) for number in range(count)]
