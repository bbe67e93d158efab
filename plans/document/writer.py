"""Document to Markdown: the inverse of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from textwrap import dedent, indent

from plans.document.editions import NEWEST, Edition
from plans.document.model import (
    Block,
    Check,
    Document,
    Entry,
    Field,
    Item,
    ItemKind,
    Section,
    Text,
)
from plans.document.reader import read
from plans.document.syntax.escaping import label_of_paragraph
from plans.document.syntax.headings import written_heading
from plans.document.syntax.items import ended, says, values_of, written
from plans.document.syntax.lines import with_line_ends
from plans.document.syntax.list_items import is_bare_label
from plans.document.syntax.parsed import EMPTY
from plans.document.syntax.parsing import block_tokens, unix
from plans.document.syntax.texts import is_part_of_entry

_LIST_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+]|\d{1,9}[.)])(?=[ \t\r\n]|$)")
_GAP_TO_TEXT = re.compile(r"[ \t]{1,4}(?=[^ \t\r\n])")
_BEGINS_LIST = re.compile(r"[ \t]*(?:[-*+]|1[.)])[ \t]+[^ \t\r\n]")

_RULE_BELOW = re.compile(r"(?:\r\n|\r|\n)[ \t]*([-_*][-_* \t]*)")
# What begins a block below any text but one of HTML, which needs no asking.
_BEGINS_BLOCK = re.compile(r" {0,3}(?:#{1,6}[ \t]|(?:[-*+]|1[.)])[ \t]+[^ \t\r\n])")
_COLONS = frozenset(":：")
_WHITE_SPACE = frozenset(" \t")
_HTML = re.compile(r"^ {0,3}<", re.MULTILINE)

_INTERRUPTS_TEXT = re.compile(r"[ \t]*(?:`{3,}[^`\n]*$|~{3,}|>)", re.MULTILINE)

# What took in a field's line in the first edition.
_ENDING_IN_TEXT = frozenset(
    {ItemKind.ENTRY, ItemKind.CHECK, ItemKind.FIELD, ItemKind.ROW}
)
_ENDING_THEMSELVES = frozenset(
    {ItemKind.CODE, ItemKind.GUIDANCE, ItemKind.FRONT_MATTER}
)


@dataclass
class Chunk:
    """A part of the text: what it says and what follows it.

    `part` tells whose it is. `needs_air`: it was rewritten and may only stand
    between blank lines, or it would run into its neighbours. `ends`: the block that it
    ends.
    """

    part: Section | Block | Item
    section: Section
    text: str
    tail: str
    needs_air: bool = False
    ends: Block | None = None


def write(document: Document, edition: Edition = NEWEST) -> str:
    """The text of a document; `read(write(document))` says the same.

    `edition`: what an edited item looks like under its rules.
    """
    bom = "\ufeff" if document.bom else ""
    return bom + "".join(p.text + p.tail for p in chunks(document, edition))


def line_numbers(document: Document) -> dict[int, int]:
    """The line (from 1) where each section and item starts, by `id()` of the part."""
    numbers: dict[int, int] = {}
    line = 1
    for piece in chunks(document):
        lead = piece.text[: len(piece.text) - len(piece.text.lstrip("\r\n"))]
        numbers[id(piece.part)] = line + _line_ends(lead)
        line += _line_ends(piece.text) + _line_ends(piece.tail)
    return numbers


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def chunks(document: Document, edition: Edition = NEWEST) -> list[Chunk]:
    """All parts in order, each with what has to stand between it and the next."""
    pieces = [p for section in document.sections for p in _section(section, edition)]
    following: Chunk | None = None
    for piece in reversed(pieces):
        _separate(piece, following, document.newline, edition)
        if piece.text or piece.tail:
            following = piece
        elif following and piece.needs_air and edition > Edition.SECOND:
            following = replace(following, needs_air=True)  # an empty block is between
    if edition > Edition.SECOND and _begins_as_front_matter(pieces):
        pieces[0].tail = document.newline + pieces[0].tail
    return pieces


def _begins_as_front_matter(pieces: list[Chunk]) -> bool:
    """Whether a rule above everything would make what follows it front matter."""
    first = next((p for p in pieces if p.text or p.tail), None)
    if first is None or not (first.text or first.tail).startswith("---"):
        return False
    if isinstance(first.part, Item) and first.part.kind is ItemKind.FRONT_MATTER:
        return False
    text = "".join(piece.text + piece.tail for piece in pieces)
    return any(token.type == "front_matter" for token in block_tokens(text)[:1])


def _section(section: Section, edition: Edition) -> Iterator[Chunk]:
    yield Chunk(section, section, written_heading(section), section.tail)
    for block in section.blocks:
        yield from _block(section, block, edition)


def _block(section: Section, block: Block, edition: Edition) -> Iterator[Chunk]:
    items = list(block.walk())
    is_new = not block.head and not any(item.source for item in items)
    if block.head:
        head = block.head if items else block.head.rstrip("\r\n")
        yield Chunk(block, section, head, "" if items else block.tail)
    elif not items:
        # The rule that ends a section stays when the last thing above it goes.
        yield Chunk(block, section, "", block.tail.lstrip("\r\n"), needs_air=True)
    for index, item in enumerate(items):
        is_last = index == len(items) - 1
        tail = block.tail if is_last else item.tail or _usual_tail(items, index)
        text = written(item, edition)
        needs_air = is_new or _needs_air(item, edition)
        yield Chunk(item, section, text, tail, needs_air, block if is_last else None)


def _would_be_prose(piece: Chunk, following: Chunk | None, edition: Edition) -> bool:
    """A paragraph that ends in a bold label and its colon is read as no field, unless
    a list follows, which is then the label's."""
    item = piece.part
    if not isinstance(item, Field) or item.value or item.children:
        return False
    if not is_bare_label(piece.text):
        return False
    if following is None or not isinstance(following.part, Item):
        return True
    is_list = not isinstance(following.part, Field) and _LIST_ITEM.match(following.text)
    if is_list and following.section is piece.section:
        return edition is Edition.FIRST
    return not isinstance(following.part, Field) or _line_ends(piece.tail) != 1


