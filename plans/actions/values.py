"""Storing an item's values, and refusing those that would not read back."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DatabaseError, models
from django.utils import timezone

from plans import document as doc
from plans import formats
from plans.actions.approvers import link
from plans.actions.change_log import update_if_version
from plans.actions.evidence import record_seats
from plans.content import limits
from plans.content.rows import values_to_row
from plans.document import ItemKind
from plans.errors import Refused
from plans.models import Approval, ChecklistItem, Item, Plan, User
from plans.models.compiled import CompiledUpdate, Parameter


def check_length(values: dict[str, Any]) -> None:
    """Raises Refused for a text with more than one field may have."""
    for value in values.values():
        if not isinstance(value, str):
            continue
        for count, most, things in (
            (len(value), limits.MAX_VALUE_CHARACTERS, "characters"),
            (value.count("\n") + 1, limits.MAX_LINES, "lines"),
        ):
            if count > most:
                raise Refused(
                    f"The text has {formats.number(count)} {things}; a field can "
                    "have up to "
                    f"{formats.number(most)}. Split it."
                )


def guard(part: doc.Item, block: doc.Block) -> None:
    """Refuse what would not read back as itself, or would change what is around it."""
    if doc.item_reads_back(part, block):
        return
    if part.kind is ItemKind.FRONT_MATTER:
        raise Refused(
            "Front matter must start and end with a line of three dashes, with no "
            "such line in between. Nothing was saved."
        )
    raise Refused(
        "This text would change the structure of the plan, so it wasn’t saved. "
        "Remove anything that looks like a heading, a list or a code fence."
    )


def write_values(
    plan: Plan,
    item: Item,
    part: doc.Item,
    block: doc.Block,
    actor: User,
) -> None:
    """Store an item's values in its rows, or raise Stale when `item` is not as new as
    they are.

    Only the columns of values are written, so that a concurrent change of the place or
    of a list's number is kept.
    """
    was_done = item.kind == ItemKind.CHECK and item.checklist_item.done
    old_name = item.approval.name if hasattr(item, "approval") else ""
    detail = values_to_row(part, item, block, plan.own_placeholders)
    item.updated_by, item.updated_at = actor, timezone.now()
    update_if_version(
        item,
        None,
        text=item.text,
        cells=item.cells,
        fillable=item.fillable,
        blank=item.blank,
        questions=item.questions,
        updated_by=item.updated_by,
        updated_at=item.updated_at,
    )
    if isinstance(detail, ChecklistItem):
        _stamp(detail, was_done, actor)
    if isinstance(detail, Approval):
        # How the slot is signed is not typed here, and may change at the same time.
        detail.save(update_fields=["role", "name"])
        if detail.name != old_name:
            link(plan, detail)
            record_seats(plan=plan, actor=actor, approval=detail)
    elif detail is not None:
        _write_detail(detail)


def _write_detail(detail: models.Model) -> None:
    columns = _columns_of(type(detail))
    values = {field.name: getattr(detail, field.attname) for field in columns}
    if not _update_of(type(detail))(pk=detail.pk, **values):
        raise DatabaseError("The item has lost its details.")


def _columns_of(model: type[models.Model]) -> list[Any]:
    return [f for f in model._meta.concrete_fields if not f.primary_key]


@cache
def _update_of(model: type[models.Model]) -> CompiledUpdate:
    """Compiled once, because every save makes it."""
    columns = {field.name: Parameter(field.name, field) for field in _columns_of(model)}
    row = Parameter("pk", model._meta.pk)
    return CompiledUpdate(lambda: model._default_manager.filter(pk=row), **columns)


def _stamp(check: ChecklistItem, was_done: bool, actor: User) -> None:
    """Who ticked it and when. A tick that came with a file says neither."""
    if not check.done:
        check.done_by, check.done_at = None, None
    elif not was_done:
        check.done_by, check.done_at = actor, timezone.now()
