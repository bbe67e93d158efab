"""Writing what was typed into an item: by a save, or by accepting a suggestion."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from plans import document as doc
from plans.actions.capacity import refuse_if_full
from plans.actions.change_log import edit_of, lock_plan, log_change, unlock_unchanged
from plans.actions.merging import Rewrite, Typed, rewrite_of
from plans.actions.threads import follow_questions
from plans.actions.values import write_values
from plans.content import storage
from plans.content.values import change_label, values_of_row
from plans.errors import Refused, Stale
from plans.models import Change, Item, Plan, User
from plans.models.change import Edit

REMOVED = "This has been removed. You can still find it in the plan’s history."


@dataclass(frozen=True)
class Written:
    """An item's row as it is stored now, and what the change log is to say of it.

    Where nothing changes there are no `edits`, and `number` is None unless the plan's
    turn was taken before that was known. `read_at`: at which change `item` was read.
    """

    item: Item
    part: doc.Item
    edits: list[Edit]
    number: int | None
    read_at: int


def write_typed(plan: Plan, item: Item, actor: User, typed: Typed) -> Written:
    """Take the plan's turn and store what was typed, merged with what is stored.

    Raises Stale for a conflict, Refused for a text that cannot be stored.
    """
    rewrite = rewrite_of(item, typed)
    if rewrite is None:
        return Written(item, values_of_row(item)[0], [], None, plan.change_number)
    return _write(plan, item, actor, typed, rewrite)


def _write(
    plan: Plan, item: Item, actor: User, typed: Typed, rewrite: Rewrite
) -> Written:
    read_at = plan.change_number
    number = lock_plan(plan, rewrite.growth)
    try:
        write_values(plan, item, rewrite.after, rewrite.block, actor)
    except Stale:
        # Someone saved between our reading of the row and our lock on the plan. Under
        # the lock the row cannot change again, so the second try is the last.
        item, read_at = present_row(plan, item), number - 1
        again = rewrite_of(item, typed)
        if again is None:
            return Written(item, values_of_row(item)[0], [], number, read_at)
        rewrite = again
        plan.fullness = None  # it was raised by what the first try would have added
        write_values(plan, item, rewrite.after, rewrite.block, actor)
    refuse_if_full(plan, rewrite.growth)
    follow_questions(item, actor, rewrite.values_before, rewrite.values_after)
    edit = edit_of(item, rewrite.values_before, rewrite.values_after)
    return Written(item, rewrite.after, [edit], number, read_at)


def save_typed(
    plan: Plan,
    item: Item,
    actor: User,
    typed: Typed,
    *,
    verb: Change.Verb | None = None,
    suggested_by: User | None = None,
    note: str = "",
) -> Item:
    """Store what was typed, as one Change; returns the item's row as it is now.

    It is merged and read again before the transaction begins, because on SQLite all
    other writers wait for that: a long text takes tens of milliseconds. Whether the
    row is still the one that was merged with, and the plan unlocked, is asked in it.
    `plan` was read with the item, or before it.
    """
    rewrite = rewrite_of(item, typed)
    if rewrite is None:
        return item
    with transaction.atomic():
        written = _write(plan, item, actor, typed, rewrite)
        item, edits, number = written.item, written.edits, written.number
        if not edits or number is None:
            unlock_unchanged(plan)
            return item
        is_tick = set(edits[0]["after"]) == {"done"}
        log_item_change(
            plan,
            actor,
            number,
            verb or (Change.Verb.ITEM_TICKED if is_tick else Change.Verb.ITEM_EDITED),
            item,
            written.part,
            edits,
            suggested_by=suggested_by,
            note=note,
            read_at=written.read_at,
        )
    return item


def present_row(plan: Plan, item: Item) -> Item:
    """The row as it is now. Raises Refused when it is no longer in the plan."""
    row = storage.items_of(plan).present().filter(pk=item.pk).first()
    if row is None:
        raise Refused(REMOVED)
    return row


def log_item_change(
    plan: Plan,
    actor: User,
    number: int,
    verb: Change.Verb,
    item: Item,
    part: doc.Item,
    edits: list[Edit],
    *,
    suggested_by: User | None = None,
    note: str = "",
    read_at: int | None = None,
) -> Change:
    """`read_at`: see `log_change`; nothing is handed over without it."""
    return log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=edits,
        label=change_label(part, item),
        section_id=item.block.section_id,
        item_id=item.pk,
        suggested_by=suggested_by,
        note=note,
        saved=None if read_at is None else (item, read_at),
    )
