"""A plan.md in memory: sections, blocks, items.

The values of an item are the truth; its `source` is only the memory of how it was
written. The writer uses the source as it stands while it still says what the values
say, and otherwise writes the values in the manner of the source. So what nobody
touched keeps its bytes, and an edit that is undone gives them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from plans.document.syntax.phases import phase_of


class BlockKind(StrEnum):
    FIELDS = "fields"
    APPROVALS = "approvals"
    CHECKLIST = "checklist"
    LIST = "list"
    RISKS = "risks"
    DEPENDENCIES = "dependencies"
    METRICS = "metrics"
    VIOLATIONS = "violations"
    SIGN_OFFS = "sign_offs"
    TABLE = "table"
    CODE = "code"
    PASSAGE = "passage"
    GUIDANCE = "guidance"
    FRONT_MATTER = "front_matter"

    @property
    def is_table(self) -> bool:
        return self in TABLE_KINDS


TABLE_KINDS = frozenset(
    {
        BlockKind.RISKS,
        BlockKind.DEPENDENCIES,
        BlockKind.METRICS,
        BlockKind.VIOLATIONS,
        BlockKind.SIGN_OFFS,
        BlockKind.TABLE,
    }
)


# Where sign-offs stand.
SIGNING_KINDS = frozenset({BlockKind.APPROVALS, BlockKind.SIGN_OFFS})


class ItemKind(StrEnum):
    FIELD = "field"
    CHECK = "check"
    ENTRY = "entry"
    ROW = "row"
    PASSAGE = "passage"
    CODE = "code"
    GUIDANCE = "guidance"
    FRONT_MATTER = "front_matter"
    RAW = "raw"  # a part of a list that is more than its text and nested entries


@dataclass(kw_only=True)
class Item:
    """What one person edits at one time.

    `source`: the item's text as it was read, without its last line end, or "" when it
    was never read. `tail`: what stands between this item and the next one of its block
    (line end, blank lines); not written behind the last one. `children`: items nested
    below. `id`: the database row, when there is one.
    """

    source: str = ""
    tail: str = ""
    children: list[Item] = field(default_factory=list)
    id: int | None = field(default=None, compare=False)

    kind: ItemKind = field(init=False)

    def walk(self) -> Iterator[Item]:
        """This item, then what is nested in it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(kw_only=True)
class Field(Item):
    """`- **Label**: value`, or `**Label**: value` as a paragraph."""

    label: str
    value: str = ""

    def __post_init__(self) -> None:
        self.kind = ItemKind.FIELD


@dataclass(kw_only=True)
class Check(Item):
    """`- [ ] text`."""

    text: str = ""
    done: bool = False

    def __post_init__(self) -> None:
        self.kind = ItemKind.CHECK


@dataclass(kw_only=True)
class Entry(Item):
    """A plain list entry."""

    text: str = ""

    def __post_init__(self) -> None:
        self.kind = ItemKind.ENTRY


@dataclass(kw_only=True)
class Row(Item):
    """One row of a table: a text for each column (more, when the row has more).

    `later`: the columns that signing fills in, so nobody has to.
    """

    cells: list[str] = field(default_factory=list)
    later: frozenset[int] = field(default=frozenset(), compare=False)

    def __post_init__(self) -> None:
        self.kind = ItemKind.ROW


@dataclass(kw_only=True)
class Text(Item):
    """A passage, a fence's code, a comment, front matter, or a raw part of a list."""

    kind: ItemKind = ItemKind.PASSAGE
    text: str = ""


@dataclass(kw_only=True)
class Block:
    """Items that belong together: one list, table, fence or passage.

    `head`: what is written before the items (a table's header and delimiter rows, with
    their line ends). `tail`: what follows the last item (line end, blank lines, rules).
    """

    kind: BlockKind
    items: list[Item] = field(default_factory=list)
    head: str = ""
    tail: str = ""
    id: int | None = field(default=None, compare=False)

    def walk(self) -> Iterator[Item]:
        """Every item of the block, nested ones too, in the order of the text."""
        for item in self.items:
            yield from item.walk()


@dataclass(kw_only=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level.

    `source` is the heading as it was read, without its last line end; `tail` is what
    follows it. The section of level 0 holds what stands before the first heading.
    """

    level: int
    heading: str = ""
    source: str = ""
    tail: str = ""
    blocks: list[Block] = field(default_factory=list)
    id: int | None = field(default=None, compare=False)

    def walk(self) -> Iterator[Item]:
        for block in self.blocks:
            yield from block.walk()

    @property
    def phase(self) -> tuple[str, str] | None:
        """Code and name, for a heading such as `Phase 2: Core Implementation`."""
        return phase_of(self.heading)


@dataclass(kw_only=True)
class Document:
    """A whole plan.md. `sections[0]` has level 0 and is often empty.

    `places`: whether a heading is for sign-offs, where that was set explicitly.
    """

    sections: list[Section] = field(default_factory=lambda: [Section(level=0)])
    newline: str = "\n"
    bom: bool = False
    places: Mapping[str, bool] = field(default_factory=dict, compare=False)

    @property
    def title(self) -> str:
        """The text of the first level-one heading, else of the first heading."""
        headings = [s for s in self.sections if s.level]
        first = next((s for s in headings if s.level == 1), None)
        return (first or headings[0]).heading if headings else ""

    def walk(self) -> Iterator[tuple[Section, Block, Item]]:
        """Every item with its section and block, in the order of the text."""
        for section in self.sections:
            for block in section.blocks:
                for item in block.walk():
                    yield section, block, item
