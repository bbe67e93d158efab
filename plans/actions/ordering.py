"""Places among siblings: positions with gaps, so that a move writes one row."""

from __future__ import annotations

from bisect import bisect_left
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


def positions_in_order(known: Sequence[int | None], siblings: set[int]) -> list[int]:
    """Positions for rows in the order that they are to have: as many as can be keep the
    one that is `known`, and the others get one between that none of the `siblings` has,
    hidden ones included."""
    kept = _longest_increasing(known)
    places: list[int] = []
    low = 0
    for index in [*kept, len(known)]:
        high = known[index] if index < len(known) else None
        between = _between(low, high, index - len(places), siblings)
        if between is None:  # no room: siblings are numbered anew
            return [(number + 1) * GAP for number in range(len(known))]
        places += between
        if high is not None:
            places.append(high)
            low = high
    return places


def _between(
    low: int, high: int | None, count: int, taken: set[int]
) -> list[int] | None:
    if high is None:
        last = max(taken, default=0)
        return [max(low, last) + GAP * (number + 1) for number in range(count)]
    step = (high - low) // (count + 1)
    places: list[int] = []
    for number in range(count):
        place = max(low + step * (number + 1), places[-1] + 1 if places else low + 1)
        while place in taken:
            place += 1
        if place >= high:
            return None
        places.append(place)
    return places


def _longest_increasing(known: Sequence[int | None]) -> list[int]:
    """The indexes of the longest increasing run of positions, perhaps with gaps."""
    ends: list[int] = []  # of the best run of each length: the last position
    last: list[int] = []  # its index
    before: dict[int, int | None] = {}
    for index, position in enumerate(known):
        if position is None:
            continue
        length = bisect_left(ends, position)
        before[index] = last[length - 1] if length else None
        ends[length:] = [position, *ends[length + 1 :]]
        last[length:] = [index, *last[length + 1 :]]
    run: list[int] = []
    index_or_none = last[-1] if last else None
    while index_or_none is not None:
        run.append(index_or_none)
        index_or_none = before[index_or_none]
    return run[::-1]
