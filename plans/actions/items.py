"""Writing one item: save, add, remove, move."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from plans import document as doc
from plans import permissions
from plans.actions.approvers import link
from plans.actions.capacity import (
    growth,
    growth_by,
    refuse_if_full,
    refuse_if_overfull,
    refuse_longer_lines,
)
from plans.actions.change_log import (
    edit_added,
    edit_of,
    lock_plan,
    log_change,
    mark_removed,
    require,
    set_columns,
    unlock_unchanged,
)
from plans.actions.membership import membership
from plans.actions.nesting import Nesting, hand_over_tail, set_off_end, swap_tails
from plans.actions.ordering import positions_after
from plans.actions.values import check_length, guard, write_values
from plans.content import storage
from plans.content.values import (
    as_stored,
    attributes,
    change_label,
    changed,
    value_of,
    values_of_row,
)
from plans.document import BlockKind, ItemKind
from plans.errors import Refused, Stale
from plans.models import Block, Change, Item, Membership, Plan, User
from plans.models.change import Edit

Direction = Literal["up", "down"]
# By the name of a value: the text that somebody changed, or several possible ones.
Bases = Mapping[str, str | Sequence[str]]

REMOVED = "This has been removed. You can still find it in the plan’s history."
_NUMBERED = re.compile(r"^(\s*)(\d{1,9})([.)])")


@transaction.atomic
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
    name; what somebody else made of those meanwhile is merged with what was typed.
    Several texts for one name are its possible bases: a page whose save got no answer
    cannot know which of them is stored.
    Raises Stale when that cannot be, Refused for a text that cannot be stored.
    """
    require(permissions.may_edit(membership(plan, actor, member)))
    check_length(values)
    typed = _Typed(
        values=values,
        based_on=based_on or {},
        expected_version=item.version if seen is None else seen,
    )
    rewrite = _rewrite_of(item, typed)
    if rewrite is None:
        return item
    number = lock_plan(plan, rewrite.growth)
    try:
        write_values(plan, item, rewrite.after, rewrite.block, actor)
    except Stale:
        # Someone saved between our reading of the row and our lock on the plan. Under
        # the lock the row cannot change again, so the second try is the last.
        item = _present(plan, item)
        rewrite = _rewrite_of(item, typed)
        if rewrite is None:
            unlock_unchanged(plan)
            return item
        plan.fullness = None  # it was raised by what the first try would have added
        write_values(plan, item, rewrite.after, rewrite.block, actor)
    refuse_if_full(plan, rewrite.growth)
    edit = edit_of(item, rewrite.values_before, rewrite.values_after)
    verb = (
        Change.Verb.ITEM_TICKED
        if set(edit["after"]) == {"done"}
        else Change.Verb.ITEM_EDITED
    )
    _record(plan, actor, number, verb, item, rewrite.after, [edit])
    return item


@dataclass(frozen=True)
class _Typed:
    """What one person typed into an item, and what they were looking at."""

    values: dict[str, Any]
    based_on: Bases
    expected_version: int

    @property
    def can_be_merged(self) -> bool:
        """Whether the text that was changed is known for every value."""
        return self.values.keys() <= self.based_on.keys()


@dataclass(frozen=True)
class _Rewrite:
    """What a save makes of an item. `growth`: see `capacity.growth`."""

    after: doc.Item
    block: doc.Block
    values_before: dict[str, Any]
    values_after: dict[str, Any]
    growth: int | None


def _rewrite_of(item: Item, typed: _Typed) -> _Rewrite | None:
    """What a save makes of the row in hand; None when that changes nothing.

    Raises Stale for a conflict, Refused for a text that the plan cannot hold.
    """
    before, block = values_of_row(item)
    merged = _merged(before, block, typed.values, typed.based_on)
    after = changed(before, merged, block)
    values_before, values_after = attributes(before), attributes(after)
    if values_before == values_after:
        return None
    if typed.expected_version != item.version and not typed.can_be_merged:
        raise Stale
    guard(after, block)
    texts = doc.written(before), doc.written(after)
    refuse_longer_lines(*texts)
    return _Rewrite(after, block, values_before, values_after, growth(*texts))


