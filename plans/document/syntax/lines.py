"""Lines that an edit left alone, which keep their bytes.

Indentation, the white space behind a line (two spaces are a line break) and the kind
of line end are no part of a value: they live in the source that an item was read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from plans.document.diff.tokens import CommonRun, common_runs

_LINE_END = re.compile(r"\r\n|\r|\n")


class Pair(NamedTuple):
    """Numbers of a line before and after an edit. `is_same`: it says what it said."""

    before: int
    after: int
    is_same: bool


def pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[Pair]:
    """Which line became which. Where as many came as went, each became the next."""
    start = CommonRun(0, 0, 0)
    for match in [*common_runs(before, after), CommonRun(len(before), len(after), 0)]:
        old, new = start.before + start.size, start.after + start.size
        if match.before - old == match.after - new:
            for number in range(match.before - old):
                yield Pair(old + number, new + number, is_same=False)
        for number in range(match.size):
            yield Pair(match.before + number, match.after + number, is_same=True)
        start = match


def with_line_ends(text: str, source: str, newline: str) -> str:
    """The text, whose line ends are "\\n", with those of its source.

    `newline`: what a line gets that the source does not have.
    """
    ends = _LINE_END.findall(source)
    kinds = set(ends)
    if len(kinds) < 2:
        return text.replace("\n", kinds.pop() if kinds else newline)
    lines = text.split("\n")
    new_ends = [newline] * (len(lines) - 1) + [""]
    for before, after, _ in pairs(_LINE_END.split(source), lines):
        if before < len(ends) and after < len(lines) - 1:
            new_ends[after] = ends[before]
    return "".join(map("".join, zip(lines, new_ends, strict=True)))
