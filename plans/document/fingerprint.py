"""The content of a text apart from its notation, to compare two readings."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from functools import cache, lru_cache
from textwrap import dedent, indent

from plans.document.model import (
    Block,
    BlockKind,
    Check,
    Document,
    Entry,
    Field,
    Item,
    ItemKind,
    Section,
)
from plans.document.reader import read
from plans.document.syntax.items import number_of, values_of, written
from plans.document.syntax.parsed import EMPTY
from plans.document.syntax.parsing import MAY_BE_RULE, block_tokens, unix
from plans.document.syntax.plain import is_plain
from plans.document.syntax.tables import columns_of
from plans.document.syntax.texts import is_part_of_entry
from plans.document.writer import write

Values = tuple[object, ...]

_BEHIND = "\n\n\ue000"
# Parts of a list are read for themselves, and so are parts of these, so far.
_DEEPEST = 20
# In no source that people write.
_PLAIN_VALUE = "Words qxzvkj"
_LONGEST_FORM = 1_000
_SENTINEL = "\n\n## After\n\n- **Kept**: as it is\n"


def outline(document: Document) -> list[Values]:
    """Every heading, table head and item with its values, in order."""
    lines: list[Values] = []
    for section in document.sections:
        lines.append(("heading", section.level, section.heading))
        lines += _items(section)
    return lines


def semantic_tree(document: Document) -> list[Values]:
    """As `outline`, with how deep each item is nested, and its number in a list."""
    tree: list[Values] = []
    for section in document.sections:
        tree.append(("heading", section.level, section.heading))
        for block in section.blocks:
            if block.head:
                tree.append(("table", *columns_of(block)))
            for item in block.items:
                tree += _branch(item, 0)
    return tree


def _branch(item: Item, depth: int) -> Iterator[Values]:
    for values in semantic_items(item):
        yield (depth, number_of(item), *values)
    for child in item.children:
        yield from _branch(child, depth + 1)


def _items(section: Section, depth: int = 0) -> Iterator[Values]:
    for block in section.blocks:
        if block.head:
            yield ("table", *columns_of(block))
        for item in block.walk():
            yield from semantic_items(item, depth)


def semantic_items(item: Item, depth: int = 0) -> Iterator[Values]:
    """An item's values; a passage that holds lists and the like counts as these, and
    rules in it, which only separate, do not.
    `depth`: how many parts are around it that were read in the same way."""
    if item.kind is ItemKind.RAW and depth < _DEEPEST:
        yield from _raw_items(values_of(item)[0], depth + 1)
        return
    if item.kind is ItemKind.PASSAGE and depth < _DEEPEST:
        inner = sections_in(item)[0]
        if [block.kind for block in inner.blocks] != [BlockKind.PASSAGE]:
            yield from _items(inner, depth + 1)
            return
        (item,) = inner.blocks[0].items
    label = item.label if isinstance(item, Field) else None
    done = item.done if isinstance(item, Check) else None
    yield (item.kind, label, done, *values_of(item))


def sections_in(item: Item) -> list[Section]:
    """What a passage is when it is read for itself; in most it is a passage alone."""
    # Below an empty line a rule begins no front matter.
    return read("\n" + unix(written(item))).sections


def _raw_items(text: str, depth: int) -> Iterator[Values]:
    """What stands in a raw part: lists in it are list entries when it is read again."""
    # With something behind it, a rule at the end is a text as it is elsewhere.
    document = read((text or EMPTY) + _BEHIND)
    items = [item for _, _, item in document.walk()]
    if len(items) == 2 and items[0].kind is ItemKind.RAW:
        yield (ItemKind.RAW, None, None, *values_of(items[0]))
        return
    for section in document.sections:
        if section.level:
            yield ("raw heading", section.level, section.heading)
        for kind, *values in _items(section, depth):
            if isinstance(values[-1], str):
                values[-1] = (
                    values[-1].removesuffix(_BEHIND).removesuffix(_BEHIND.strip())
                )
            if kind is not ItemKind.PASSAGE or values[-1]:
                yield (kind, *values)
    for rule in _rules_in(text):  # here they separate nothing
        yield (ItemKind.RAW, None, None, rule)


def _rules_in(text: str) -> Iterator[str]:
    lines = unix(text).split("\n")
    for token in block_tokens(f"\n{text}") if MAY_BE_RULE.search(unix(text)) else ():
        if token.type == "hr" and token.map and not token.level:
            yield lines[token.map[0] - 1].strip(" \t")


def item_reads_back(item: Item, block: Block, newline: str = "\n") -> bool:
    """As `reads_back`, for one item of a block without its neighbours and children.

    A part of a list entry is looked at inside an entry, for it is none elsewhere.
    """
    if isinstance(item, Field) and _is_settled_by_its_form(item):
        place = (item.label, item.source, block.kind, block.head, newline)
        if _plain_field_reads_back(*place):
            return True
    return _reads_back_alone(item, block, newline)


def _is_settled_by_its_form(item: Field) -> bool:
    """Whether a field reads back with any plain value if it does with one. What is
    written afresh, on one line, is the label and the value."""
    return (
        is_plain(item.value)
        and len(item.source) <= _LONGEST_FORM
        and "\n" not in item.source.rstrip("\n")
        and "\r" not in item.source
        and item.value not in item.source
    )


@lru_cache(maxsize=2_000)
def _plain_field_reads_back(
    label: str, source: str, kind: BlockKind, head: str, newline: str
) -> bool:
    """Every save of a value asks; forms are few, because a label and the text that a
    field was read from stay as they are."""
    field = Field(label=label, value=_PLAIN_VALUE, source=source)
    return _reads_back_alone(field, Block(kind=kind, head=head), newline)


def _reads_back_alone(item: Item, block: Block, newline: str) -> bool:
    alone = copy(item)
    alone.children = []
    if is_part_of_entry(item):
        lines = unix(item.source).split("\n")
        alone.source = indent(dedent("\n".join(lines)), "  ")
        alone = Entry(text="entry", source="- entry", children=[alone])
    else:
        alone.source = item.source.lstrip(" \t")
    own = Block(kind=block.kind, head=block.head, items=[alone])
    if item.kind is ItemKind.FRONT_MATTER:  # it is none but at the start of a file
        return reads_back(Section(level=0, blocks=[own]), newline)
    return reads_back(Section(level=2, heading="Section", blocks=[own]), newline)


@cache
def _outline_of_sentinel() -> tuple[Values, ...]:
    return tuple(outline(read(_SENTINEL))[1:])


def reads_back(section: Section, newline: str = "\n") -> bool:
    """Whether a section, written and read again, says the same and ends where it did.

    The last line of defence before a save: escaping should make it always true.
    """
    first = copy(section)
    first.blocks = list(section.blocks)
    alone = Document(sections=[Section(level=0), first], newline=newline)
    if not section.level:
        alone.sections = [first]
    again = read(write(alone) + _SENTINEL)
    if outline(again) == [*outline(alone), *_outline_of_sentinel()]:
        return True
    # A file may end in an unclosed fence: nothing can follow it anyway.
    return outline(read(write(alone))) == outline(alone)
