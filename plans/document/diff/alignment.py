"""Which of two sequences' elements belong together, by one key after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from plans.document.diff.tokens import CommonRun, common_runs

T = TypeVar("T")


def aligned(
    before: Sequence[T], after: Sequence[T], keys: Sequence[Callable[[T], str]]
) -> Iterator[tuple[T | None, T | None]]:
    """Pairs in order: of equal first keys, between these of equal second keys, ..."""
    if not (before and after and keys):
        yield from ((old, None) for old in before)
        yield from ((None, new) for new in after)
        return
    key, *others = keys
    at, at_after = 0, 0
    end = CommonRun(len(before), len(after), 0)
    runs = common_runs([key(old) for old in before], [key(new) for new in after])
    for start, start_after, size in [*runs, end]:
        gaps = before[at:start], after[at_after:start_after]
        yield from aligned(*gaps, others)
        at, at_after = start + size, start_after + size
        yield from zip(before[start:at], after[start_after:at_after], strict=True)