def _needs_air(item: Item, edition: Edition) -> bool:
    if item.kind not in (ItemKind.PASSAGE, ItemKind.CODE) or says(item):
        return False
    if edition is Edition.FIRST or not item.source:
        return True
    # What ends as it did may stand as close to the next part as it did.
    texts = (item.source, written(item)) if item.kind is ItemKind.PASSAGE else ()
    return any(_end_of(text) != "paragraph_close" for text in texts)


def _end_of(text: str) -> str:
    """The kind of the last block of a passage."""
    tokens = block_tokens(unix(text))
    return tokens[-1].type if tokens else ""


def _usual_tail(items: list[Item], index: int) -> str:
    """For an item that came to stand before another: as its neighbours have it."""
    tails = [item.tail for item in items[:-1] if item.tail]
    if items[index].children and tails:
        return "\n" if "\n" in tails[0] else tails[0]
    return tails[min(max(index - 1, 0), len(tails) - 1)] if tails else ""


def _separate(
    piece: Chunk, following: Chunk | None, newline: str, edition: Edition
) -> None:
    """Put the line ends between two pieces that an edit made necessary."""
    kind: ItemKind | None = None
    if isinstance(piece.part, Item):
        kind = piece.part.kind
        if not says(piece.part):
            source = "" if edition is Edition.FIRST else piece.part.source
            piece.text = with_line_ends(piece.text, source, newline)
    if _would_be_prose(piece, following, edition):
        piece.text += f" {EMPTY}"
    is_careful = edition > Edition.SECOND
    is_passage = kind is ItemKind.PASSAGE
    if is_careful and not piece.tail.isspace() and _would_underline(piece):
        piece.tail = newline + piece.tail
    if following is None or not (piece.text or piece.tail):
        return
    if kind is ItemKind.CODE or kind is ItemKind.PASSAGE:
        piece.text = ended(kind, piece.text, newline)
    is_block = kind is None and isinstance(piece.part, Block)
    is_table_head = is_block and bool(piece.text)
    if is_table_head and not piece.tail and isinstance(following.part, Item):
        if not piece.text.endswith(("\n", "\r")):
            piece.text += newline
        return
    if piece.tail == "":
        piece.tail = newline if _is_list_like(piece, following) else newline * 2
    is_section = kind is None and not is_block
    ends_itself = is_section or (
        edition is not Edition.FIRST and kind in _ENDING_THEMSELVES
    )
    needs_air = piece.needs_air or (following.needs_air and not ends_itself)
    if edition is not Edition.FIRST:
        needs_air = needs_air or _would_run_in(piece, following)
    needs_air = needs_air or _would_be_its_text(piece, following)
    needs_air = needs_air or _would_take_in(piece, following, edition)
    if is_careful and is_block:
        needs_air = needs_air or _would_be_row(following)
    if is_careful and is_passage:
        needs_air = needs_air or _would_swallow(piece, following)
    only_rule_helps = is_careful and (
        _would_be_label(piece, following)
        if is_passage
        else following.text[:1] in _WHITE_SPACE and _would_be_in_list(piece, following)
    )
    if only_rule_helps and not piece.tail.strip():
        piece.tail = f"{newline * 2}---{newline * 2}"
    while needs_air and piece.text and _line_ends(piece.tail) < 2:
        piece.tail += "\r" if piece.tail.endswith("\r") else newline


