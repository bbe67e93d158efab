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
# So many words in a row are looked for in texts with many equal words, and fewer where
# no such group is in both.
_GROUPS = (4, 2, 1)


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
    counted = Counter(after)
    cost = list(accumulate((counted[word] for word in before), initial=0))
    words = len(before) + len(after)
    left = _PAIRS_PER_WORD * words
    matcher = _LongestMatch(before, after, _GROUPS if cost[-1] > 4 * words else (1,))
    runs = []
    ranges = deque([(0, len(before), 0, len(after))])
    while ranges:
        low, high, after_low, after_high = ranges.popleft()
        if cost[high] - cost[low] > left:
            continue
        left -= cost[high] - cost[low]
        match = matcher.find(low, high, after_low, after_high)
        if match.size:
            runs.append(match)
            ranges.append((low, match.before, after_low, match.after))
            end, after_end = match.before + match.size, match.after + match.size
            ranges.append((end, high, after_end, after_high))
    return sorted(runs)


class _LongestMatch:
    """What difflib's `find_longest_match` gives, by groups of words.

    difflib looks at each pair of equal words, and a long text has a thousand times a
    thousand of its most frequent one. Four words in a row are seldom equal. A run of
    words is one of such groups, three shorter, so the longest is the same, and so is
    the first of the longest.
    """

    def __init__(
        self, before: Sequence[str], after: Sequence[str], sizes: Sequence[int]
    ) -> None:
        self._texts = before, after
        self._sizes = sizes
        self._matchers: dict[int, SequenceMatcher[tuple[str, ...]]] = {}

    def find(self, low: int, high: int, after_low: int, after_high: int) -> CommonRun:
        """The longest run within two ranges; of several the first in `before`, and then
        the first in `after`."""
        for size in self._sizes:
            more = size - 1
            if min(high - low, after_high - after_low) <= more:
                continue
            match = self._matcher(size).find_longest_match(
                low, high - more, after_low, after_high - more
            )
            if match.size:
                return CommonRun(match.a, match.b, match.size + more)
        return CommonRun(low, after_low, 0)

    def _matcher(self, size: int) -> SequenceMatcher[tuple[str, ...]]:
        if size not in self._matchers:
            before, after = (_groups_of(words, size) for words in self._texts)
            self._matchers[size] = SequenceMatcher(None, before, after, autojunk=False)
        return self._matchers[size]


def _groups_of(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """All words in a row, so many at a time."""
    return [*zip(*(words[start:] for start in range(size)), strict=False)]