def _merged(
    part: doc.Item, block: doc.Block, values: dict[str, Any], based_on: Bases
) -> dict[str, Any]:
    """The values, merged with what others changed meanwhile. Raises Stale."""
    typed = dict(values)
    for name, mine in values.items():
        base, theirs = based_on.get(name), value_of(part, name)
        if base is None or not isinstance(mine, str) or not isinstance(theirs, str):
            continue
        bases = [base] if isinstance(base, str) else list(base)

        # Saved texts are cleaned: a page may know only what it sent.
        clean = partial(as_stored, part, block, name)
        if any(each == theirs or clean(each) == theirs for each in bases):
            continue
        merged = doc.merge(bases[0], mine, theirs)
        if not merged.is_clean:
            merged = doc.merge(clean(bases[0]), clean(mine), theirs)
        if not merged.is_clean:
            raise Stale
        typed[name] = merged.text
    return typed


def _present(plan: Plan, item: Item) -> Item:
    """The row as it is now. Raises Refused when it is no longer in the plan."""
    row = storage.items_of(plan).present().filter(pk=item.pk).first()
    if row is None:
        raise Refused(REMOVED)
    return row


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
    require(permissions.may_edit(membership(plan, actor, member)))
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
    part = _blank_like(after or (siblings[-1] if siblings else None), block)
    if isinstance(part, doc.Row):
        _give_code(part, block, present)
    if values:
        part = changed(part, values, storage.block_from_row(block))
        guard(part, storage.block_from_row(block))
        refuse_longer_lines("", doc.written(part))
    more = growth_by(part, storage.block_from_row(block))
    (position,) = positions_after(siblings, after)
    edits = _as_neighbours(block, part, after, present)
    (row,) = storage.store_items(
        plan, [(part, block, storage.block_from_row(block), parent)], first_at=position
    )
    row.updated_by, row.updated_at = actor, timezone.now()
    row.save(update_fields=["updated_by", "updated_at"])
    if hasattr(row, "approval") and row.approval.name:
        link(plan, row.approval)
    numbered = numbered_anew(block, parent)
    edits += [edit_added(row), *numbered]
    # Numbers may have become longer all through the list.
    refuse_if_overfull(plan, None if numbered else more)
    _record(plan, actor, number, Change.Verb.ITEM_ADDED, row, part, edits)
    return row


def _as_neighbours(
    block: Block, part: doc.Item, after: Item | None, present: list[Item]
) -> list[Edit]:
    """A new last item takes over what stood behind the last one, which is then set off
    from it as its neighbours are."""
    if after is None or after != present[-1]:
        return []
    nesting = Nesting(block)
    end = nesting.end_of(after)
    part.tail = end.tail
    usual = nesting.end_of(present[-2]).tail if len(present) > 1 else ""
    if after.parent_id and not usual:
        usual = "\r\n" if "\r" in end.tail else "\n"
    if not usual or usual == end.tail:
        return []
    return [set_columns(end, tail=usual)]


def siblings_of(block: Block, parent: Item | None) -> list[Item]:
    """All items of one place in order, hidden ones too."""
    rows = storage.items_with_details().select_related("block__section")
    return list(rows.filter(block=block, parent=parent))


def _blank_like(model: Item | None, block: Block) -> doc.Item:
    if model is None:
        return blank_for(storage.block_from_row(block))
    sibling, _ = values_of_row(model)
    new = doc.new_like(sibling)
    if isinstance(new, doc.Field):
        new.label = "New field"
    return new


def blank_for(block: doc.Block) -> doc.Item:
    """The first item of an empty block."""
    match block.kind:
        case BlockKind.FIELDS | BlockKind.APPROVALS:
            return doc.Field(label="New field")
        case BlockKind.CHECKLIST:
            return doc.Check()
        case BlockKind.LIST:
            return doc.Entry()
        case BlockKind.CODE:
            return doc.Text(kind=ItemKind.CODE)
        case BlockKind.PASSAGE:
            return doc.Text(kind=ItemKind.PASSAGE)
    return doc.Row(cells=[""] * len(doc.columns_of(block)))


