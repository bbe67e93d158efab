"""Undo and redo of one's own last changes of a plan.

Undo writes back what a Change says was there before, row by row, where the row still
says what the Change left; otherwise somebody went on from there and it refuses.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from plans import access, storage
from plans.actions.errors import Refused
from plans.actions.items import attributes, membership, put, values_of_row, write_item
from plans.actions.record import Edit, edit, record, require
from plans.actions.sections import rename_phase
from plans.models import Block, Change, Item, Plan, Section, User

_PLACED = ("position", "removed", "tail", "source")


@transaction.atomic
def undo(*, plan: Plan, actor: User) -> Change:
    """Take back the actor's last change that is not taken back yet."""
    return _take_back(plan, actor, last_undoable(plan, actor), "undo")


@transaction.atomic
def redo(*, plan: Plan, actor: User) -> Change:
    """Do again what the actor's last undo took back."""
    return _take_back(plan, actor, _last_undo(plan, actor), "redo")


def _last_undo(plan: Plan, actor: User) -> Change:
    """The newest undo that stands and that no other change of the actor came after."""
    for change in plan.changes.filter(actor=actor).select_related("undone_by"):
        if change.verb == "undo" and not hasattr(change, "undone_by"):
            return change
        if change.verb not in ("undo", "redo"):
            break
    raise Refused("There is nothing to do again.")


def last_undoable(plan: Plan, actor: User) -> Change | None:
    """What undo would take back: an own change with edits that stands."""
    changes = plan.changes.filter(actor=actor, undone_by=None).exclude(edits=[])
    return changes.exclude(verb="undo").first()


def _take_back(plan: Plan, actor: User, change: Change | None, verb: str) -> Change:
    require(access.may_edit(membership(plan, actor)))
    if change is None:
        raise Refused("There is nothing of yours to undo here.")
    edits = [_reverse(plan, one, actor) for one in reversed(change.edits)]
    return record(
        plan=plan,
        actor=actor,
        verb=verb,
        edits=edits,
        label=change.label,
        section_id=change.section_id,
        item_id=change.item_id,
        undoes=change,
    )


def _reverse(plan: Plan, one: Edit, actor: User) -> Edit:
    if one["row"] == "item":
        return _reverse_item(plan, one, actor)
    row = _row(plan, one)
    current = {name: getattr(row, name) for name in one["after"]}
    _refuse_if_changed(current, one["after"])
    for name, value in one["before"].items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    if isinstance(row, Section) and "heading" in one["before"]:
        rename_phase(row)
    return edit(row, current, one["before"])


def _row(plan: Plan, one: Edit) -> Section | Block:
    if one["row"] == "section":
        return Section.objects.get(pk=one["id"], plan=plan)
    return Block.objects.get(pk=one["id"], section__plan=plan)


def _reverse_item(plan: Plan, one: Edit, actor: User) -> Edit:
    rows = storage.items_with_details().select_related(
        "block__section", *storage.DETAILS
    )
    item: Item = rows.get(pk=one["id"], block__section__plan=plan)
    part, block = values_of_row(item)
    current: dict[str, Any] = attributes(part)
    current |= {name: getattr(item, name) for name in _PLACED}
    _refuse_if_changed({name: current[name] for name in one["after"]}, one["after"])
    for name, value in one["before"].items():
        if name in _PLACED:
            setattr(item, name, value)
            if name in ("tail", "source"):
                setattr(part, name, value)
    put(part, {n: v for n, v in one["before"].items() if n not in _PLACED})
    item.version += 1
    item.updated_by, item.updated_at = actor, timezone.now()
    write_item(plan, item, part, block)
    return edit(item, current, one["before"])


def _refuse_if_changed(current: dict[str, Any], left: dict[str, Any]) -> None:
    if current != left:
        raise Refused(
            "Somebody went on from your change, so it cannot be undone as a whole. "
            "Change the text by hand; the history has the earlier one."
        )
