"""Texts as words, and the words two texts have in common: to merge and to compare."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, takewhile
from typing import NamedTuple

# Chinese and Japanese put no spaces between words: each character is one there.
_UNSPACED = "\u3001-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNSPACED += "\uff01-\uff9f\U00020000-\U0003ffff"
# A line's end is a word of its own, so that a line added behind a word leaves it alone.
_WORD = re.compile(
    rf"\r?\n|[{_UNSPACED}][^\S\r\n]*|[^\s{_UNSPACED}]+[^\S\r\n]*|[^\S\r\n]+|\r"
)

# Pairs of equal words to look at, for each word: keeps time in step with the texts'
# length, which difflib alone does not (540 equal words among others take it 5 s).
_PAIRS_PER_WORD = 100


class CommonRun(NamedTuple):
    """`size` equal words: from `before` on in one text, `after` in the other."""

    before: int
    after: int
    size: int


def tokenize(text: str) -> list[str]:
    """Words with the space behind them. Joined they are the text again."""
    return _WORD.findall(text)


def common_runs(before: Sequence[str], after: Sequence[str]) -> list[CommonRun]:
    """What two texts have in common, in order.

    The same start and end are taken off first, so one changed place is always found
    exactly. Of texts with very many changes only the larger common parts are found.
    """
    shorter = min(len(before), len(after))
    start = _equal(zip(before, after, strict=False))
    back = zip(reversed(before), reversed(after), strict=False)
    end = min(_equal(back), shorter - start)
    runs = [CommonRun(0, 0, start)] if start else []
    runs += [
        CommonRun(start + match.before, start + match.after, match.size)
        for match in _longest_first(
            before[start : len(before) - end], after[start : len(after) - end]
        )
    ]
    if end:
        runs.append(CommonRun(len(before) - end, len(after) - end, end))
    return runs


def _equal(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _longest_first(before: Sequence[str], after: Sequence[str]) -> list[CommonRun]:
    """The longest match, then the longest before and behind it, and so on, as difflib
    does, but in a bounded time."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    counted = Counter(after)
    cost = list(accumulate((counted[word] for word in before), initial=0))
    left = _PAIRS_PER_WORD * (len(before) + len(after))
    runs = []
    ranges = deque([(0, len(before), 0, len(after))])
    while ranges:
        low, high, after_low, after_high = ranges.popleft()
        if cost[high] - cost[low] > left:
            continue
        left -= cost[high] - cost[low]
        match = CommonRun(*matcher.find_longest_match(low, high, after_low, after_high))
        if match.size:
            runs.append(match)
            ranges.append((low, match.before, after_low, match.after))
            end, after_end = match.before + match.size, match.after + match.size
            ranges.append((end, high, after_end, after_high))
    return sorted(runs)
