"""Stretches of a text: where its code stands, and whether a place is in one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from operator import itemgetter

Spans = list[tuple[int, int]]

_FENCE_LINE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?(`{3,}|~{3,})(.*)$", re.MULTILINE)


def code_spans(text: str) -> Spans:
    """Where code is written between backticks."""
    spans = []
    position = 0
    runs = [(m.start(), m.end()) for m in re.finditer("`+", text)]
    by_length: dict[int, deque[tuple[int, int]]] = {}
    for run in runs:
        by_length.setdefault(run[1] - run[0], deque()).append(run)
    for start, end in runs:
        if start < position:
            continue
        same = by_length[end - start]
        while same and same[0][0] <= start:
            same.popleft()
        if same:
            spans.append((start, same[0][1]))
            position = same[0][1]
    return spans


def code_lines(text: str) -> Spans:
    """Where the lines of fences start and end; a fence may stand in a list entry."""
    spans = []
    opened, mark = -1, ""
    for line in _FENCE_LINE.finditer(text):
        if opened < 0:
            opened, mark = line.start(), line[1]
        elif line[1].startswith(mark) and not line[2].strip():
            spans.append((opened, line.end()))
            opened = -1
    if opened >= 0:
        spans.append((opened, len(text)))
    return spans


def is_within(spans: Spans, place: int) -> bool:
    """Whether a place is in one of some spans, which are in order."""
    index = bisect_right(spans, place, key=itemgetter(0)) - 1
    return index >= 0 and place < spans[index][1]
