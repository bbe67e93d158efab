"""The change log, and the two claims that keep writers apart.

`lock_plan` comes before an action's first write, `log_change` ends it. Between them
the plan's row is locked (on PostgreSQL by the UPDATE, on SQLite by the transaction), so
the changes of one plan happen one after the other, and their numbers are in the order
in which they are committed: a reader that has seen number 7 has seen all before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

from planner.ops import metrics
from plans import permissions
from plans.content import registers
from plans.errors import NotAllowed, Stale
from plans.models import Approval, Block, Change, Item, Plan, Section, User
from plans.models.change import Edit
from plans.models.compiled import CompiledInsert, CompiledUpdate, Parameter
from plans.models.content import ASSIGNMENT
from plans.notifications import notify
from plans.permissions import Decision

Row = Section | Block | Item


def require(decision: Decision) -> None:
    """Raises NotAllowed with the reason unless the decision allows it."""
    if not decision:
        raise NotAllowed(decision.reason)


# In one statement, for every action makes it. NOTIFY is sent when the transaction is
# committed, and not at all when it is not.
_TURN = """
    UPDATE plans_plan
    SET change_number = change_number + 1, updated_at = %s, fullness = fullness + %s
    WHERE id = %s RETURNING change_number, title, fullness, locked_by_id
"""
_TURN_AND_NOTIFY = f"""
    WITH turn AS ({_TURN})
    SELECT change_number, title, fullness, locked_by_id,
        pg_notify(%s, format(%s, change_number))
    FROM turn
"""  # noqa: S608
# What an edit can change without changing the text: whose a part is, and whether an
# owner has it collect sign-offs.
_BESIDE_THE_TEXT = ASSIGNMENT | {"kind"}


def lock_plan(plan: Plan, growth: int | None = 0) -> int:
    """The number of the change that is about to happen; other writers wait for it.
    `growth`: by how much the plan gets fuller (actions.capacity); None if unknown.

    Every action takes its turn before it writes (or reads what it relies on) anything
    else of the plan, so two of them can never wait for each other. Once the change is
    committed, every process is told: others by NOTIFY, this one by `log_change`.
    """
    now = timezone.now()
    parameters = [connection.ops.adapt_datetimefield_value(now), growth, plan.pk]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            message = notify.change_message(plan.pk, "%s")
            cursor.execute(_TURN_AND_NOTIFY, [*parameters, notify.CHANNEL, message])
        else:
            cursor.execute(_TURN, parameters)
        # The title in hand may be older than the turn, and is compared with (retitle).
        number, plan.title, plan.fullness, locked_by, *_ = cursor.fetchone()
    plan.change_number = number
    if locked_by != plan.locked_by_id:
        plan.refresh_from_db(fields=["locked_by", "locked_at", "lock_reason"])
    plan.updated_at = now
    return plan.change_number


def unlock_unchanged(plan: Plan) -> None:
    """Nothing is to be done after all: the number goes to the next change."""
    transaction.set_rollback(True)
    plan.change_number -= 1


def update_if_version(row: Row, seen: int | None, **columns: Any) -> None:
    """Write columns of a row that is present and still has the version seen, or raise
    Stale.

    One UPDATE that names the version: it holds on SQLite too, which has no row locks.
    """
    seen = row.version if seen is None else seen
    update = _update_of(type(row), tuple(sorted(columns)))
    if not update(pk=row.pk, seen=seen, **columns):
        raise Stale
    row.version = seen + 1


@cache
def _update_of(model: type[Row], names: tuple[str, ...]) -> CompiledUpdate:
    """Compiled once, because every save makes it."""

    def parameter(name: str, column: str) -> Parameter:
        return Parameter(name, model._meta.get_field(column))

    def rows() -> models.QuerySet[Any]:
        present = model.objects.present()
        return present.filter(
            pk=parameter("pk", "id"), version=parameter("seen", "version")
        )

    columns = {name: parameter(name, name) for name in names}
    return CompiledUpdate(rows, version=F("version") + 1, **columns)


def edit_of(row: Row, before: dict[str, Any], after: dict[str, Any]) -> Edit:
    """The part of a Change about one row: only the columns that differ."""
    different = [name for name in after if before.get(name) != after[name]]
    return {
        "row": type(row).__name__.lower(),
        "id": row.pk,
        "before": {name: before.get(name) for name in different},
        "after": {name: after[name] for name in different},
    }


def edit_added(row: Row) -> Edit:
    """Undoing an addition hides the row again."""
    return edit_of(row, {"removed": True}, {"removed": False})


def set_columns(row: Row, **after: Any) -> Edit:
    """Write columns that are not edited directly: a place, a tail, a list's number."""
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))
    return edit_of(row, before, after)


def mark_removed(rows: Sequence[Row]) -> list[Edit]:
    """Take rows of one kind out of the plan. Nothing is ever deleted."""
    model: type[models.Model] = type(rows[0])
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(removed=True)
    for row in rows:
        row.removed = True
    return [edit_of(row, {"removed": False}, {"removed": True}) for row in rows]


def log_change(
    *,
    plan: Plan,
    actor: User,
    number: int,
    verb: Change.Verb,
    edits: list[Edit],
    label: str = "",
    section_id: int | None = None,
    item_id: int | None = None,
    undoes: Change | None = None,
    suggested_by: User | None = None,
    note: str = "",
    saved: tuple[Item, int] | None = None,
) -> Change:
    """Append to the plan's log, in the transaction of the action.

    `saved`: the one row that the change is about, as it is stored, and the change at
    which it was read: the live feed of this process may not have to read it.
    Raises NotAllowed where the edits are of the text of a plan that is locked: no
    action can forget that, nor be overtaken by a lock.
    """
    if plan.is_locked and any(one["after"].keys() - _BESIDE_THE_TEXT for one in edits):
        raise NotAllowed(permissions.locked_because(plan))
    transaction.on_commit(partial(metrics.count_change, verb))
    change = Change(
        plan=plan,
        number=number,
        actor=actor,
        verb=verb,
        edits=edits,
        label=label[:200],
        section_id=section_id,
        item_id=item_id,
        undoes=undoes,
        suggested_by=suggested_by,
        note=note,
    )
    _insert(change)
    registers.follow_edits(plan, edits)
    handed = notify.SavedItem(plan, change, *saved) if saved else None
    notify.publish_on_commit(plan.pk, number, handed)
    return change


_insert = CompiledInsert(Change)  # compiled once, because every action ends with it


def log_slot_change(
    plan: Plan,
    actor: User,
    number: int,
    verb: Change.Verb,
    label: str,
    approval: Approval | None = None,
) -> None:
    """Of sign-off alone: the text stays. `approval`: the slot that it is about."""
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=[],
        label=label,
        item_id=approval.pk if approval else None,
    )


def log_section_change(
    plan: Plan,
    actor: User,
    number: int,
    verb: Change.Verb,
    section: Section,
    edits: list[Edit],
) -> None:
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=verb,
        edits=edits,
        label=section.heading or "Introduction",
        section_id=section.pk,
    )
