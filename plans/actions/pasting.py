"""Pasting several lines or cells: into one item, and into new ones behind it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from plans import document as doc
from plans import formats, permissions
from plans.actions.capacity import refuse_if_overfull, refuse_longer_lines
from plans.actions.change_log import edit_added, edit_of, lock_plan, require
from plans.actions.membership import membership
from plans.actions.merging import Typed, rewrite_of
from plans.actions.new_items import as_neighbours, blank_like, give_code, siblings_of
from plans.actions.numbering import renumber
from plans.actions.ordering import positions_after
from plans.actions.saving import REMOVED, log_item_change
from plans.actions.values import check_length, guard, write_values
from plans.content import storage
from plans.content.rows import block_from_row
from plans.content.values import changed, values_of_row
from plans.document import SIGNING_KINDS
from plans.errors import Refused
from plans.models import Block, Change, Item, Membership, Plan, User
from plans.models.change import Edit

MOST_ROWS = 500

Values = dict[str, Any]


@transaction.atomic
def paste_items(
    *,
    plan: Plan,
    item: Item,
    actor: User,
    values: Values,
    rows: list[Values],
    seen: int | None,
    member: Membership | None = None,
) -> Item:
    """Give an item these `values` by name, and add an item behind it for each of the
    `rows`, all in one change; returns the last one.

    `seen`: the version of the item that the person was looking at. Raises Stale if it
    has changed, Refused for a text that cannot be stored.
    """
    require(permissions.may_write(membership(plan, actor, member), plan))
    if len(rows) > MOST_ROWS:
        raise Refused(
            f"{formats.number(len(rows))} rows are too many to paste at once; up to "
            f"{MOST_ROWS} can "
            "be. Paste them in parts."
        )
    for each in (values, *rows):
        check_length(each)
    number = lock_plan(plan)
    block = item.block
    if block.kind in SIGNING_KINDS:
        raise Refused("Sign-offs are added one by one.")
    siblings = siblings_of(block, item.parent)
    present = [row for row in siblings if not row.removed]
    if item not in present or not Block.objects.present().filter(pk=block.pk).exists():
        raise Refused(REMOVED)
    first = present[present.index(item)]
    edits = _write_first(plan, first, actor, Typed(values, {}, seen or item.version))
    added = _add(plan, block, first, siblings, rows, edits)
    Item.objects.filter(pk__in=[row.pk for row in added]).update(
        updated_by=actor, updated_at=timezone.now()
    )
    edits += [edit_added(row) for row in added]
    edits += renumber(block, item.parent)
    if not edits:
        raise Refused("There is nothing to paste.")
    refuse_if_overfull(plan)
    part, _ = values_of_row(first)
    verb = Change.Verb.ITEM_ADDED if added else Change.Verb.ITEM_EDITED
    log_item_change(plan, actor, number, verb, first, part, edits)
    return added[-1] if added else first


def _write_first(plan: Plan, item: Item, actor: User, typed: Typed) -> list[Edit]:
    rewrite = rewrite_of(item, typed)
    if rewrite is None:
        return []
    write_values(plan, item, rewrite.after, rewrite.block, actor)
    return [edit_of(item, rewrite.values_before, rewrite.values_after)]


def _add(
    plan: Plan,
    block: Block,
    after: Item,
    siblings: list[Item],
    rows: list[Values],
    edits: list[Edit],
) -> list[Item]:
    if not rows:
        return []
    present = [row for row in siblings if not row.removed]
    within = block_from_row(block)
    parts: list[doc.Item] = []
    codes: list[str] = []
    for values in rows:
        part = blank_like(after, block)
        codes.append(give_code(part, block, present, codes))
        part = changed(part, values, within)
        guard(part, within)
        refuse_longer_lines("", doc.written(part))
        parts.append(part)
    edits += as_neighbours(block, parts[-1], after, present)
    added = storage.store_items(
        plan, [(part, block, within, after.parent) for part in parts]
    )
    places = positions_after(siblings, after, len(added))
    for row, position in zip(added, places, strict=True):
        row.position = position
    Item.objects.bulk_update(added, ["position"], batch_size=500)
    return added
