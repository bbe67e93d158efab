"""What the templates of a plan's page are given: sections, blocks, items and controls.

Only data and what follows from it: no queries, no HTML. `plans.page.items` builds them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from plans import document as doc
from plans.document import BlockKind, ItemKind
from plans.document.hints import SectionHints
from plans.models import Block, Item, Section
from plans.page.assignments import Assignment, assignment_view

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
# What can be added by hand, by the words of the menus.
NEW_NAMES = {
    BlockKind.PASSAGE: "Text",
    BlockKind.LIST: "List",
    BlockKind.CHECKLIST: "Checklist",
    BlockKind.FIELDS: "Fields",
    BlockKind.TABLE: "Table",
    BlockKind.RISKS: "Risks",
    BlockKind.DEPENDENCIES: "Dependencies",
    BlockKind.METRICS: "Metrics",
    BlockKind.CODE: "Code or directory tree",
}
_BLOCK_NAMES = {
    BlockKind.PASSAGE: "this text",
    BlockKind.CODE: "this code",
    BlockKind.GUIDANCE: "this guidance",
    BlockKind.FIELDS: "these fields",
    BlockKind.APPROVALS: "these approvals",
}


# In characters.
_SHORT_VALUE = 12
_LONG_WORD = 18


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
    is_code: bool = False
    is_passage: bool = False

    @property
    def is_waiting(self) -> bool:
        return self.is_blank or bool(self.questions or self.placeholders)

    @property
    def is_question(self) -> bool:
        """Whether an open question stands in place of the whole value."""
        return len(self.questions) == 1 and doc.is_question(self.value)

    @property
    def shown(self) -> str:
        """The text at rest, which its control is opened with. A question in its place
        is an invitation to answer it, and an answer begins empty."""
        return "" if self.is_question else self.value

    @property
    def prompt(self) -> str:
        """What an empty control says."""
        if self.is_question:
            return self.questions[0] or "This needs clarification."
        return self.hint

    @property
    def invitation(self) -> str:
        """What a blank says at rest."""
        by_kind = {"choice": "Choose…", "date": "Set a date", "person": "Name"}
        words = self.prompt.split(" - ")[0] if self.explanation else self.prompt
        return words or by_kind.get(self.kind, "Write here")

    @property
    def widget(self) -> str:
        """Which control the page's scripts make for it."""
        if self.is_code:
            return "code"
        if self.is_passage:
            return "passage"
        if self.is_question or (self.is_wide and self.kind in ("suggest", "person")):
            return "text"
        return self.kind

    @property
    def choices_json(self) -> str:
        return json.dumps(self.choices, ensure_ascii=False, separators=(",", ":"))

    @property
    def explanation(self) -> str:
        """What a choice is about; other controls show their hint inside."""
        is_shown = self.kind == "choice" and self.is_blank and " - " in self.hint
        return self.hint.split(" - ", 1)[1] if is_shown else ""

    @property
    def cell_class(self) -> str:
        """How a table breaks it: short values never, and only long words within."""
        longest = max(map(len, self.shown.split()), default=0)
        if longest > _LONG_WORD:
            return "has-long-word"
        return "is-short" if 0 < len(self.shown) <= _SHORT_VALUE else ""

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
    itself, though not all that is nested in it.
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
    keep: bool = False
    keep_own: bool = False
    comment_name: str = ""
    # Guidance beside the form, of the template.
    template_hint: str = ""

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
        """The name of the whole block, as its remove button uses it."""
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
    questions: int = 0
    keep: bool = False
    hint: str = ""
    template_hints: SectionHints | None = None
    pictures: SafeString = SafeString()
    # The ids of those to whom it, or something in it, is assigned.
    assignees: set[int] = field(default_factory=set)

    @property
    def assignment(self) -> Assignment | None:
        return assignment_view(self.row)

    @property
    def may_be_unwritten(self) -> bool:
        """Whether it holds nothing but comments."""
        kinds = {block.block.kind for block in self.blocks}
        return kinds == {BlockKind.GUIDANCE}

    @property
    def begins_with_guidance(self) -> bool:
        return bool(self.blocks) and self.blocks[0].block.kind is BlockKind.GUIDANCE

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