def _give_code(part: doc.Row, block: Block, present: list[Item]) -> None:
    """A new risk has the id after the highest one of its table."""
    if block.kind != BlockKind.RISKS:
        return
    roles = storage.roles_in(BlockKind.RISKS, block.head)
    if "code" in roles:
        part.cells += [""] * (len(roles) - len(part.cells))
        codes = [row.risk.code for row in present]
        part.cells[roles.index("code")] = doc.next_code(codes)


@transaction.atomic
def remove_item(
    *, plan: Plan, item: Item, actor: User, member: Membership | None = None
) -> None:
    """Take an item, and what is nested in it, out of the plan. Undo brings it back."""
    require(permissions.may_edit(membership(plan, actor, member)))
    number = lock_plan(plan)
    siblings = siblings_of(item.block, item.parent)
    _refuse_if_gone(item, siblings)
    part, _ = values_of_row(item)
    nesting = Nesting(item.block)
    going = nesting.within(item)
    edits = hand_over_tail(going[-1], nesting.before(item)) + mark_removed(going)
    edits += set_off_end(siblings[0].block, nesting, plan.newline)
    edits += numbered_anew(item.block, item.parent)
    _record(plan, actor, number, Change.Verb.ITEM_REMOVED, item, part, edits)


def _refuse_if_gone(item: Item, siblings: list[Item]) -> None:
    row = next((row for row in siblings if row == item), None)
    around = (row, row.block, row.block.section) if row else ()
    if not row or any(part.removed for part in around):
        raise Refused(REMOVED)


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
    require(permissions.may_edit(membership(plan, actor, member)))
    number = lock_plan(plan)
    siblings = siblings_of(item.block, item.parent)
    _refuse_if_gone(item, siblings)
    present = [row for row in siblings if not row.removed]
    index = present.index(item)
    target = index - 1 if direction == "up" else index + 1
    if not 0 <= target < len(present):
        return unlock_unchanged(plan)
    others = [row for row in siblings if row != item]
    anchor: Item | None = present[target]
    if direction == "up":
        place = others.index(present[target])
        anchor = others[place - 1] if place else None
    item = present[index]
    part, _ = values_of_row(item)
    (position,) = positions_after(others, anchor)
    nesting = Nesting(item.block)
    edits = swap_tails(nesting.end_of(item), nesting.end_of(present[target]))
    edits.append(set_columns(item, position=position))
    edits += set_off_end(item.block, nesting, plan.newline)
    edits += numbered_anew(item.block, item.parent)
    _record(plan, actor, number, Change.Verb.ITEM_MOVED, item, part, edits)


def numbered_anew(block: Block, parent: Item | None) -> list[Edit]:
    """Number an ordered list anew, from the lowest number that it ever had."""
    rows = Item.objects.filter(block=block, parent=parent)
    matches = [(row, _NUMBERED.match(row.source)) for row in rows]
    start = min((int(match[2]) for _, match in matches if match), default=0)
    numbered = [(row, match) for row, match in matches if match and not row.removed]
    if len({match[2] for _, match in numbered}) == 1 < len(numbered):
        return []  # numbered 1. 1. 1. on purpose
    edits, renumbered = [], []
    for number, (row, match) in enumerate(numbered, start=start):
        source = f"{match[1]}{number}{match[3]}{row.source[match.end() :]}"
        if source != row.source:
            edits.append(edit_of(row, {"source": row.source}, {"source": source}))
            row.source = source
            renumbered.append(row)
    Item.objects.bulk_update(renumbered, ["source"], batch_size=500)
    return edits


@transaction.atomic
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


def _record(
    plan: Plan,
    actor: User,
    number: int,
    verb: Change.Verb,
    item: Item,
    part: doc.Item,
    edits: list[Edit],
) -> None:
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=edits,
        label=change_label(part, item),
        section_id=item.block.section_id,
        item_id=item.pk,
    )
