"""What people changed between two documents, section by section and item by item.

Values are compared, not bytes: a version that was frozen and read again differs from
the plan it was made of in comments, line ends and database ids, and in nothing that
anybody changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from plans.document.diff.alignment import aligned
from plans.document.diff.segments import Segment, segments_of
from plans.document.model import (
    Block,
    BlockKind,
    Check,
    Document,
    Entry,
    Field,
    Item,
    Row,
    Section,
)
from plans.document.reader import read
from plans.document.syntax.items import values_of, written
from plans.document.syntax.tables import columns_of
from plans.document.writer import write

ChangeKind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class ValueChange:
    """`name`: what the value is called on the page, such as a column's heading."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemChange:
    """`item` is the one of the newer document; None when it is not there any more, and
    for a table's heading row."""

    kind: ChangeKind
    label: str
    values: list[ValueChange]
    item: Item | None
    block_kind: BlockKind


@dataclass(frozen=True)
class SectionChange:
    """`section` is the one of the newer document, None when it is not there any more.

    `renamed_from` and `level_before` are set only when they are not what they were.
    """

    heading: str
    kind: ChangeKind
    section: Section | None
    items: list[ItemChange]
    level: int
    renamed_from: str = ""
    level_before: int | None = None


def compare(
    before: Document, after: Document, own: frozenset[str] = frozenset()
) -> list[SectionChange]:
    """All changes, in the order of the newer document; [] when both say the same.

    `own`: what the plan's own template left to people; its guidance is no change.
    """
    before, after = _without_late_bom(before), _without_late_bom(after)
    pairs = aligned(_chapters(before, own), _chapters(after, own), _CHAPTER_KEYS)
    changes = (_section_change(old, new) for old, new in pairs)
    return [change for change in changes if change]


def _without_late_bom(document: Document) -> Document:
    """A byte order mark behind line breaks is part of the first text, until freezing
    takes the line breaks away: then it comes first, and would be read as the mark of
    the file. So it goes with them, and is no change."""
    first = next(document.sections[0].walk(), None)
    if first is None or not written(first).startswith("\ufeff"):
        return document
    opening = replace(document.sections[0], tail="")
    text = write(replace(document, sections=[opening, *document.sections[1:]]))
    return read(text.lstrip("\r\n\ufeff"), places=document.places)


# --- sections ------------------------------------------------------------------------


@dataclass
class _Chapter:
    section: Section
    path: str
    own: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.section.level}\x1f{self.section.heading}"

    @cached_property
    def content(self) -> list[str]:
        units = segments_of(self.section, is_exact=False, own=self.own)
        return [unit.content for unit in units]

    @property
    def whole(self) -> str:
        return "\x1e".join(self.content) or self.nothing

    @property
    def start(self) -> str:
        return self.content[0] if self.content else self.nothing

    @property
    def end(self) -> str:
        return self.content[-1] if self.content else self.nothing

    @property
    def nothing(self) -> str:
        return f"\x1f{self.section.level}"


def _chapters(document: Document, own: frozenset[str]) -> list[_Chapter]:
    chapters = []
    above: list[Section] = []
    for section in document.sections:
        above = [s for s in above if s.level < section.level] + [section]
        path = "\x1f".join(f"{s.level} {s.heading}" for s in above)
        chapters.append(_Chapter(section, path, own))
    return chapters


# A heading that nothing pairs by name was renamed when its content begins or ends as
# another's did in the same place.
_CHAPTER_KEYS: list[Callable[[_Chapter], str]] = [
    lambda chapter: chapter.path,
    lambda chapter: chapter.name,
    lambda chapter: chapter.section.heading,
    lambda chapter: chapter.whole,
    lambda chapter: chapter.start,
    lambda chapter: chapter.end,
]


def _section_change(old: _Chapter | None, new: _Chapter | None) -> SectionChange | None:
    chapter = new or old
    assert chapter is not None
    section = chapter.section
    items = _item_changes(old, new)
    if old is None or new is None:
        kind: ChangeKind = "added" if new else "removed"
        if not (section.level or items):
            return None
        there = new.section if new else None
        return SectionChange(section.heading, kind, there, items, section.level)
    was = old.section
    is_renamed, is_moved = was.heading != section.heading, was.level != section.level
    if not (items or is_renamed or is_moved):
        return None
    return SectionChange(
        section.heading,
        "changed",
        section,
        items,
        section.level,
        renamed_from=was.heading if is_renamed else "",
        level_before=was.level if is_moved else None,
    )


