"""What became of a text, in words: for people who read its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from plans.document.diff.tokens import CommonRun, common_runs, tokenize

Kind = Literal["same", "added", "removed"]
_FOLD = "…"


@dataclass(frozen=True)
class DiffSpan:
    kind: Kind
    text: str


def word_diff(before: str, after: str) -> list[DiffSpan]:
    """The pieces of both texts in order, compared by lines and then by words.

    `same` and `added` joined are `after`, `same` and `removed` joined are `before`.
    """
    pieces: list[DiffSpan] = []
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for match, removed, added in _steps(*lines, *lines):
        words = tokenize("".join(removed)), tokenize("".join(added))
        bare = [[word.rstrip() or word for word in text] for text in words]
        for still, gone, new in _steps(*words, *bare):
            _append(pieces, "removed", "".join(gone))
            _append(pieces, "added", "".join(new))
            for old, word in still:
                _append_word(pieces, old, word)
        _append(pieces, "same", "".join(line for line, _ in match))
    return pieces


def _steps(
    before: Sequence[str],
    after: Sequence[str],
    compared_before: Sequence[str],
    compared_after: Sequence[str],
) -> Iterator[tuple[list[tuple[str, str]], Sequence[str], Sequence[str]]]:
    """The pairs that are the same, and what was removed and added before them."""
    at, at_after = 0, 0
    end = CommonRun(len(before), len(after), 0)
    for start, start_after, size in [
        *common_runs(compared_before, compared_after),
        end,
    ]:
        removed, added = before[at:start], after[at_after:start_after]
        at, at_after = start + size, start_after + size
        pairs = zip(before[start:at], after[start_after:at_after], strict=True)
        yield list(pairs), removed, added


def _append_word(pieces: list[DiffSpan], old: str, new: str) -> None:
    """A word that stays, though the space behind it may not: a line's last word has
    none until more is written."""
    if old == new:
        _append(pieces, "same", old)
        return
    word = old.rstrip()
    _append(pieces, "same", word)
    _append(pieces, "removed", old[len(word) :])
    _append(pieces, "added", new[len(word) :])


def _append(pieces: list[DiffSpan], kind: Kind, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].kind == kind:
        pieces[-1] = DiffSpan(kind, pieces[-1].text + text)
    else:
        pieces.append(DiffSpan(kind, text))


def fold_unchanged(pieces: Sequence[DiffSpan], context: int = 12) -> list[DiffSpan]:
    """The same, with no more than `context` words of what did not change on each side
    of a change; an ellipsis stands for the rest."""
    last = len(pieces) - 1
    return [
        DiffSpan(piece.kind, _fold(piece.text, context, at > 0, at < last))
        if piece.kind == "same" and last
        else piece
        for at, piece in enumerate(pieces)
    ]


def _fold(text: str, context: int, follows: bool, precedes: bool) -> str:
    """`follows` a change: its first words stay; `precedes` one: its last words do."""
    words = tokenize(text)
    start = words[:context] if follows else []
    end = words[max(len(words) - context, len(start)) :] if precedes else []
    if len(start) + len(end) + 2 >= len(words):
        return text
    before, behind = "".join(start).rstrip(" \t"), "".join(end)
    return f"{before}{' ' if start else ''}{_FOLD}{' ' if end else ''}{behind}"
