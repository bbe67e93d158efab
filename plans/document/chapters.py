"""A text in its chapters, to determine which of them a decision covers."""

from __future__ import annotations

import re
from collections import defaultdict

from plans.document.editions import NEWEST, Edition
from plans.document.model import Document, Section
from plans.document.reader import read
from plans.document.syntax.parsing import definitions_in, normalize_label, unix
from plans.document.writer import chunks

_CHAPTER_LEVELS = (1, 2)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]")
# Up to an empty line that no indented one follows, or the next footnote.
_FOOTNOTE = re.compile(
    r"^[ >]*\[(\^[^\]\s]+)\]:.*"
    r"(?:\n(?![ \t]*$)(?![ >]*\[\^).*|\n[ \t]*(?=\n(?:\t|\ {4})))*",
    re.MULTILINE,
)


def split_chapters(
    text: str, edition: Edition = NEWEST, document: Document | None = None
) -> dict[str, str]:
    """The text by its headings of level 1 and 2, each with all that stands under it.

    What stands before the first is under ""; chapters of one name are one part.
    `document`: what was read of this text under this edition, if it was.
    """
    document = document or read(text, edition)
    heading = ""
    lines_of: dict[str, list[str]] = defaultdict(list)
    if document.bom:
        lines_of[heading].append("\ufeff")
    for piece in chunks(document):
        part = piece.part
        if isinstance(part, Section) and part.level in _CHAPTER_LEVELS:
            heading = part.heading
        lines_of[heading].append(piece.text + piece.tail)
    parts = {name: "".join(texts) for name, texts in lines_of.items()}
    return {name: part for name, part in parts.items() if name or part}


def split_covered_chapters(
    text: str, edition: Edition = NEWEST, document: Document | None = None
) -> dict[str, str]:
    """The same, each with the definitions of links and the footnotes that it refers
    to, wherever they are: they are part of what a reader of it is told."""
    parts = split_chapters(text, edition, document)
    if edition < Edition.SECOND:
        return parts
    defined = _definitions(text)
    return {name: part + _used(part, defined) for name, part in parts.items()}


def _definitions(text: str) -> dict[str, str]:
    if "]:" not in text:
        return {}
    footnotes: dict[str, str] = {}
    for footnote in _FOOTNOTE.finditer(unix(text)):
        footnotes.setdefault(normalize_label(footnote[1]), footnote[0])
    return definitions_in(text.removeprefix("\ufeff")) | footnotes


def _used(part: str, defined: dict[str, str]) -> str:
    used: set[str] = set()
    waiting = [part] if defined else []
    while waiting:
        labels = {normalize_label(label) for label in _LABEL.findall(waiting.pop())}
        new = (labels & defined.keys()) - used
        used |= new
        waiting += [defined[label] for label in new]
    return "".join(f"\n{label}\n{defined[label]}" for label in sorted(used))
