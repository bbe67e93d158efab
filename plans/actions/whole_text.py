"""Giving a plan another text as a whole: that of a version, or with changes taken from
a file.

Parts that are in the new text too keep their rows, with their comments, history and
assignments: their columns are written, the others are taken out of the plan, and what
is in the new text alone is added. An item that is known to be at another place now is
put there. So it is one change like any other, and undone as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

from plans import document as doc
from plans.actions.approvers import link
from plans.actions.change_log import (
    Row,
    edit_added,
    edit_of,
    mark_removed,
    set_columns,
    update_if_version,
)
from plans.actions.columns import CELL_COLUMNS, cells_of, put_cells
from plans.actions.ordering import positions_in_order
from plans.actions.outline import follow_heading, form_edit
from plans.actions.partners import Partners
from plans.actions.threads import follow_questions
from plans.actions.values import write_values
from plans.content import storage
from plans.content.rows import (
    block_from_row,
    block_row,
    keeps_its_values,
    section_row,
)
from plans.content.values import attributes, values_of_row
from plans.document.diff.pairing import pair_blocks, pair_items, pair_sections
from plans.models import Approval, Block, Item, Plan, Section, User
from plans.models.change import Edit
from plans.models.content import GAP

# Written by themselves, whatever is around them.
_LINES = (doc.Field, doc.Row, doc.Check, doc.Entry)


def write_whole(
    plan: Plan,
    actor: User,
    loaded: storage.Loaded,
    document: doc.Document,
    partners: Partners | None = None,
) -> list[Edit]:
    """Write a document over the rows of a plan, in an action that holds its lock.

    `loaded`: the plan with all that was taken out of it. Returns [] if it says that
    already.
    """
    writer = _Writer(plan, actor, loaded, partners or Partners())
    edits = [*_form(plan, document), *writer.sections(document.sections)]
    writer.link_approvers()
    return edits


def _form(plan: Plan, document: doc.Document) -> list[Edit]:
    """The line ends of the file, and whether it begins with a byte order mark."""
    edit = form_edit(plan, {"newline": document.newline, "bom": document.bom})
    return [edit] if edit["after"] else []


@dataclass
class _Writer:
    plan: Plan
    actor: User
    loaded: storage.Loaded
    known: Partners
    renamed: list[Approval] = field(default_factory=list)
    # The ids of items that are known to be in the new text, wherever.
    staying: set[int | None] = field(init=False)
    # The blocks as the values of their rows were stored.
    forms: dict[int, doc.Block] = field(init=False)

    def __post_init__(self) -> None:
        blocks = self.loaded.blocks
        self.forms = {pk: block_from_row(row) for pk, row in blocks.items()}
        self.staying = {item.id for item in self.known.items.values()}

    # --- each kind of part: those that stay, those that go, those that come ---

    def sections(self, parts: Sequence[doc.Section]) -> list[Edit]:
        rows = self.loaded.sections
        present, removed = _split(self.loaded.document.sections, rows)
        partners = pair_sections(present, removed, parts, self.known.sections)
        edits: list[Edit] = []
        places = _places([*present, *removed], partners, rows)
        for part, partner, position in zip(parts, partners, places, strict=True):
            if partner is None:
                edits += self._new_section(part, position)
                continue
            row = rows[partner.id or 0]
            placed = {
                "position": position,
                "removed": False,
                "tail": part.tail,
                "source": part.source,
            }
            values = {"heading": part.heading, "level": part.level}
            edits += self._written(row, placed, values)
            if id(part) not in self.known.unchanged:
                edits += self._blocks(row, partner.blocks, part.blocks)
        # The last to go is the first to come back, before what was moved out of it.
        return edits + self._take_out(present, partners, rows)

    def _new_section(self, part: doc.Section, position: int) -> list[Edit]:
        row = section_row(self.plan, part, position)
        row.save(force_insert=True)
        storage.store_phases([row])
        blocks = [(block, GAP * n) for n, block in enumerate(part.blocks, start=1)]
        _, edits = self._add_blocks(row, blocks)
        return [edit_added(row), *edits]

    def _blocks(
        self, section: Section, old: Iterable[doc.Block], parts: Sequence[doc.Block]
    ) -> list[Edit]:
        rows = self.loaded.blocks
        present, removed = _split(old, rows)
        partners = pair_blocks(present, removed, parts, self.known.blocks)
        edits: list[Edit] = []
        places = _places([*present, *removed], partners, rows)
        for part, partner, position in zip(parts, partners, places, strict=True):
            if partner is None:
                continue
            row = rows[partner.id or 0]
            placed = {"position": position, "removed": False, "tail": part.tail}
            columns = doc.columns_of(partner)
            edits += self._written(row, placed, {"head": part.head})
            edits += self._items(row, None, partner.items, part.items)
            if columns != doc.columns_of(part):
                edits += self._follow_columns(row, columns, partner.items)
        new = [
            (part, position)
            for part, partner, position in zip(parts, partners, places, strict=True)
            if partner is None
        ]
        added, edits_inside = self._add_blocks(section, new)
        edits += [*map(edit_added, added), *edits_inside]
        return edits + self._take_out(present, partners, rows)

    def _follow_columns(
        self, block: Block, columns: list[str], items: Sequence[doc.Item]
    ) -> list[Edit]:
        """Rows that are out of the plan keep step with the columns of their table, so
        that they fit when they come back. `columns`: those it had."""
        edits = []
        names = doc.columns_of(block_from_row(block))
        rows = [self.loaded.items[item.id or 0] for item in items]
        for row in [row for row in rows if row.removed]:
            old = cells_of(row, len(columns))
            known = dict(zip(columns, old, strict=False))
            # A column that has another name is at its place.
            unnamed = [
                "" if column in names else cell
                for column, cell in zip(columns, old, strict=False)
            ] + [""] * len(names)
            cells = [
                known.get(name, cell)
                for name, cell in zip(names, unnamed, strict=False)
            ]
            edits.append(put_cells(self.plan, row, block, "", cells))
            row.save(update_fields=CELL_COLUMNS)
        return edits

    def _add_blocks(
        self, section: Section, parts: Sequence[tuple[doc.Block, int]]
    ) -> tuple[list[Block], list[Edit]]:
        """With their positions. The edits are those of items, where some of them come
        from other places."""
        pairs = [(block_row(section, part, place), part) for part, place in parts]
        is_mixed = [self._holds_known(part.walk()) for _, part in pairs]
        new = [pair for pair, mixed in zip(pairs, is_mixed, strict=True) if not mixed]
        storage.store_blocks(self.plan, new)
        edits: list[Edit] = []
        for row, part in compress(pairs, is_mixed):
            row.save(force_insert=True)
            edits += self._items(row, None, [], part.items)
        rows = [row for row, _ in pairs]
        slots = Approval.objects.filter(item__block__in=rows).exclude(name="")
        self.renamed += slots
        return rows, edits

    def _holds_known(self, parts: Iterable[doc.Item]) -> bool:
        return any(id(part) in self.known.items for part in parts)

    def _items(
        self,
        block: Block,
        parent: Item | None,
        old: Iterable[doc.Item],
        parts: Sequence[doc.Item],
    ) -> list[Edit]:
        rows = self.loaded.items
        present, removed = _split(old, rows)
        coming = self._from_elsewhere(block, present, parts)
        partners = self._partners_here(present, removed, parts, coming)
        edits = self._take_out(present, partners, rows)
        places = _places([*present, *removed], partners, rows)
        for part, partner, position in zip(parts, partners, places, strict=True):
            from_elsewhere = coming.get(id(part))
            partner = partner or from_elsewhere
            if partner is None:
                edits += self._new_item(block, parent, part, position)
                continue
            row = rows[partner.id or 0]
            edits += self._written_item(block, parent, row, part, position)
            edits += self._items(block, row, partner.children, part.children)
            if from_elsewhere is not None:
                edits += self._follow_block(block, partner)
        return edits

    def _from_elsewhere(
        self, block: Block, present: Sequence[doc.Item], parts: Sequence[doc.Item]
    ) -> dict[int, doc.Item]:
        """The items that are among these `parts` now, by the `id()` of the part."""
        here = {item.id for item in present}
        coming = {}
        for part in parts:
            item = self.known.items.get(id(part))
            if item is None or item.id in here:
                continue
            row = self.loaded.items[item.id or 0]
            form = block_from_row(block)
            if keeps_its_values(row.kind, self.forms[row.block_id], form):
                coming[id(part)] = item
            else:  # it can only be new there
                self.staying.discard(item.id)
        return coming

    def _partners_here(
        self,
        present: Sequence[doc.Item],
        removed: Sequence[doc.Item],
        parts: Sequence[doc.Item],
        coming: Mapping[int, doc.Item],
    ) -> list[doc.Item | None]:
        """None for those that are new, or come from elsewhere."""
        own = [part for part in parts if id(part) not in coming]
        known = {id(self.known.items.get(id(part))) for part in own}
        free = [
            item for item in present if id(item) in known or item.id not in self.staying
        ]
        pairs = zip(own, pair_items(free, removed, own, self.known.items), strict=True)
        partners = {id(part): partner for part, partner in pairs}
        return [partners.get(id(part)) for part in parts]

    def _follow_block(self, block: Block, item: doc.Item) -> list[Edit]:
        """What is nested in an item that was moved, and was taken out, goes with it."""
        rows = [self.loaded.items[each.id or 0] for each in item.walk()]
        return [
            set_columns(row, block_id=block.pk)
            for row in rows
            if row.block_id != block.pk and row.pk not in self.staying
        ]

    def _new_item(
        self, block: Block, parent: Item | None, part: doc.Item, position: int
    ) -> list[Edit]:
        inside = part.children if self._holds_known(part.walk()) else []
        (row,) = storage.store_items(
            self.plan,
            [
                (
                    replace(part, children=[]) if inside else part,
                    block,
                    block_from_row(block),
                    parent,
                )
            ],
            first_at=position,
        )
        if hasattr(row, "approval") and row.approval.name:
            self.renamed.append(row.approval)
        return [edit_added(row), *self._items(block, row, [], inside)]

    # --- one row ---

    def _take_out(
        self, present: Sequence[Any], partners: Sequence[Any], rows: dict[int, Any]
    ) -> list[Edit]:
        """With an item goes what is nested in it, unless it goes elsewhere."""
        kept = {id(partner) for partner in partners}
        going: list[Row] = []
        for part in present:
            if id(part) in kept:
                continue
            nested = self._going(part) if isinstance(part, doc.Item) else [part]
            inside = [rows[each.id or 0] for each in nested]
            going += [row for row in inside if not row.removed]
        return mark_removed(going) if going else []

    def _going(self, item: doc.Item) -> Iterator[doc.Item]:
        """Without what is at another place in the new text, and all in that."""
        if item.id not in self.staying:
            yield item
            for child in item.children:
                yield from self._going(child)

    def _written(
        self, row: Section | Block, placed: dict[str, Any], values: dict[str, Any]
    ) -> list[Edit]:
        after = placed | values
        before = {name: getattr(row, name) for name in after}
        edit = edit_of(row, before, after)
        changed = edit["after"]
        if not changed:
            return []
        type(row)._default_manager.filter(pk=row.pk).update(
            **{name: value for name, value in changed.items() if name in placed}
        )
        for name, value in changed.items():
            setattr(row, name, value)
        if written := {n: v for n, v in changed.items() if n in values}:
            update_if_version(row, None, **written)
            if isinstance(row, Section):
                follow_heading(row)
        return [edit]

    def _written_item(
        self,
        block: Block,
        parent: Item | None,
        row: Item,
        part: doc.Item,
        position: int,
    ) -> list[Edit]:
        stood_in = {"block_id": row.block_id, "parent_id": row.parent_id}
        row.block, row.parent = block, parent
        was, in_block = values_of_row(row)
        placed = {
            "block_id": block.pk,
            "parent_id": parent.pk if parent else None,
            "position": position,
            "removed": False,
            "tail": part.tail,
            "source": part.source,
        }
        # What says and looks the same keeps its memory of a blank: the hint in it.
        if isinstance(was, _LINES) and doc.written(was) == doc.written(part):
            del placed["source"]
        before = {name: getattr(row, name) for name in placed}
        before |= stood_in | attributes(was)
        edit = edit_of(row, before, placed | attributes(part))
        changed = edit["after"]
        columns = {name: value for name, value in changed.items() if name in placed}
        if columns:
            Item.objects.filter(pk=row.pk).update(**columns)
            for name, value in columns.items():
                setattr(row, name, value)
        if changed.keys() - columns.keys():
            now = attributes(part)
            write_values(self.plan, row, part, in_block, self.actor)
            follow_questions(row, self.actor, attributes(was), now)
        return [edit] if changed else []

    def link_approvers(self) -> None:
        for approval in self.renamed:
            link(self.plan, approval)


def _split(parts: Iterable[Any], rows: dict[int, Any]) -> tuple[list[Any], list[Any]]:
    """Those that are in the plan, and those that were taken out of it."""
    present: list[Any] = []
    removed: list[Any] = []
    for part in parts:
        (removed if rows[part.id or 0].removed else present).append(part)
    return present, removed


def _places(
    siblings: Sequence[Any], partners: Sequence[Any], rows: dict[int, Any]
) -> list[int]:
    known = [rows[p.id].position if p is not None else None for p in partners]
    return positions_in_order(known, {rows[part.id].position for part in siblings})
