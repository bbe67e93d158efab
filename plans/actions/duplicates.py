"""Duplicates of items and sections: the same texts once more, right behind."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from plans import document as doc
from plans import permissions
from plans.actions.capacity import refuse_if_overfull, refuse_longer_lines
from plans.actions.change_log import edit_added, lock_plan, require
from plans.actions.membership import membership
from plans.actions.nesting import Nesting
from plans.actions.new_items import as_neighbours, give_code, siblings_of
from plans.actions.numbering import renumber
from plans.actions.ordering import positions_after
from plans.actions.outline import make_room, refuse_if_gone, set_off
from plans.actions.phases import codes_of, make_room_for_code
from plans.actions.saving import REMOVED, log_item_change
from plans.actions.sections import finish_adding, refuse_unless_heading
from plans.content import storage
from plans.content.outline import end_of, sections_of, subtree
from plans.content.rows import block_from_row, block_row, section_row
from plans.document import SIGNING_KINDS, BlockKind
from plans.errors import Refused
from plans.models import Block, Change, Item, Membership, Plan, Section, User
from plans.models.content import GAP


@transaction.atomic
def duplicate_item(
    *, plan: Plan, item: Item, actor: User, member: Membership | None = None
) -> Item:
    """Add an item that says the same, with what is nested in it, behind it. Nothing in
    it is ticked; a risk gets an id of its own, and an approval no approver."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    block = item.block
    siblings = siblings_of(block, item.parent)
    present = [row for row in siblings if not row.removed]
    if item not in present or not Block.objects.present().filter(pk=block.pk).exists():
        raise Refused(REMOVED)
    after = present[present.index(item)]
    block.section.plan = plan
    part = _copy(_part_of(item), BlockKind(block.kind))
    give_code(part, block, present)
    (position,) = positions_after(siblings, after)
    end = list(part.walk())[-1]
    end.tail = Nesting(block).end_of(after).tail
    edits = as_neighbours(block, end, after, present)
    (row,) = storage.store_items(
        plan, [(part, block, block_from_row(block), item.parent)], first_at=position
    )
    new = Nesting(block).within(row)
    Item.objects.filter(pk__in=[each.pk for each in new]).update(
        updated_by=actor, updated_at=timezone.now()
    )
    edits += [edit_added(each) for each in new]
    edits += renumber(block, item.parent)
    refuse_if_overfull(plan)
    log_item_change(plan, actor, number, Change.Verb.ITEM_ADDED, row, part, edits)
    return row


def _part_of(item: Item) -> doc.Item:
    """The document's item, with what is nested in it."""
    document = storage.load_section(item.block.section).document
    return next(part for _, _, part in document.walk() if part.id == item.pk)


def _copy(part: doc.Item, kind: BlockKind) -> doc.Item:
    new = deepcopy(part)
    for each in new.walk():
        each.id = None
        if isinstance(each, doc.Check):
            each.done = False
        if isinstance(each, doc.Field) and kind is BlockKind.APPROVALS:
            each.value = ""
        if isinstance(each, doc.Row) and kind is BlockKind.SIGN_OFFS:
            each.cells = [*each.cells[:1], *[""] * len(each.cells[1:])]
    return new


@transaction.atomic
def duplicate_section(
    *, plan: Plan, section: Section, actor: User, member: Membership | None = None
) -> Section:
    """Add a section that says the same, with its subsections, behind it. A phase gets
    the next number, and any other section a heading that says that it is a copy."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    sections = sections_of(plan)
    present = [row for row in sections if not row.removed]
    refuse_if_gone(section, present)
    if not section.level:
        raise Refused("The introduction can’t be duplicated. Copy its text instead.")
    originals = subtree(present, section)
    signing = Block.objects.present().filter(kind__in=SIGNING_KINDS)
    if signing.filter(section__in=originals).exists():
        raise Refused(
            "A section with sign-offs can’t be duplicated: its approvers would be "
            "asked twice."
        )
    codes = codes_of(present)
    edits = []
    if section.pk in codes:
        _, code = doc.next_phase([codes[section.pk]])
        heading = doc.with_code(section.heading, code)
        edits += make_room_for_code(present, section, code)
    else:
        heading = f"{section.heading} (copy)"
    for row in originals:
        row.plan = plan
    parts = [_copied_section(row) for row in originals]
    parts[0].heading = heading
    refuse_unless_heading(replace(parts[0], blocks=[]))
    refuse_longer_lines("", heading)
    end = end_of(originals[-1])
    last = parts[-1].blocks[-1] if parts[-1].blocks else parts[-1]
    last.tail = set_off(end.tail, plan.newline)
    behind = present[present.index(originals[-1]) + 1 :]
    edits += make_room(
        end,
        plan.newline,
        level=section.level,
        next_level=behind[0].level if behind else 0,
    )
    copies = _store(plan, parts, positions_after(sections, originals[-1], len(parts)))
    edits += [edit_added(row) for row in copies[1:]]
    return finish_adding(plan, copies[0], actor, number, edits)


def _copied_section(row: Section) -> doc.Section:
    (part,) = storage.load_section(row).document.sections
    new = deepcopy(part)
    new.id = None
    for block in new.blocks:
        block.id = None
        block.items = [_copy(item, block.kind) for item in block.items]
    return new


def _store(plan: Plan, parts: list[doc.Section], positions: list[int]) -> list[Section]:
    rows = [
        section_row(plan, part, position)
        for part, position in zip(parts, positions, strict=True)
    ]
    Section.objects.bulk_create(rows)
    storage.store_phases(rows)
    storage.store_blocks(
        plan,
        [
            (block_row(row, block, (index + 1) * GAP), block)
            for row, part in zip(rows, parts, strict=True)
            for index, block in enumerate(part.blocks)
        ],
    )
    return rows