def _would_run_in(piece: Chunk, following: Chunk) -> bool:
    """Whether a part of an entry could be taken for a line of the entry's own text."""
    part = following.part
    if not isinstance(part, Text) or not is_part_of_entry(part):
        return False
    if _line_ends(piece.tail) > 1 or _INTERRUPTS_TEXT.match(following.text):
        return False
    if not says(part):
        return True
    if not isinstance(piece.part, Entry | Check | Field):
        return False
    below = indent(dedent(unix(following.text)), "  ")
    blocks = [token for token in block_tokens(f"- text\n{below}") if token.block]
    return not any(t.map and t.map[0] == 1 and t.type != "inline" for t in blocks)


def _would_be_its_text(piece: Chunk, following: Chunk) -> bool:
    """Whether an entry would take the first one nested in it for a line of its text.

    Right below a text only a list with words and the number 1 or a bullet begins.
    """
    nested = _LIST_ITEM.match(following.text)
    if nested is None or not nested["indent"] or _BEGINS_LIST.match(following.text):
        return False
    above = _LIST_ITEM.match(piece.text)
    if above is None or not isinstance(piece.part, Item):
        return False
    gap = _GAP_TO_TEXT.match(piece.text, above.end())
    # Less far in than the text above it, it begins a list of its own.
    starts = above[0] + (gap[0] if gap else " ")
    return len(nested["indent"].expandtabs(4)) >= len(starts.expandtabs(4))


def _would_take_in(piece: Chunk, following: Chunk, edition: Edition) -> bool:
    """Whether an entry or a row would take the next line for its own.

    One that was read with nothing between did not, unless it is a row.
    """
    if not isinstance(piece.part, Item) or piece.text.startswith("**"):
        return False
    is_new = not says(piece.part)
    if isinstance(following.part, Field) and following.text.startswith("**"):
        if edition is Edition.FIRST:
            takes_in = piece.part.kind in _ENDING_IN_TEXT
            return is_new or (takes_in and any(values_of(piece.part)))
        # The reader knows the label right below a list, but none below a table.
        is_new = is_new or not says(following.part)
        return is_new or piece.part.kind is ItemKind.ROW
    if isinstance(following.part, Item):
        return is_new and following.part.kind is ItemKind.PASSAGE
    if following.text.lstrip().startswith("#"):
        return False
    return is_new or (
        isinstance(following.part, Section) and not _starts_below(following, piece)
    )


def _would_swallow(piece: Chunk, following: Chunk) -> bool:
    """Whether what comes right below a text would be a line of it, asked of Markdown.

    HTML goes on to the next blank line; what was read right below a text is in none.
    """
    if _line_ends(piece.tail) > 1 or not following.text:
        return False
    if _BEGINS_BLOCK.match(following.text) and not _HTML.search(unix(piece.text)):
        return False
    above = f"\n{unix(piece.text)}\n"
    return above.count("\n") not in _outer_starts(above + unix(following.text))


