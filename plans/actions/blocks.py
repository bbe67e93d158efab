"""Writing whole blocks: a list, a table, a text comes or goes."""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import permissions
from plans.actions.capacity import refuse_if_overfull, refuse_longer_lines
from plans.actions.change_log import (
    edit_added,
    lock_plan,
    log_section_change,
    mark_removed,
    require,
)
from plans.actions.membership import membership
from plans.actions.new_items import blank_for
from plans.actions.ordering import positions_after
from plans.actions.outline import hand_over_end, make_room, refuse_if_gone, set_off
from plans.actions.values import check_length, guard
from plans.content import storage
from plans.content.outline import sections_of
from plans.content.rows import block_row
from plans.document import BlockKind
from plans.errors import Refused
from plans.models import Block, Change, Membership, Plan, Section, User

# The kinds a person can add, with the header row of a new table.
NEW_BLOCKS: dict[BlockKind, str] = {
    BlockKind.PASSAGE: "",
    BlockKind.LIST: "",
    BlockKind.CHECKLIST: "",
    BlockKind.FIELDS: "",
    BlockKind.TABLE: "| Column 1 | Column 2 |\n|----------|----------|\n",
    BlockKind.RISKS: (
        "| Risk ID | Description | Impact | Likelihood | Mitigation Strategy | Owner |"
        "\n|---------|-------------|--------|------------|---------------------|-------|"
        "\n"
    ),
    BlockKind.DEPENDENCIES: (
        "| Dependency | Type | Owner | Status | Timeline | Impact if Blocked |\n"
        "|------------|------|-------|--------|----------|-------------------|\n"
    ),
    BlockKind.METRICS: (
        "| Metric | Target | Measurement Method |\n"
        "|--------|--------|--------------------|\n"
    ),
    BlockKind.CODE: "",
}


@transaction.atomic
def add_block(
    *,
    plan: Plan,
    section: Section,
    actor: User,
    kind: BlockKind,
    text: str = "",
    behind: Section | Block | None = None,
    member: Membership | None = None,
) -> Block:
    """Add a list, table ... to a section, empty; a passage perhaps with its text.

    `behind`: the block that it comes behind, or the section for its start; None for its
    end.
    """
    require(permissions.may_write(membership(plan, actor, member), plan))
    check_length({"text": text})
    number = lock_plan(plan)
    refuse_if_gone(section, [row for row in sections_of(plan) if not row.removed])
    blocks = list(Block.objects.filter(section=section))
    end = _end_before(section, behind, blocks)
    tail = set_off(end.tail, plan.newline)
    edits = make_room(end, plan.newline)
    (position,) = positions_after(blocks, end if isinstance(end, Block) else None)
    block = new_block(plan, section, kind, position, tail, text)
    refuse_if_overfull(plan)
    log_section_change(
        plan,
        actor,
        number,
        Change.Verb.SECTION_BLOCK_ADDED,
        section,
        [*edits, edit_added(block)],
    )
    return block


def _end_before(
    section: Section, behind: Section | Block | None, blocks: list[Block]
) -> Section | Block:
    """The row whose tail a new block takes over."""
    if isinstance(behind, Section):
        return section
    present = [row for row in blocks if not row.removed]
    if behind is None:
        return present[-1] if present else section
    if behind not in present:
        raise Refused("The part above this place is gone. Choose another place.")
    return present[present.index(behind)]


def new_block(
    plan: Plan,
    section: Section,
    kind: BlockKind,
    position: int,
    tail: str,
    text: str = "",
) -> Block:
    head = NEW_BLOCKS[kind].replace("\n", plan.newline)
    part = doc.Block(kind=kind, head=head, tail=tail)
    item = blank_for(part)
    if text and isinstance(item, doc.Text):
        item.text = text
        doc.clean(item)
        guard(item, part)
        refuse_longer_lines("", doc.written(item))
    part.items = [item]
    row = block_row(section, part, position)
    storage.store_blocks(plan, [(row, part)])
    return row


@transaction.atomic
def remove_block(
    *, plan: Plan, block: Block, actor: User, member: Membership | None = None
) -> None:
    """Take a whole list, table, text or comment out of the plan."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    section = block.section
    present = [row for row in sections_of(plan) if not row.removed]
    refuse_if_gone(section, present)
    blocks = list(Block.objects.filter(section=section, removed=False))
    if block not in blocks:
        raise Refused("This has been removed. Reload the page.")
    edits = mark_removed([block])
    place = blocks.index(block)
    staying = blocks[place - 1] if place else section
    is_last = block == blocks[-1] and section == present[-1]
    edits += hand_over_end(block, staying, plan.newline, is_last=is_last)
    log_section_change(
        plan, actor, number, Change.Verb.SECTION_BLOCK_REMOVED, section, edits
    )