# --- items ---------------------------------------------------------------------------

_UNIT_KEYS: list[Callable[[Segment], str]] = [
    lambda unit: f"{unit.owner.kind}\x1f{unit.content}",
    lambda unit: unit.content,
    lambda unit: unit.name,
    lambda unit: unit.opening(3),
    lambda unit: unit.opening(1),
    lambda unit: unit.kind,
    lambda unit: unit.owner.kind,
]


@dataclass
class _Pairing:
    """The units of one item before and after, as far as they belong together."""

    before: list[Segment] = field(default_factory=list)
    after: list[Segment] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return [u.content for u in self.before] == [u.content for u in self.after]


def _item_changes(old: _Chapter | None, new: _Chapter | None) -> list[ItemChange]:
    if old and new and old.content == new.content:
        return []
    before = segments_of(old.section, own=old.own) if old else []
    after = segments_of(new.section, own=new.own) if new else []
    steps = aligned(before, after, _UNIT_KEYS)
    pairings = _pairings(list(steps))
    changes = (_item_change(pairing) for pairing in pairings if not pairing.is_same)
    return [change for change in changes if change]


def _pairings(steps: Sequence[tuple[Segment | None, Segment | None]]) -> list[_Pairing]:
    """The units by the items that they are parts of, in order.

    A paragraph that was taken out of a passage is no item of its own as long as another
    paragraph of that passage is still there.
    """
    partner: dict[int, int] = {}
    for old, new in steps:
        if old and new:
            partner.setdefault(id(old.owner), id(new.owner))
    pairings: dict[int, _Pairing] = defaultdict(_Pairing)
    latest: dict[int, int] = {}
    for old, new in steps:
        if new:
            owner = id(new.owner)
        elif old:
            owner = id(old.owner)
            owner = latest.get(owner, partner.get(owner, owner))
        if old:
            latest[id(old.owner)] = owner
            pairings[owner].before.append(old)
        if new:
            pairings[owner].after.append(new)
    return list(pairings.values())


def _item_change(pair: _Pairing) -> ItemChange | None:
    unit = (pair.after or pair.before)[0]
    owner = unit.owner
    kind: ChangeKind = "changed"
    if not pair.before:
        kind = "added"
    elif not pair.after:
        kind = "removed"
    values = _value_changes(pair)
    if kind == "changed" and not values:
        return None
    label = _label(unit)
    if [value.name for value in values] == ["Done"]:
        label = unit.text  # else its text is among the values
    return ItemChange(
        kind,
        label,
        values,
        owner if pair.after and isinstance(owner, Item) else None,
        unit.block.kind,
    )


def _label(unit: Segment) -> str:
    if isinstance(unit.owner, Field):
        return unit.owner.label
    return unit.code if isinstance(unit.owner, Row) else ""


def _value_changes(pair: _Pairing) -> list[ValueChange]:
    owner = (pair.after or pair.before)[0].owner
    before, after = _values(pair.before, owner), _values(pair.after, owner)
    names = [*after, *(name for name in before if name not in after)]
    return [
        ValueChange(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _values(units: list[Segment], owner: Item | Block) -> dict[str, str]:
    """The values of an item such as `owner`, by their names."""
    if not units:
        return {}
    unit = units[0]
    match owner:
        case Block():
            return {"Columns": unit.text}
        case Field():
            return {"Label": unit.label, "Value": unit.text}
        case Check():
            return {"Text": unit.text, "Done": unit.done}
        case Row():
            names = column_names(columns_of(unit.block), len(unit.values))
            return dict(zip(names, unit.values, strict=False))
        case Entry():
            return {"Text": unit.text}
    return {"Text": _text(units)}


def column_names(columns: Sequence[str], least: int) -> list[str]:
    """A name for each cell of a row, none of them twice. `least`: how many."""
    names: list[str] = []
    for number in range(max(len(columns), least)):
        name = columns[number] if number < len(columns) else ""
        is_taken = not name or name in names
        names.append(f"Column {number + 1}" if is_taken else name)
    return names


def _text(units: list[Segment]) -> str:
    """The text that units are parts of; of one that was read as several, these."""
    owner = units[0].owner
    is_one = all(unit.owner is owner for unit in units)
    if is_one and len(units) == units[0].count and isinstance(owner, Item):
        return values_of(owner)[0]
    return "\n\n".join(unit.text for unit in units)
