"""The text of a version for the people who sign it: rendered from its frozen bytes,
with what changed in it, its contents, and the comments of each item.

What is added stands beside the text and never in its place. An item of the version is
commented on as the item of the plan that it is; where the plan says something else by
now, the page says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from plans import document as doc
from plans.content.storage import Loaded
from plans.document.diff.pairing import pair_blocks, pair_items, pair_sections
from plans.markdown.signing import SigningBlock, SigningPage, signing_page
from plans.models import Plan, Version
from plans.page.change_names import change_name, tick_of
from plans.page.comments import button_html
from plans.page.folded_html import HEADINGS, Addition, folded_html

_IN_LIST = (doc.Field, doc.Check, doc.Entry)


@dataclass(frozen=True)
class NumberedChange:
    """A change between two versions. `number`: from 1, in the order of the newer text;
    `name`: of the item; `section`: its heading; `tick`: as `tick_of` says."""

    number: int
    kind: str
    name: str
    section: str
    values: Sequence[doc.ValueChange] = ()
    tick: str = ""
    note: str = ""

    @property
    def deed(self) -> str:
        return self.tick or self.kind.capitalize()

    @property
    def shown_values(self) -> Sequence[doc.ValueChange]:
        """What the text above the note does not say by itself."""
        return () if self.tick or self.kind == "added" else self.values


@dataclass(frozen=True)
class Heading:
    """A line of the contents. `anchor`: its address on the page; `changes`: how many
    are below it, up to the next heading."""

    text: str
    level: int
    anchor: str
    changes: int


@dataclass
class VersionText:
    html: SafeString
    contents: list[Heading]
    changes: list[NumberedChange]
    # Of what has no place in the version any more.
    removed: list[NumberedChange] = field(default_factory=list)


def version_text(
    plan: Plan,
    version: Version,
    document: doc.Document,
    before: Version | None,
    loaded: Loaded,
    edits: Iterable[doc.SectionChange],
) -> VersionText:
    """`document`: what the version's text says; `before`: the version that the reader
    knows; `loaded`: the plan as it is, and `edits` what changed in it since."""
    page = signing_page(version.markdown)
    places = _Places(page, document)
    text = _Text(plan, places)
    if before is not None:
        text.add_changes(doc.compare(doc.read(before.markdown), document), document)
    text.add_comments(document, loaded, edits)
    html = folded_html(page, text.additions, folds=bool(text.changes))
    return VersionText(html, text.contents(page), text.changes, text.removed)


# --- Which block of the page an item is ----------------------------------------------


class _Places:
    """The blocks of a page by the parts of the document."""

    def __init__(self, page: SigningPage, document: doc.Document) -> None:
        self.blocks = page.blocks
        self.lines = doc.line_numbers(document)
        self.by_line: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(page.blocks):
            self.by_line[block.first].append(number)

    def of_item(self, item: doc.Item) -> int | None:
        line = self.lines.get(id(item), 0) - 1
        starting = self.by_line.get(line, [])
        if isinstance(item, doc.Row):
            wanted = [n for n in starting if self.blocks[n].tag == "tr"]
        elif isinstance(item, _IN_LIST):
            wanted = [n for n in starting if self.blocks[n].tag == "li"][-1:]
        else:
            wanted = starting[:1]
        found = wanted or starting[-1:]
        return found[0] if found else self._around(line)

    def of_section(self, section: doc.Section) -> int | None:
        line = self.lines.get(id(section), 0) - 1
        starting = self.by_line.get(line, [])
        headings = [n for n in starting if self.blocks[n].tag in HEADINGS]
        return next(iter(headings), None)

    def _around(self, line: int) -> int | None:
        """The innermost block that has the line, for one without a block of its own:
        all of them are looked at."""
        around = (
            number
            for number in reversed(range(len(self.blocks)))
            if self.blocks[number].first <= line <= self.blocks[number].last
        )
        return next(around, None)


# --- What is added to the blocks -----------------------------------------------------


class _Text:
    def __init__(self, plan: Plan, places: _Places) -> None:
        self.plan = plan
        self.places = places
        self.additions: dict[int, Addition] = defaultdict(Addition)
        self.changes: list[NumberedChange] = []
        self.removed: list[NumberedChange] = []

    def add_changes(
        self, sections: Sequence[doc.SectionChange], document: doc.Document
    ) -> None:
        last = sum(len(section.items) or 1 for section in sections)
        for section in sections:
            place = self.places.of_section(section.section) if section.section else None
            if place is None and section.section is document.sections[0]:
                place = 0 if self.places.blocks else None
            for change, at in self._changes_of(section, place):
                self.changes.append(change)
                if at is None:
                    self.removed.append(change)
                    continue
                addition = self.additions[at]
                addition.kind = addition.kind or change.kind
                context = {"change": change, "last": last}
                addition.note += render_to_string("plans/_change_note.html", context)

    def _changes_of(
        self, section: doc.SectionChange, place: int | None
    ) -> Iterator[tuple[NumberedChange, int | None]]:
        """With the block that each is about; for what was taken out, the heading."""
        heading = section.heading or "Introduction"
        for item in section.items:
            at = self.places.of_item(item.item) if item.item else place
            change = NumberedChange(
                len(self.changes) + 1,
                item.kind,
                change_name(item) or heading,
                heading,
                item.values,
                tick_of(item),
            )
            yield change, at
        if not section.items:
            was = section.renamed_from
            change = NumberedChange(
                len(self.changes) + 1,
                section.kind,
                heading,
                heading,
                note=f"Renamed from “{was}”." if was else "",
            )
            yield change, place

    def add_comments(
        self,
        document: doc.Document,
        loaded: Loaded,
        edits: Iterable[doc.SectionChange],
    ) -> None:
        """The link to the comments of each item, if it is in the plan still."""
        edited = {
            change.item.id
            for section in edits
            for change in section.items
            if change.item is not None
        }
        for item, living in _pairs(document, loaded):
            place = self.places.of_item(item)
            row = loaded.items.get(living.id or 0)
            if place is None or row is None:
                continue
            addition = self.additions[place]
            addition.tools += button_html(self.plan, row, living)
            if living.id in edited:
                context = {"plan": self.plan, "id": living.id}
                addition.tools += render_to_string("plans/_edited_since.html", context)

    def contents(self, page: SigningPage) -> list[Heading]:
        headings = [
            (number, block)
            for number, block in enumerate(page.blocks)
            if block.is_top and block.tag in HEADINGS
        ]
        ends = [number for number, _ in headings[1:]] + [len(page.blocks)]
        changed = [n for n, each in self.additions.items() if each.kind]
        lines = []
        for (number, block), end in zip(headings, ends, strict=True):
            anchor, text = _heading_of(page, number, block)
            count = sum(number <= n < end for n in changed)
            lines.append(Heading(text, int(block.tag[1]), anchor, count))
        return lines


def _heading_of(page: SigningPage, number: int, block: SigningBlock) -> tuple[str, str]:
    _, _, behind = page.html.partition(f"<!--b{number}-->")
    html, _, _ = behind.partition(f"<!--e{number}-->")
    tag, _, words = html.partition(">")
    _, _, anchor = tag.partition(' id="')
    return unescape(anchor.partition('"')[0]), unescape(strip_tags(words)).strip()


# --- Which item of the plan an item of the version is --------------------------------


def _pairs(
    document: doc.Document, loaded: Loaded
) -> Iterator[tuple[doc.Item, doc.Item]]:
    """Items of the version with those of the plan that are the same rows."""
    present = loaded.document.sections
    partners = pair_sections(present, [], document.sections)
    for section, partner in zip(document.sections, partners, strict=True):
        if partner is None:
            continue
        blocks = pair_blocks(partner.blocks, [], section.blocks)
        for block, other in zip(section.blocks, blocks, strict=True):
            if other is not None:
                yield from _item_pairs(block.items, other.items)


def _item_pairs(
    items: Sequence[doc.Item], present: Sequence[doc.Item]
) -> Iterator[tuple[doc.Item, doc.Item]]:
    for item, partner in zip(items, pair_items(present, [], items), strict=True):
        if partner is not None:
            yield item, partner
            yield from _item_pairs(item.children, partner.children)
