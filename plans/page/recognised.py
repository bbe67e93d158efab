"""How a text that is to be imported will look as a plan, and what was recognised in it.

The controls and the markup are those that the plan's page gives to the same values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from planner.server.disconnects import check_client
from plans import document as doc
from plans.document import BlockKind, ItemKind
from plans.page.document_preview import BlockPreview, ItemPreview, preview_blocks
from plans.page.value_html import shown_html
from plans.page.view_models import Control

# So much of a text is shown: what a person can look through. All of it is counted.
SHOWN_ITEMS = 600
SHOWN_CHARACTERS = 150_000


class Mark(StrEnum):
    """What is recognised, by the words of templates/plans/_recognised_mark.html."""

    PHASE = "phase"
    FIELD = "field"
    CHOICE = "choice"
    DATE = "date"
    PERSON = "person"
    CHECK = "check"
    RISK = "risk"
    DEPENDENCY = "dependency"
    METRIC = "metric"
    VIOLATION = "violation"
    APPROVAL = "approval"
    QUESTION = "question"
    BLANK = "blank"


_OF_BLOCKS = {
    BlockKind.RISKS: Mark.RISK,
    BlockKind.DEPENDENCIES: Mark.DEPENDENCY,
    BlockKind.METRICS: Mark.METRIC,
    BlockKind.VIOLATIONS: Mark.VIOLATION,
    BlockKind.APPROVALS: Mark.APPROVAL,
    BlockKind.SIGN_OFFS: Mark.APPROVAL,
}
_OF_CONTROLS = {
    "choice": Mark.CHOICE,
    "suggest": Mark.CHOICE,
    "date": Mark.DATE,
    "person": Mark.PERSON,
}


@dataclass(frozen=True)
class RecognisedValue:
    """`marks`: of a value that has no column to carry them."""

    html: SafeString
    marks: tuple[Mark, ...] = ()
    css_class: str = ""
    label: str = ""


@dataclass
class RecognisedBlock:
    """`columns`: the label of each, and what its values were recognised as."""

    kind: str
    is_table: bool
    mark: Mark | None
    columns: list[tuple[str, tuple[Mark, ...]]]
    items: list[SafeString]


@dataclass
class RecognisedSection:
    section: doc.Section
    blocks: list[RecognisedBlock]

    @property
    def level(self) -> int:
        """Of its heading, below that of the page."""
        return min(self.section.level + 1, 6)

    @property
    def depth(self) -> int:
        return max(self.section.level, 1)


@dataclass
class Recognised:
    """`counts`: of marks in the whole text. `left_out`: items that are not shown."""

    sections: list[RecognisedSection]
    counts: list[tuple[Mark, int]]
    items: int
    left_out: int


def recognise(document: doc.Document, own: frozenset[str] = frozenset()) -> Recognised:
    """`own`: placeholders of the template that the text is based on."""
    return _Recogniser(own).recognise(document)


@dataclass
class _Recogniser:
    own: frozenset[str]
    counts: Counter[Mark] = field(default_factory=Counter)
    items: int = 0
    shown: int = 0
    characters: int = 0

    def recognise(self, document: doc.Document) -> Recognised:
        sections = [self._section(each) for each in document.sections]
        return Recognised(
            sections=[each for each in sections if each.section.level or each.blocks],
            counts=[(mark, self.counts[mark]) for mark in Mark if self.counts[mark]],
            items=self.items,
            left_out=self.items - self.shown,
        )

    def _section(self, section: doc.Section) -> RecognisedSection:
        self.counts[Mark.PHASE] += section.phase is not None
        previews = preview_blocks(section, self.own, self._shows)
        blocks = [_block(each) for each in previews if each.items]
        return RecognisedSection(section, blocks)

    def _shows(self, preview: ItemPreview) -> bool:
        controls = _controls(preview)
        self._count(preview, controls)
        return self._has_room(controls)

    def _count(self, preview: ItemPreview, controls: list[Control]) -> None:
        self.items += 1
        item = preview.item
        if not preview.is_nested and (mark := _mark_of(preview.block)):
            self.counts[mark] += 1
        elif item.kind is ItemKind.FIELD:
            self.counts[Mark.FIELD] += 1
        elif item.kind is ItemKind.CHECK:
            self.counts[Mark.CHECK] += 1
        for control in controls:
            self.counts.update(_marks(control))
            self.counts[Mark.QUESTION] += len(control.questions)
            self.counts[Mark.BLANK] += control.is_blank + len(control.placeholders)

    def _has_room(self, controls: list[Control]) -> bool:
        """Whether an item is shown; once one is not, none is."""
        self.characters += sum(len(control.value) for control in controls)
        is_first = not self.shown
        is_short = self.characters <= SHOWN_CHARACTERS or is_first
        if self.shown < SHOWN_ITEMS and is_short:
            self.shown += 1
            return True
        self.characters = SHOWN_CHARACTERS + 1
        return False


def _controls(preview: ItemPreview) -> list[Control]:
    """None where what is nested stands for the item's value."""
    if preview.item.children and not any(each.value for each in preview.controls):
        return []
    return preview.controls


def _mark_of(block: BlockPreview) -> Mark | None:
    return _OF_BLOCKS.get(block.block.kind)


def _block(block: BlockPreview) -> RecognisedBlock:
    of_columns: dict[int, tuple[Mark, ...]] = {}
    for item in block.items if block.is_table else ():
        for number, control in enumerate(_controls(item)):
            of_columns.setdefault(number, _marks(control))
    return RecognisedBlock(
        kind=block.kind,
        is_table=block.is_table,
        mark=_mark_of(block),
        columns=[
            (label, of_columns.get(number, ()))
            for number, label in enumerate(block.columns)
        ],
        items=[_item_html(each) for each in block.items],
    )


def _item_html(preview: ItemPreview) -> SafeString:
    check_client()
    item = preview.item
    nested = "".join(_item_html(each) for each in preview.children)
    context = {
        "item": item,
        "kind": preview.kind,
        "number": doc.number_of(item),
        "nested": mark_safe(nested),  # noqa: S308
        "values": list(_values(preview)),
    }
    return render_to_string("plans/_recognised_item.html", context)


def _marks(control: Control) -> tuple[Mark, ...]:
    mark = _OF_CONTROLS.get(control.kind)
    return (mark,) if mark else ()


def _values(preview: ItemPreview) -> Iterator[RecognisedValue]:
    in_table = preview.block.is_table
    for control in _controls(preview):
        yield RecognisedValue(
            shown_html(control, preview.kind, can_edit=True),
            () if in_table else _marks(control),
            control.cell_class if in_table else "",
            control.label,
        )
