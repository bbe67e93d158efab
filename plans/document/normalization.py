"""The ways out: a finished plan, and the two dialects of spec-kit."""

from __future__ import annotations

from itertools import zip_longest

from plans.document.editions import NEWEST, Edition
from plans.document.model import (
    Block,
    BlockKind,
    Document,
    ItemKind,
    Row,
    Text,
)
from plans.document.reader import read
from plans.document.syntax.comments import (
    hint_of,
    without_guidance,
)
from plans.document.syntax.items import parsed, values_of
from plans.document.syntax.parsing import unix
from plans.document.syntax.rows import cell_spans
from plans.document.writer import write


def normalize(
    document: Document,
    edition: Edition = NEWEST,
    own_placeholders: frozenset[str] = frozenset(),
) -> Document:
    """A copy as it would be finished: no guidance, LF, no BOM, one final newline.

    Guidance in a section that is not filled in stays, as blanks do.
    """
    text = normalized_text(document, edition, own_placeholders)
    return read(text, edition, document.places)


def normalized_text(
    document: Document,
    edition: Edition = NEWEST,
    own_placeholders: frozenset[str] = frozenset(),
) -> str:
    """The text of that copy."""
    text = unix(write(document, edition)).lstrip("\ufeff")
    copy = read(text, edition, document.places)
    keeps = edition is not Edition.FIRST
    for section, following in zip_longest(copy.sections, copy.sections[1:]):
        if keeps and hint_of(section, following):
            continue
        kept: list[Block] = []
        for block in section.blocks:
            is_comment = block.kind is BlockKind.GUIDANCE
            if not is_comment or (keeps and _keeps_comments(block, own_placeholders)):
                kept.append(block)
            elif kept:
                # A rule after the comment separates the sections: it stays, and not
                # right under a text, which it would make a heading.
                tail = max(kept[-1].tail, block.tail, key=len)
                if kept[-1].kind is not BlockKind.GUIDANCE:
                    tail = "\n" * (2 - len(tail) + len(tail.lstrip("\n"))) + tail
                kept[-1].tail = tail
            elif edition > Edition.SECOND and section.level and block.tail.strip():
                section.tail = "\n\n" + block.tail.lstrip("\n")
        section.blocks = kept
        for block in kept:
            _clear_what_signing_fills_in(block)
    if edition > Edition.SECOND:
        copy.sections[0].tail = ""  # a rule above everything could begin front matter
    # The first edition was written here in the manner of the second.
    text = write(copy, max(edition, Edition.SECOND))
    return text.lstrip("\n\ufeff").rstrip("\n") + "\n"


def _keeps_comments(block: Block, own: frozenset[str]) -> bool:
    """Take the guidance out of a block of comments; whether anything is left of it."""
    for item in block.items:
        assert isinstance(item, Text)
        item.source = item.text = without_guidance(item.text, own)
    return any(values_of(item) != [""] for item in block.items)


def _clear_what_signing_fills_in(block: Block) -> None:
    """Take blanks such as `[Signature]` and `[Date]` out of a table of sign-offs."""
    for item in block.items:
        if not isinstance(item, Row) or not item.later:
            continue
        blanks = parsed(ItemKind.ROW, item.source).blanks
        spans = list(enumerate(cell_spans(item.source)))
        for column, (start, end) in reversed(spans):
            if column in item.later and blanks[column]:
                spaces = " " * (end - start)
                item.source = item.source[:start] + spaces + item.source[end:]
