"""Moving items among their siblings, and sections among those of their level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from django.db import transaction

from plans import permissions
from plans.actions.change_log import (
    lock_plan,
    log_section_change,
    require,
    set_columns,
    unlock_unchanged,
)
from plans.actions.items import refuse_if_gone
from plans.actions.membership import membership
from plans.actions.nesting import Nesting, set_off_end
from plans.actions.new_items import siblings_of
from plans.actions.numbering import renumber
from plans.actions.ordering import positions_after
from plans.actions.outline import refuse_if_gone as refuse_if_section_gone
from plans.actions.outline import retitle, set_off
from plans.actions.phases import renumber_moved
from plans.actions.saving import log_item_change
from plans.content.outline import end_of, sections_of, subtree
from plans.content.values import values_of_row
from plans.errors import Refused
from plans.models import Change, Item, Membership, Plan, Section, User
from plans.models.change import Edit

Direction = Literal["up", "down"]
Side = Literal["before", "after"]
Row = TypeVar("Row", Item, Section)

_PLACE_IS_GONE = "The place to move this to is gone. Choose another one."


@transaction.atomic
def move_item(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    direction: Direction,
    member: Membership | None = None,
) -> None:
    """Move an item one place among its siblings; at the end it stays where it is."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    siblings = siblings_of(item.block, item.parent)
    refuse_if_gone(item, siblings)
    present = [row for row in siblings if not row.removed]
    _move_item(plan, item, actor, number, siblings, *_step(present, item, direction))


@transaction.atomic
def place_item(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    beside: Item,
    side: Side,
    member: Membership | None = None,
) -> None:
    """Move an item right before or after one of its siblings."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    siblings = siblings_of(item.block, item.parent)
    refuse_if_gone(item, siblings)
    if beside not in [row for row in siblings if not row.removed]:
        raise Refused(_PLACE_IS_GONE)
    _move_item(plan, item, actor, number, siblings, beside, side)


def _step(present: Sequence[Row], row: Row, direction: Direction) -> tuple[Row, Side]:
    """One step in a direction as a place beside another; at the end, beside itself."""
    index = present.index(row)
    if direction == "up":
        return present[max(index - 1, 0)], "before"
    return present[min(index + 1, len(present) - 1)], "after"


def _reordered(present: Sequence[Row], row: Row, beside: Row, side: Side) -> list[Row]:
    if beside == row:
        return list(present)
    order: list[Row] = [each for each in present if each != row]
    order.insert(order.index(beside) + int(side == "after"), row)
    return order


def _anchor(others: Sequence[Row], beside: Row, side: Side) -> Row | None:
    """What the moved row comes behind, among all rows that stay, hidden ones too."""
    at = others.index(beside)
    if side == "after":
        return others[at]
    return others[at - 1] if at else None


def _move_item(
    plan: Plan,
    item: Item,
    actor: User,
    number: int,
    siblings: list[Item],
    beside: Item,
    side: Side,
) -> None:
    present = [row for row in siblings if not row.removed]
    order = _reordered(present, item, beside, side)
    if order == present:
        return unlock_unchanged(plan)
    row = present[present.index(item)]
    part, _ = values_of_row(row)
    others = [each for each in siblings if each != item]
    (position,) = positions_after(others, _anchor(others, beside, side))
    nesting = Nesting(item.block)
    # What follows an item belongs to its place.
    tails = [nesting.end_of(each).tail for each in present]
    ends = [nesting.end_of(each) for each in order]
    edits: list[Edit] = [
        set_columns(end, tail=tail)
        for end, tail in zip(ends, tails, strict=True)
        if end.tail != tail
    ]
    edits.append(set_columns(row, position=position))
    edits += set_off_end(item.block, nesting, plan.newline)
    edits += renumber(item.block, item.parent)
    log_item_change(plan, actor, number, Change.Verb.ITEM_MOVED, row, part, edits)


@transaction.atomic
def move_section(
    *,
    plan: Plan,
    section: Section,
    actor: User,
    direction: Direction,
    member: Membership | None = None,
) -> None:
    """Move a section, with its subsections, past its neighbour of the same level.
    Phases are numbered by their places."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    sections = sections_of(plan)
    present = [row for row in sections if not row.removed]
    refuse_if_section_gone(section, present)
    firsts = [group[0] for group in _groups_beside(present, section)]
    place = _step(firsts, section, direction)
    _move_section(plan, section, actor, number, sections, *place)


@transaction.atomic
def place_section(
    *,
    plan: Plan,
    section: Section,
    actor: User,
    beside: Section,
    side: Side,
    member: Membership | None = None,
) -> None:
    """Move a section, with its subsections, right before or after one of the same level
    in the same section. Phases are numbered by their places."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    sections = sections_of(plan)
    present = [row for row in sections if not row.removed]
    refuse_if_section_gone(section, present)
    if beside not in [group[0] for group in _groups_beside(present, section)]:
        raise Refused(_PLACE_IS_GONE)
    _move_section(plan, section, actor, number, sections, beside, side)


def _groups_beside(present: list[Section], section: Section) -> list[list[Section]]:
    """The sections of one level that stand in the same section, each with what belongs
    to it; the one asked for is among them."""
    groups = [subtree(present, section)]
    if not section.level:
        return groups
    place = present.index(section)
    for row in reversed(present[:place]):
        if row.level < section.level:
            break
        if row.level == section.level:
            groups.insert(0, subtree(present, row))
    for row in present[place + len(subtree(present, section)) :]:
        if row.level < section.level:
            break
        if row.level == section.level:
            groups.append(subtree(present, row))
    return groups


def _move_section(
    plan: Plan,
    section: Section,
    actor: User,
    number: int,
    sections: list[Section],
    beside: Section,
    side: Side,
) -> None:
    present = [row for row in sections if not row.removed]
    groups = _groups_beside(present, section)
    before = [group[0] for group in groups]
    order = _reordered(before, section, beside, side)
    if order == before:
        return unlock_unchanged(plan)
    by_first = {group[0]: group for group in groups}
    moving = by_first[section]
    others = [row for row in sections if row not in moving]
    edge = beside if side == "before" else by_first[beside][-1]
    places = positions_after(others, _anchor(others, edge, side), len(moving))
    edits: list[Edit] = [
        set_columns(row, position=position)
        for row, position in zip(moving, places, strict=True)
    ]
    # What follows a section belongs to its place.
    tails = [end_of(group[-1]).tail for group in groups]
    for first, tail in zip(order, tails, strict=True):
        end = end_of(by_first[first][-1])
        if end.tail != tail:
            edits.append(set_columns(end, tail=set_off(tail, plan.newline)))
    edits += renumber_moved(before, order)
    retitle(plan)
    log_section_change(plan, actor, number, Change.Verb.SECTION_MOVED, section, edits)
