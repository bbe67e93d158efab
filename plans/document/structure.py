"""What a text says apart from how it is written: to compare two readings of it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

from plans.document.items import values_of
from plans.document.model import Check, Document, Field, Item, ItemKind, Section
from plans.document.reader import read
from plans.document.writer import write

Said = tuple[object, ...]

_SENTINEL = "\n\n## After\n\n- **Kept**: as it is\n"


def outline(document: Document) -> list[Said]:
    """Every heading and every item with its values, in order."""
    found: list[Said] = []
    for section in document.sections:
        found.append(("heading", section.level, section.heading))
        found += _items(section)
    return found


def _items(section: Section) -> Iterator[Said]:
    for item in section.walk():
        yield from _said(item)


def _said(item: Item) -> Iterator[Said]:
    """An item's values; a passage that holds lists and the like counts as these."""
    if item.kind is ItemKind.PASSAGE:
        (text,) = values_of(item)
        inner = [i for section in read(text).sections for i in section.walk()]
        if any(i.kind is not ItemKind.PASSAGE for i in inner):
            for part in inner:
                yield from _said(part)
            return
    label = item.label if isinstance(item, Field) else None
    done = item.done if isinstance(item, Check) else None
    yield (item.kind, label, done, *values_of(item))


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
    expected = [*outline(alone), *outline(read(_SENTINEL))[1:]]
    if outline(again) == expected:
        return True
    # A file may end in a fence that nobody closed: nothing can follow it anyway.
    return outline(read(write(alone))) == outline(alone)
