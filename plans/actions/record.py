"""What every action ends with: a line of the change log."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone

from plans.access import Decision
from plans.actions.errors import NotAllowed, Stale
from plans.models import Block, Change, Item, Plan, Section, User

Edit = dict[str, Any]


def require(decision: Decision) -> None:
    """Raises NotAllowed with the reason unless the decision allows it."""
    if not decision:
        raise NotAllowed(decision.reason)


def claim(row: Section | Block | Item, seen: int | None) -> None:
    """Take the next version of a row, or raise Stale when `seen` is not its newest.

    One UPDATE that names the version: it holds on SQLite too, which has no row locks.
    """
    seen = row.version if seen is None else seen
    rows = type(row)._default_manager.filter(pk=row.pk, version=seen, removed=False)
    if not rows.update(version=F("version") + 1):
        raise Stale
    row.version = seen + 1


def edit(row: models.Model, before: dict[str, Any], after: dict[str, Any]) -> Edit:
    """The part of a Change that tells of one row: only what is different."""
    kind = type(row).__name__.lower()
    different = [name for name in after if before.get(name) != after[name]]
    return {
        "row": kind,
        "id": row.pk,
        "before": {name: before.get(name) for name in different},
        "after": {name: after[name] for name in different},
    }


def record(
    *,
    plan: Plan,
    actor: User,
    verb: str,
    edits: list[Edit],
    label: str = "",
    section_id: int | None = None,
    item_id: int | None = None,
    undoes: Change | None = None,
) -> Change:
    """Append to the plan's log, in the transaction of the action.

    The number is claimed by an UPDATE of the plan's row, so two writers never share it.
    """
    Plan.objects.filter(pk=plan.pk).update(
        change_number=F("change_number") + 1, updated_at=timezone.now()
    )
    plan.refresh_from_db(fields=["change_number", "updated_at"])
    return Change.objects.create(
        plan=plan,
        number=plan.change_number,
        actor=actor,
        verb=verb,
        edits=edits,
        label=label[:200],
        section_id=section_id,
        item_id=item_id,
        undoes=undoes,
    )