def _would_be_row(following: Chunk) -> bool:
    """Whether a table without rows would take the first line of a heading for one."""
    is_heading = isinstance(following.part, Section)
    return is_heading and not following.text.lstrip().startswith("#")


def _outer_starts(text: str) -> set[int]:
    """The lines, from 0, in which blocks begin that are in no other one."""
    tokens = block_tokens(text)
    return {token.map[0] for token in tokens if token.map and not token.level}


def _would_be_in_list(piece: Chunk, following: Chunk) -> bool:
    """Whether something stands so far in that the list above it would take it in, were
    there nothing but blank lines between."""
    if piece.ends is None:
        return False
    last = piece.ends.items[-1]
    if last.children and last.source.startswith("**"):
        last = last.children[-1]  # of the list below a label
    entry = written(last)
    bullet = _LIST_ITEM.match(entry)
    if bullet is None:
        return False
    gap = _GAP_TO_TEXT.match(entry, bullet.end())
    text = following.text
    columns = len(text[: len(text) - len(text.lstrip(" \t"))].expandtabs(4))
    return columns >= len((bullet[0] + (gap[0] if gap else " ")).expandtabs(4))


def _would_be_label(piece: Chunk, following: Chunk) -> bool:
    """Whether a text ends in a label that would take the list below it for its own."""
    is_of_one = piece.section is following.section
    if not is_of_one or piece.text.rstrip("*")[-1:] not in _COLONS:
        return False
    text = unix(piece.text)
    last = text.rpartition("\n")[2]
    if not any(map(_is_label, (last, last.rpartition("|")[2].strip(" \t")))):
        return False
    if not _LIST_ITEM.match(following.text):
        return False
    blocks = read(f"\n{text}\n\n- entry").sections[0].blocks
    return isinstance(blocks[-1].items[-1], Field)


def _is_label(text: str) -> bool:
    return is_bare_label(text) and label_of_paragraph(text) is not None


def _would_underline(piece: Chunk) -> bool:
    """Whether a rule right below a text would be none: it would make a heading of the
    text, or go on with its HTML."""
    below = _RULE_BELOW.match(piece.tail)
    is_outer = piece.text.startswith("**") or (
        isinstance(piece.part, Text) and piece.part.kind is ItemKind.PASSAGE
    )
    if below is None or not piece.text or not is_outer:
        return False
    above = f"\n{unix(piece.text)}\n"
    return above.count("\n") not in _outer_starts(above + below[1])


def _starts_below(heading: Chunk, piece: Chunk) -> bool:
    """Whether an underlined heading can stand right below a text, asked of Markdown."""
    text = unix(piece.text).strip("\n")
    # What is nested stands further in by no doing of its own; code in a passage does.
    is_nested = isinstance(piece.part, Item) and piece.part.kind is not ItemKind.PASSAGE
    below = unix(heading.text)
    if is_nested:
        indent = len(text) - len(text.lstrip(" "))
        text, below = dedent(text), re.sub(rf"^ {{0,{indent}}}", "", below, flags=re.M)
    lines = text.split("\n")
    is_raw = isinstance(piece.part, Text) and piece.part.kind is ItemKind.RAW
    if is_raw and not _LIST_ITEM.match(lines[0]):
        lines = ["- in a list", "", *(f"  {line}" for line in lines)]
    before = ["no front matter", "", *lines]
    tokens = block_tokens("\n".join([*before, below]))
    starts = [t.map[0] for t in tokens if t.type == "heading_open" and t.map]
    return len(before) in starts


def _is_list_like(piece: Chunk, following: Chunk) -> bool:
    return (
        isinstance(piece.part, Item)
        and isinstance(following.part, Item)
        and piece.section is following.section
        and not piece.text.startswith("**")
        and piece.part.kind not in (ItemKind.PASSAGE, ItemKind.CODE, ItemKind.RAW)
    )
