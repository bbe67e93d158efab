"""A read-only look at the form that a template becomes: no rows, no queries.

The controls are those of a plan's page; what is shown is bounded, for it is made again
while somebody types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.safestring import SafeString

from plans import document as doc
from plans.document import ItemKind
from plans.document.hints import Hints, SectionHints, read_hints
from plans.page.document_preview import BlockPreview, ItemPreview, preview_blocks
from plans.page.field_hints import place_hints
from plans.page.value_html import shown_html

# Shown of one template; the rest is counted.
MOST_ITEMS = 400
# In characters: a longer text is shown only when it is asked for.
LONGEST_LIVE = 60_000


@dataclass
class LookValue:
    label: str
    html: SafeString
    choices: tuple[str, ...] = ()


@dataclass
class LookItem:
    kind: str
    label: str
    done: bool
    values: list[LookValue]
    hint: str = ""
    children: list[LookItem] = field(default_factory=list)


@dataclass
class LookBlock:
    kind: str
    is_table: bool
    columns: list[str]
    items: list[LookItem]


@dataclass
class LookSection:
    heading: str
    level: int
    blocks: list[LookBlock]
    hints: SectionHints | None = None

    @property
    def depth(self) -> int:
        """Of its heading on the page, below the page's own."""
        return min(self.level + 2, 6)


@dataclass
class Look:
    sections: list[LookSection]
    headings: int = 0
    blanks: int = 0
    choices: int = 0
    questions: int = 0
    hidden: int = 0  # items and headings that are not shown
    # Headings of the guidance beside the form that the template does not have.
    stray_hints: list[str] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to fill in, which a template should have."""
        return not (self.blanks or self.questions)


def look_at(markdown: str, hints: str = "") -> Look:
    """The form that a template becomes, with the guidance beside it. Both texts may be
    of any size that can be stored. The look is kept for a while, and must not be
    changed."""
    is_short = len(markdown) + len(hints) <= LONGEST_LIVE
    return _kept(markdown, hints) if is_short else _look(markdown, hints)


def _look(markdown: str, hints: str) -> Look:
    document = doc.read(markdown)
    own = doc.template_placeholders(markdown)
    return _Maker(own, read_hints(hints)).look(document)


_kept = lru_cache(maxsize=20)(_look)


class _Maker:
    def __init__(self, own: frozenset[str], hints: Hints) -> None:
        self.own = own
        self.hints = hints
        self.result = Look([])
        self.left = MOST_ITEMS

    def look(self, document: doc.Document) -> Look:
        for section in document.sections:
            self.result.headings += bool(section.level)
            is_shown = self.left > 0
            self.left -= bool(section.level)
            previews = preview_blocks(section, self.own, self._shows)
            previews = [block for block in previews if block.items or block.columns]
            if not is_shown:
                self.result.hidden += bool(section.level)
            elif section.level or previews:
                items = [item for block in previews for item in block.items]
                hints = self.hints.of_section(section.heading)
                hints = place_hints(items, hints)
                blocks = [self._block(block) for block in previews]
                shown = LookSection(section.heading, section.level, blocks, hints)
                self.result.sections.append(shown)
        headings = [section.heading for section in document.sections]
        self.result.stray_hints = self.hints.headings_without_place(headings)[:20]
        return self.result

    def _shows(self, preview: ItemPreview) -> bool:
        if self.left <= 0:
            self.result.hidden += 1
            return False
        self.left -= 1
        return True

    def _block(self, block: BlockPreview) -> LookBlock:
        items = [self._item(item) for item in block.items]
        return LookBlock(block.kind, block.is_table, block.columns, items)

    def _item(self, preview: ItemPreview) -> LookItem:
        item = preview.item
        values = []
        for control in preview.controls:
            # A blank with a list below it is filled in by that list.
            is_blank = control.is_blank and not (control.hint == "" and item.children)
            self.result.blanks += is_blank or bool(control.placeholders)
            self.result.questions += len(control.questions)
            self.result.choices += is_blank and bool(control.choices)
            offered = control.choices if is_blank else ()
            html = shown_html(control, preview.kind, can_edit=is_blank)
            if control.is_blank and (not is_blank or control.kind == "choice"):
                html = SafeString()  # what is nested, or the choices, stand for it
            values.append(LookValue(control.label, html, offered))
        label = item.label if isinstance(item, doc.Field) else ""
        if item.kind is ItemKind.GUIDANCE:
            label = doc.hint_text(item) if isinstance(item, doc.Text) else ""
        children = [self._item(child) for child in preview.children]
        done = isinstance(item, doc.Check) and item.done
        hint = preview.template_hint
        return LookItem(preview.kind, label, done, values, hint, children)
