"""What a save makes of an item: typed values, merged with what is stored meanwhile.

Nothing is written here, so a save that turns out to be late can simply ask again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from plans import document as doc
from plans.actions.capacity import growth, refuse_longer_lines
from plans.actions.values import guard
from plans.content.values import as_stored, attributes, changed, value_of, values_of_row
from plans.errors import Stale
from plans.models import Item

# By the name of a value: the text that a person edited, or several candidates.
Bases = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Typed:
    """What one person typed into an item, and what they were looking at."""

    values: dict[str, Any]
    based_on: Bases
    expected_version: int

    @property
    def can_be_merged(self) -> bool:
        """Whether the text that was changed is known for every value."""
        return self.values.keys() <= self.based_on.keys()


@dataclass(frozen=True)
class Rewrite:
    """What a save makes of an item. `growth`: see `capacity.growth`."""

    after: doc.Item
    block: doc.Block
    values_before: dict[str, Any]
    values_after: dict[str, Any]
    growth: int | None


def rewrite_of(item: Item, typed: Typed) -> Rewrite | None:
    """What a save makes of the row in hand; None when that changes nothing.

    Raises Stale for a conflict, Refused for a text that the plan cannot hold.
    """
    before, block = values_of_row(item)
    merged = _merged(before, block, typed.values, typed.based_on)
    after = changed(before, merged, block)
    values_before, values_after = attributes(before), attributes(after)
    if values_before == values_after:
        return None
    if typed.expected_version != item.version and not typed.can_be_merged:
        raise Stale
    guard(after, block)
    texts = doc.written(before), doc.written(after)
    refuse_longer_lines(*texts)
    return Rewrite(after, block, values_before, values_after, growth(*texts))


def _merged(
    part: doc.Item, block: doc.Block, values: dict[str, Any], based_on: Bases
) -> dict[str, Any]:
    """The values, merged with what others changed meanwhile. Raises Stale."""
    typed = dict(values)
    for name, mine in values.items():
        base, theirs = based_on.get(name), value_of(part, name)
        if base is None or not isinstance(mine, str) or not isinstance(theirs, str):
            continue
        bases = [base] if isinstance(base, str) else list(base)

        # Saved texts are cleaned: a page may know only what it sent.
        clean = partial(as_stored, part, block, name)
        if any(each == theirs or clean(each) == theirs for each in bases):
            continue
        merged = doc.merge(bases[0], mine, theirs)
        if not merged.is_clean:
            merged = doc.merge(clean(bases[0]), clean(mine), theirs)
        if not merged.is_clean:
            raise Stale
        typed[name] = merged.text
    return typed
