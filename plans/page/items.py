"""A loaded plan as the pages show it: each item with the controls that fit.

Pure preparation for the templates: no queries, no HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from planner.server.disconnects import check_reader
from plans import document as doc
from plans.content import export
from plans.content.completeness import filled_in
from plans.content.storage import Loaded
from plans.content.values import values_of_row
from plans.document import BlankKind, BlockKind, ItemKind
from plans.models import Block, Item, Plan, Section

# A table longer than this is shown in pages, or its page would take seconds.
ROWS_PER_PAGE = 100

NAMES = {
    BlockKind.RISKS: "risk",
    BlockKind.DEPENDENCIES: "dependency",
    BlockKind.METRICS: "metric",
    BlockKind.VIOLATIONS: "violation",
    BlockKind.TABLE: "row",
    BlockKind.CHECKLIST: "check",
    BlockKind.FIELDS: "field",
    BlockKind.APPROVALS: "approval",
    BlockKind.SIGN_OFFS: "approval",
    BlockKind.LIST: "entry",
}


# Only guidance is left out of a finished plan; the page says so beside the problems.
_COMMENT_NAMES = {
    "guidance": "Guidance",
    "marker": "Mark for tools",
    "remark": "Remark",
}
_BLOCK_NAMES = {
    BlockKind.PASSAGE: "this text",
    BlockKind.CODE: "this code",
    BlockKind.GUIDANCE: "this guidance",
    BlockKind.FIELDS: "these fields",
    BlockKind.APPROVALS: "these approvals",
}


@dataclass(unsafe_hash=True)
class Control:
    """One input: what it is called, what it holds, what may be put in.

    `kind`: text, choice, date or person. `tint`: a CSS class for a level or status.
    Its markup is kept under its values: it does not change once it has been shown.
    """

    name: str
    label: str
    value: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    is_blank: bool = False
    questions: tuple[str, ...] = ()
    typed_answer: tuple[int, str] = (0, "")
    placeholders: tuple[str, ...] = ()
    tint: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.is_blank or bool(self.questions or self.placeholders)

    @property
    def is_question(self) -> bool:
        """Whether an open question stands in place of the whole value."""
        text = self.value.strip()
        return len(self.questions) == 1 and text.startswith(("[NEEDS", "NEEDS"))

    @property
    def explanation(self) -> str:
        """What a choice is about; other controls show their hint inside."""
        is_shown = self.kind == "choice" and self.is_blank and " - " in self.hint
        return self.hint.split(" - ", 1)[1] if is_shown else ""

    @property
    def is_wide(self) -> bool:
        return len(self.value) > 60 or "\n" in self.value


# What can have items nested in it stands with them in a node (`markup.py`).
_NESTING = (ItemKind.FIELD, ItemKind.CHECK, ItemKind.ENTRY)


@dataclass
class ItemView:
    """An item with its row, its controls, and what to tell about the last save.

    `outer_tag`: the element that stands for it, with what is nested, in its list.
    `keep`: the page has all of it already and keeps it; `keep_own`: it keeps the item
    itself, though not all that is nested in it. `can_rename`: its label is a control.
    """

    row: Item
    item: doc.Item
    controls: list[Control]
    outer_tag: str = "div"
    children: list[ItemView] = field(default_factory=list)
    options: list[doc.Option] = field(default_factory=list)
    is_saved: bool = False
    error: str = ""
    conflict: list[tuple[str, str]] = field(default_factory=list)
    can_rename: bool = False
    keep: bool = False
    keep_own: bool = False
    comment_name: str = ""

    @property
    def kind(self) -> str:
        return str(self.item.kind)

    @property
    def dom_id(self) -> str:
        return f"item-{self.row.pk}"

    @property
    def has_node(self) -> bool:
        return self.item.kind in _NESTING

    @property
    def outer_id(self) -> str:
        return f"node-{self.row.pk}" if self.has_node else self.dom_id

    @property
    def is_waiting(self) -> bool:
        return any(control.is_waiting for control in self.controls)

    @property
    def can_ask(self) -> bool:
        return self.item.kind in (ItemKind.FIELD, ItemKind.ROW, ItemKind.ENTRY)

    @property
    def main(self) -> Control:
        return self.controls[0]

    @property
    def children_are_checks(self) -> bool:
        return bool(self.children) and self.children[0].kind == ItemKind.CHECK


@dataclass
class BlockView:
    row: Block
    block: doc.Block
    items: list[ItemView]
    columns: list[str]
    page: int = 1
    pages: int = 1
    keep: bool = False

    @property
    def kind(self) -> str:
        return str(self.block.kind)

    @property
    def is_table(self) -> bool:
        return self.block.kind.is_table

    @property
    def can_grow(self) -> bool:
        return self.block.kind in NAMES

    @property
    def name(self) -> str:
        """What the whole block is called beside its remove button."""
        if self.is_table:
            return "this table"
        return _BLOCK_NAMES.get(self.block.kind, "this list")

    @property
    def item_name(self) -> str:
        return NAMES.get(self.block.kind, "item")


@dataclass
class SectionView:
    row: Section
    section: doc.Section
    blocks: list[BlockView]
    filled: int = 0
    open: int = 0
    keep: bool = False
    hint: str = ""

    @property
    def may_be_unwritten(self) -> bool:
        """Whether it holds nothing but comments."""
        kinds = {block.block.kind for block in self.blocks}
        return kinds == {BlockKind.GUIDANCE}

    @property
    def depth(self) -> int:
        return max(self.row.level, 1)

    @property
    def title(self) -> str:
        return self.row.heading or "Introduction"

    @property
    def is_empty(self) -> bool:
        return not self.row.level and not self.blocks

    @property
    def total(self) -> int:
        return self.filled + self.open


@dataclass
class Pages:
    """Which page of which long table is asked for: `{block id: page}`."""

    asked: dict[int, int] = field(default_factory=dict)


def section_views(
    plan: Plan, loaded: Loaded, pages: Pages | None = None
) -> list[SectionView]:
    own = export.own_placeholders(plan)
    found = []
    sections = loaded.document.sections
    for section, following in zip_longest(sections, sections[1:]):
        assert section.id is not None
        blocks = [
            block_view(block, loaded, own, pages or Pages(), section.heading)
            for block in section.blocks
        ]
        part = SectionView(loaded.sections[section.id], section, blocks)
        if hint := doc.hint_of(section, following):
            part.hint = doc.hint_text(hint)
        rows = (loaded.items[item.id or 0] for item in section.walk())
        part.filled = filled_in(rows)
        found.append(part)
    return found


def block_view(
    block: doc.Block,
    loaded: Loaded,
    own: frozenset[str],
    pages: Pages,
    heading: str = "",
) -> BlockView:
    assert block.id is not None
    total = max(1, -(-len(block.items) // ROWS_PER_PAGE))
    page = min(max(pages.asked.get(block.id, 1), 1), total)
    shown = block.items[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    columns = doc.columns_of(block)
    items = [
        item_view(item, block, loaded.items, columns, own, heading) for item in shown
    ]
    return BlockView(loaded.blocks[block.id], block, items, columns, page, total)


def places(document: doc.Document) -> dict[int, str]:
    """Where on the plan's page the items of long tables are: `?rows-12=3#item-456`.

    All other items are simply at `#item-N`.
    """
    found = {}
    for section in document.sections:
        for block in section.blocks:
            if len(block.items) <= ROWS_PER_PAGE:
                continue
            for index, top in enumerate(block.items):
                page = index // ROWS_PER_PAGE + 1
                for item in top.walk():
                    found[item.id or 0] = f"?rows-{block.id}={page}#item-{item.id}"
    return found


def view_of_row(row: Item, own: frozenset[str] = frozenset()) -> ItemView:
    """An item without what is nested in it. No query for a row of `items_of`."""
    item, block = values_of_row(row)
    heading = row.block.section.heading
    return item_view(item, block, {row.pk: row}, doc.columns_of(block), own, heading)


def item_view(
    item: doc.Item,
    block: doc.Block,
    rows: dict[int, Item],
    columns: list[str],
    own: frozenset[str] = frozenset(),
    heading: str = "",
) -> ItemView:
    check_reader()
    row = rows[item.id or 0]
    part = ItemView(
        row=row,
        item=item,
        controls=list(_controls(item, block, columns, own, heading)),
        outer_tag=_outer_tag(row, block),
        children=[
            item_view(c, block, rows, columns, own, heading) for c in item.children
        ],
    )
    if item.kind is ItemKind.GUIDANCE:
        kind = doc.kind_of_comment(doc.values_of(item)[0], own)
        part.comment_name = _COMMENT_NAMES[kind]
    if item.kind is ItemKind.CODE:
        part.options = doc.options_of(doc.values_of(item)[0])
    return part


def _outer_tag(row: Item, block: doc.Block) -> str:
    match row.kind:
        case ItemKind.ROW:
            return "tr"
        case ItemKind.GUIDANCE:
            return "details"
    is_list = block.kind in (BlockKind.LIST, BlockKind.CHECKLIST)
    return "li" if is_list or row.parent_id else "div"


def _controls(
    item: doc.Item,
    block: doc.Block,
    columns: list[str],
    own: frozenset[str],
    heading: str = "",
) -> Iterable[Control]:
    values, blanks = doc.values_of(item), doc.blanks_of(item)
    match item:
        case doc.Row():
            roles = doc.roles_of(block.kind, columns)
            for column, (value, blank) in enumerate(zip(values, blanks, strict=True)):
                label = columns[column] if column < len(columns) else "More"
                role = roles[column] if column < len(roles) else None
                control = _control(item, f"cell-{column}", label, value, blank, own)
                if block.kind is BlockKind.SIGN_OFFS and role == "name":
                    role = "owner"
                expected = doc.expected_value(label, role=role)
                _shape(control, blank, expected, doc.value_as_read(item, column))
                yield _tinted(control, role)
        case doc.Field():
            control = _control(item, "value", item.label, values[0], blanks[0], own)
            expected = doc.expected_value(item.label, heading=heading)
            if block.kind is BlockKind.APPROVALS:
                control.kind = "person"
            else:
                _shape(control, blanks[0], expected, doc.value_as_read(item))
            yield control
        case _:
            control = _control(item, "text", "", values[0], blanks[0], own)
            _shape(control, blanks[0], None, values[0])
            yield control


def _control(
    item: doc.Item,
    name: str,
    label: str,
    value: str,
    blank: doc.Blank | None,
    own: frozenset[str],
) -> Control:
    control = Control(name=name, label=label, value=value)
    # A list nested in a field may stand for its value: that is for the node to show, so
    # that an item's markup does not depend on what is nested in it.
    must = item.kind is ItemKind.FIELD or doc.must_have_text(item)
    control.is_blank = not value and (blank is not None or must)
    if blank and blank.hint != "...":
        control.hint = blank.hint
    if item.kind is not ItemKind.CODE:
        control.questions = tuple(doc.questions(value))
    control.placeholders = tuple(b.shown for b in doc.waiting_in(item, value, own))
    return control


def _shape(
    control: Control, blank: doc.Blank | None, expected: doc.Blank | None, read_as: str
) -> None:
    """Choose the control by the label's `expected` value, else by the blank.

    What the file says in other words (`read_as`) stays a text that can be edited. The
    text of now does not count: a control must not become another one while one types.
    """
    if blank and blank.kind is not BlankKind.TEXT:
        _shape_by(control, blank)
    elif expected and doc.fits(read_as, expected):
        _shape_by(control, expected)


def _shape_by(control: Control, expected: doc.Blank) -> None:
    if expected.kind is BlankKind.CHOICE and expected.choices:
        control.choices = expected.choices
        control.kind = "choice" if expected.is_closed else "suggest"
    elif expected.kind is BlankKind.DATE and (
        not control.value or _is_iso(control.value)
    ):
        control.kind = "date"
    elif expected.kind is BlankKind.PERSON:
        control.kind = "person"
    # A choice that a file made in its own words stays on offer.
    is_other = control.value and control.value not in control.choices
    if control.kind == "choice" and is_other:
        control.choices = (*control.choices, control.value)


def _tinted(control: Control, role: str | None) -> Control:
    """A level or status in its colour."""
    if role in ("impact", "likelihood"):
        level = doc.level_of(control.value)
        control.tint = f"level-{level}" if level else ""
    elif role == "status":
        level = doc.status_of(control.value)
        control.tint = f"status-{level}" if level else ""
    return control


def _is_iso(value: str) -> bool:
    return (
        len(value) == 10 and value[4:5] == value[7:8] == "-" and value.count("-") == 2
    )


def outline_of(
    parts: list[SectionView], errors: Iterable[doc.Problem]
) -> list[SectionView]:
    """The headings of the outline; a part's counts have those of its subsections in.

    Returns copies: the sections themselves keep their own counts.
    """
    counts = Counter(problem.section.id for problem in errors)
    found: list[SectionView] = []
    for part in parts:
        if not part.row.level:
            continue
        here = counts[part.section.id]
        found.append(SectionView(part.row, part.section, [], part.filled, here))
    for index, part in enumerate(found):
        for below in found[index + 1 :]:
            if below.row.level <= part.row.level:
                break
            part.filled += below.filled
            part.open += below.open
    return [part for part in found if 1 <= part.row.level <= 3]
