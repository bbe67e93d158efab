"""A text in its chapters: to tell which of them somebody's decision covers."""

from __future__ import annotations

from collections import defaultdict

from plans.document.editions import NEWEST, Edition
from plans.document.model import Section
from plans.document.reader import read
from plans.document.writer import pieces

_CHAPTER_LEVELS = (1, 2)


def parts_of(text: str, edition: Edition = NEWEST) -> dict[str, str]:
    """The text by its headings of level 1 and 2, each with all that stands under it.

    What stands before the first is under ""; chapters of one name are one part.
    """
    document = read(text, edition)
    heading = ""
    found: dict[str, list[str]] = defaultdict(list)
    if document.bom:
        found[heading].append("\ufeff")
    for piece in pieces(document):
        part = piece.part
        if isinstance(part, Section) and part.level in _CHAPTER_LEVELS:
            heading = part.heading
        found[heading].append(piece.text + piece.tail)
    parts = {name: "".join(texts) for name, texts in found.items()}
    return {name: part for name, part in parts.items() if name or part}
