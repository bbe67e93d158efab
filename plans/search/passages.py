"""The passage of a text that shows why it was found, with what fits marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from plans.search.folding import spans_of
from plans.search.queries import Query

# In characters; and of what comes before the first mark.
LENGTH = 220
BEFORE = 60
ELLIPSIS = "…"


@dataclass(frozen=True)
class Mark:
    """A stretch of a text, and which term of the query it fits."""

    start: int
    end: int
    term: int


def passage_html(text: str, query: Query, length: int = LENGTH) -> SafeString:
    """Escaped, and on one line."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", part) if is_marked else part,)
            for part, is_marked in passage(text, query, length)
        ),
    )


def passage(text: str, query: Query, length: int = LENGTH) -> list[tuple[str, bool]]:
    """The stretch of a text in which most of the terms stand, in pieces: each with
    whether it fits."""
    marks = marks_in(text, query)
    start, end = _window(text, marks, length)
    pieces = [(ELLIPSIS, False)] if start else []
    at = start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue  # overlaps another one, or is not shown
        pieces.append((text[at : mark.start], False))
        pieces.append((text[mark.start : mark.end], True))
        at = mark.end
    pieces.append((text[at:end], False))
    if end < len(text):
        pieces.append((ELLIPSIS, False))
    return [(_on_one_line(piece), is_marked) for piece, is_marked in pieces if piece]


def marks_in(text: str, query: Query) -> list[Mark]:
    """In the order of the text, the longer first where two begin together."""
    spans = list(spans_of(text))
    words = [word for word, _, _ in spans]
    marks = [
        Mark(spans[at][1], spans[at + len(term.words) - 1][2], number)
        for number, term in enumerate(query.terms)
        for at in term.places(words)
    ]
    return sorted(marks, key=lambda mark: (mark.start, -mark.end))


def _window(text: str, marks: Sequence[Mark], length: int) -> tuple[int, int]:
    """Where the passage begins and ends."""
    if len(text) <= length or not marks:
        return 0, _between_words(text, min(len(text), length))
    room = length - BEFORE

    def terms_from(first: int) -> int:
        begin = marks[first].start
        # Those that begin in it; some marks suffice to compare.
        near = marks[first : first + 50]
        return len({mark.term for mark in near if mark.end <= begin + room})

    best = max(range(min(len(marks), 200)), key=lambda at: (terms_from(at), -at))
    first = marks[best]
    start = max(0, first.start - BEFORE)
    if start:
        space = text.find(" ", start, first.start)
        start = space + 1 if space >= 0 else start
    end = max(min(len(text), start + length), min(first.end, start + 3 * length))
    return start, max(_between_words(text, end), min(first.end, end))


def _between_words(text: str, end: int) -> int:
    """Rather before a word than in it."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, end - 30), end)
    return space if space > 0 else end


def _on_one_line(text: str) -> str:
    lead = " " if text[:1].isspace() else ""
    end = " " if text[-1:].isspace() and text.strip() else ""
    return lead + " ".join(text.split()) + end
