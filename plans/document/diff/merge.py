"""Two people's changes of one text, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from merge3 import Merge3

from plans.document.diff.tokens import common_runs, tokenize


@dataclass(frozen=True)
class Merged:
    """`text` has both changes when `is_clean`; otherwise it is theirs, as it was."""

    text: str
    is_clean: bool


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Put two changes of `base` together: by lines, then by words where lines clash.

    Not clean when both changed the same words or neighbouring ones. What both inserted
    alike at one place is there once; different words at one place are not clean either:
    which come first, and whether both are meant, only their authors can tell.

    Line ends are text like any other: bring them into one form before.
    """
    if mine == theirs or base == mine:
        return Merged(theirs, is_clean=True)
    if base == theirs:
        return Merged(mine, is_clean=True)
    parts: list[str] = []
    texts = [text.splitlines(keepends=True) for text in (base, mine, theirs)]
    for part, *clash in _groups(*texts):
        if not clash:
            parts += part
            continue
        words = (tokenize("".join(text)) for text in (part, *clash))
        for part_of_line, *still in _groups(*words):
            if still:
                return Merged(theirs, is_clean=False)
            parts += part_of_line
    return Merged("".join(parts), is_clean=True)


def _groups(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterable[Sequence[Sequence[str]]]:
    """One list of words where it is clear what to take, three (base, mine, theirs)
    where both changed them."""
    merged = Merge3(base, mine, theirs, sequence_matcher=_Matcher)
    return (texts for _, *texts in merged.merge_groups())


class _Matcher:
    """Compares in bounded time, in the shape that `merge3` knows from difflib."""

    def __init__(
        self,
        isjunk: Callable[[str], bool] | None = None,
        a: Sequence[str] = "",
        b: Sequence[str] = "",
        autojunk: bool = False,
    ) -> None:
        self._texts = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return [*common_runs(*self._texts)]
