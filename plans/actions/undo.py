"""Undo and redo of one's own last changes of a plan.

Undo writes back what a Change says was there before, row by row, where the row still
says what the Change left; otherwise somebody went on from there and it refuses.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from plans import access, storage
from plans.actions.errors import Refused, Stale
from plans.actions.items import refuse_if_overfull
from plans.actions.membership import membership
from plans.actions.outline import follow_heading, retitle
from plans.actions.record import Edit, claim, edit, record, require, take_turn
from plans.actions.values import attributes, put, values_of_row, write_values
from plans.models import Block, Change, Item, Plan, Section, User

# Columns of the row itself; an item's other attributes are values.
_PLACED = frozenset({"position", "removed", "tail", "source"})
_TAKING_BACK = ["undo", "redo"]


@transaction.atomic
def undo(*, plan: Plan, actor: User) -> Change:
    """Take back the actor's last change that is not taken back yet."""
    require(access.may_edit(membership(plan, actor)))
    number = take_turn(plan)
    change = last_undoable(plan, actor)
    if change is None:
        raise Refused("There is nothing of yours to undo here.")
    return _take_back(plan, actor, number, change, "undo")


@transaction.atomic
def redo(*, plan: Plan, actor: User) -> Change:
    """Do again what the actor's last undo took back."""
    require(access.may_edit(membership(plan, actor)))
    number = take_turn(plan)
    change = last_redoable(plan, actor)
    if change is None:
        raise Refused("There is nothing to do again.")
    return _take_back(plan, actor, number, change, "redo")


def last_undoable(plan: Plan, actor: User) -> Change | None:
    """What undo would take back: an own change with edits that stands."""
    changes = plan.changes.filter(actor=actor, undone_by=None).exclude(edits=[])
    return changes.exclude(verb="undo").first()


def last_redoable(plan: Plan, actor: User) -> Change | None:
    """What redo would do again: an undo that stands, with no other change after it."""
    own = plan.changes.filter(actor=actor)
    other = own.exclude(verb__in=_TAKING_BACK).exclude(edits=[])
    standing = own.filter(verb="undo", undone_by=None)
    newest = other.first()
    return standing.filter(number__gt=newest.number if newest else 0).first()


def _take_back(
    plan: Plan, actor: User, number: int, change: Change, verb: str
) -> Change:
    edits = [_reversed(plan, one, change, actor) for one in reversed(change.edits)]
    retitle(plan)
    refuse_if_overfull(plan)
    return record(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=edits,
        label=change.label,
        section_id=change.section_id,
        item_id=change.item_id,
        undoes=change,
    )


def _reversed(plan: Plan, one: Edit, change: Change, actor: User) -> Edit:
    row, current = _found(plan, one)
    if current != one["after"]:
        raise _somebody_went_on()
    before: dict[str, Any] = one["before"]
    if before.get("removed"):
        _refuse_if_others_wrote(row, change, actor)
    places = {name: value for name, value in before.items() if name in _PLACED}
    values = {name: value for name, value in before.items() if name not in _PLACED}
    if places:
        type(row)._default_manager.filter(pk=row.pk).update(**places)
    if values:
        try:
            _put_back(plan, row, values, actor)
        except Stale:  # it is no longer in the plan
            raise _somebody_went_on() from None
    return edit(row, current, before)


def _found(plan: Plan, one: Edit) -> tuple[Section | Block | Item, dict[str, Any]]:
    """The row an edit tells of, and what it says now of what the edit changed."""
    row: Section | Block | Item
    if one["row"] == "section":
        row = Section.objects.get(pk=one["id"], plan=plan)
    elif one["row"] == "block":
        row = Block.objects.get(pk=one["id"], section__plan=plan)
    else:
        row = storage.items_of(plan).get(pk=one["id"])
        part, _ = values_of_row(row)
        values = attributes(part)
        return row, {
            name: getattr(row, name) if name in _PLACED else values[name]
            for name in one["after"]
        }
    return row, {name: getattr(row, name) for name in one["after"]}


def _put_back(
    plan: Plan, row: Section | Block | Item, values: dict[str, Any], actor: User
) -> None:
    if isinstance(row, Item):
        part, block = values_of_row(row)
        put(part, values)
        write_values(plan, row, part, block, actor)
        return
    claim(row, None, **values)
    if isinstance(row, Section):
        row.heading = values["heading"]
        follow_heading(row)


def _refuse_if_others_wrote(
    row: Section | Block | Item, change: Change, actor: User
) -> None:
    """Taking back an addition must not take away what others have put into it."""
    inside = {Section: "block__section", Block: "block", Item: "pk"}[type(row)]
    written = Item.objects.filter(**{inside: row.pk}, updated_at__gt=change.created_at)
    if written.exclude(updated_by=actor).exists():
        raise _somebody_went_on()


def _somebody_went_on() -> Refused:
    return Refused(
        "Somebody went on from your change, so it cannot be undone as a whole. "
        "Change the text by hand; the history has the earlier one."
    )
