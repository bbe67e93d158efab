"""Writing one item: save, add, remove."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from plans import document as doc
from plans import permissions
from plans.actions.approvers import link
from plans.actions.capacity import (
    growth_by,
    refuse_if_overfull,
    refuse_longer_lines,
)
from plans.actions.change_log import (
    edit_added,
    lock_plan,
    mark_removed,
    require,
)
from plans.actions.membership import membership
from plans.actions.merging import Bases, Typed
from plans.actions.nesting import Nesting, hand_over_tail, set_off_end
from plans.actions.new_items import as_neighbours, blank_like, give_code, siblings_of
from plans.actions.numbering import renumber
from plans.actions.ordering import positions_after
from plans.actions.saving import REMOVED, log_item_change, save_typed
from plans.actions.values import check_length, guard
from plans.content import storage
from plans.content.rows import block_from_row
from plans.content.values import changed, values_of_row
from plans.errors import Refused
from plans.models import Block, Change, Item, Membership, Plan, User


def save_item(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    values: dict[str, Any],
    seen: int | None,
    based_on: Bases | None = None,
    member: Membership | None = None,
) -> Item:
    """Store what was typed into an item; returns its row as it is now.

    `values` by name: `label` and `value` of a field, `text`, `done`, `cell-2`. `seen`:
    the version the person was looking at. `based_on`: the texts that they changed, by
    name; what others have changed in those since is merged with what was typed.
    Several texts for one name are its possible bases: a page whose save got no answer
    cannot know which of them is stored.
    Raises Stale when that cannot be, Refused for a text that cannot be stored.
    """
    require(permissions.may_write(membership(plan, actor, member), plan))
    check_length(values)
    typed = Typed(
        values=values,
        based_on=based_on or {},
        expected_version=item.version if seen is None else seen,
    )
    return save_typed(plan, item, actor, typed)


@transaction.atomic
def add_item(
    *,
    plan: Plan,
    block: Block,
    actor: User,
    after: Item | None = None,
    parent: Item | None = None,
    values: dict[str, Any] | None = None,
    member: Membership | None = None,
) -> Item:
    """Add an item in the manner of its siblings, after one of them or last: a blank
    one, or one that says these `values` by name."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    check_length(values or {})
    number = lock_plan(plan)
    if not Block.objects.present().filter(pk=block.pk).exists():
        raise Refused(REMOVED)
    if parent and Item.objects.filter(pk=parent.pk, removed=True).exists():
        raise Refused(REMOVED)
    siblings = siblings_of(block, parent)
    present = [row for row in siblings if not row.removed]
    if after is not None and after not in present:
        after = None
    after = after or (present[-1] if present else None)
    part = blank_like(after or (siblings[-1] if siblings else None), block)
    give_code(part, block, present)
    if values:
        part = changed(part, values, block_from_row(block))
        guard(part, block_from_row(block))
        refuse_longer_lines("", doc.written(part))
    more = growth_by(part, block_from_row(block))
    (position,) = positions_after(siblings, after)
    edits = as_neighbours(block, part, after, present)
    (row,) = storage.store_items(
        plan, [(part, block, block_from_row(block), parent)], first_at=position
    )
    row.updated_by, row.updated_at = actor, timezone.now()
    row.save(update_fields=["updated_by", "updated_at"])
    if hasattr(row, "approval") and row.approval.name:
        link(plan, row.approval)
    numbered = renumber(block, parent)
    edits += [edit_added(row), *numbered]
    # Numbers may have become longer all through the list.
    refuse_if_overfull(plan, None if numbered else more)
    log_item_change(plan, actor, number, Change.Verb.ITEM_ADDED, row, part, edits)
    return row


@transaction.atomic
def remove_item(
    *, plan: Plan, item: Item, actor: User, member: Membership | None = None
) -> None:
    """Take an item, and what is nested in it, out of the plan. Undo brings it back."""
    require(permissions.may_write(membership(plan, actor, member), plan))
    number = lock_plan(plan)
    siblings = siblings_of(item.block, item.parent)
    refuse_if_gone(item, siblings)
    part, _ = values_of_row(item)
    nesting = Nesting(item.block)
    going = nesting.within(item)
    edits = hand_over_tail(going[-1], nesting.before(item)) + mark_removed(going)
    edits += set_off_end(siblings[0].block, nesting, plan.newline)
    edits += renumber(item.block, item.parent)
    log_item_change(plan, actor, number, Change.Verb.ITEM_REMOVED, item, part, edits)


def refuse_if_gone(item: Item, siblings: list[Item]) -> None:
    """Raises Refused for an item that is not, or no longer, among these."""
    row = next((row for row in siblings if row == item), None)
    around = (row, row.block, row.block.section) if row else ()
    if not row or any(part.removed for part in around):
        raise Refused(REMOVED)


def choose_option(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    number: int,
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    """Keep one of the directory trees that a code block offers, without its label."""
    chosen = next((o for o in doc.options_of(item.text) if o.number == number), None)
    if chosen is None:
        raise Refused("That option is gone: someone else has already chosen.")
    return save_item(
        plan=plan,
        item=item,
        actor=actor,
        values={"text": chosen.tree},
        seen=seen,
        member=member,
    )
