"""Saying who looks after a section or an item, and until when.

It is kept beside the text, which it never changes: no version of a row goes up, so that
nobody's half-typed text is late because of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from plans import permissions
from plans.actions.change_log import (
    edit_of,
    lock_plan,
    log_change,
    require,
    unlock_unchanged,
)
from plans.actions.membership import membership
from plans.content import storage
from plans.content.values import change_label, values_of_row
from plans.errors import Refused
from plans.models import Change, Item, Membership, Plan, Section, User
from plans.notifications.assignments import tell_assignee

GONE = "This has been removed. Reload the page."


@transaction.atomic
def assign(
    *,
    plan: Plan,
    actor: User,
    section: Section | None = None,
    item: Item | None = None,
    assignee: User | None,
    due: date | None,
    member: Membership | None = None,
) -> None:
    """Give a section or an item to a member of the team, or to nobody; `due`: the day
    by which it should be done. The person is told, unless they did it themselves."""
    require(permissions.may_edit(membership(plan, actor, member)))
    number = lock_plan(plan)
    row = _present(plan, section or item)
    if row.assignee_id == (assignee.pk if assignee else None) and row.due == due:
        return unlock_unchanged(plan)
    comes = assignee if assignee and assignee.pk != row.assignee_id else None
    if comes and not permissions.assignable(plan).filter(pk=comes.pk).exists():
        raise Refused(
            f"{comes.name} isn’t in {plan.team.name}. Choose a member of the team."
        )
    before = assignment_of(row)
    row.assignee, row.due = assignee, due
    after = assignment_of(row)
    put_assignment(row, after)
    label = place_of(row)
    log_change(
        plan=plan,
        actor=actor,
        number=number,
        verb=(
            Change.Verb.SECTION_ASSIGNED
            if isinstance(row, Section)
            else Change.Verb.ITEM_ASSIGNED
        ),
        edits=[edit_of(row, before, after)],
        label=label,
        section_id=row.pk if isinstance(row, Section) else row.block.section_id,
        item_id=row.pk if isinstance(row, Item) else None,
    )
    if comes and comes != actor:
        tell_assignee(plan, row, label, actor)


def _present(plan: Plan, row: Section | Item | None) -> Section | Item:
    """The row as it is now, with what a label of it needs."""
    present: Section | Item | None = None
    if isinstance(row, Section):
        present = Section.objects.present().filter(pk=row.pk, plan=plan).first()
    elif row is not None:
        present = storage.items_of(plan).present().filter(pk=row.pk).first()
    if present is None:
        raise Refused(GONE)
    return present


def place_of(row: Section | Item) -> str:
    if isinstance(row, Section):
        return row.heading or "Introduction"
    part, _ = values_of_row(row)
    return change_label(part, row)


def assignment_of(row: Section | Item) -> dict[str, Any]:
    """As a Change keeps it."""
    return {
        "assignee": row.assignee_id,
        "due": row.due.isoformat() if row.due else None,
    }


def put_assignment(row: Section | Item, values: dict[str, Any]) -> None:
    """Write (a part of) an assignment as a Change keeps it."""
    columns = {
        "assignee_id" if name == "assignee" else name: value
        for name, value in values.items()
    }
    type(row)._default_manager.filter(pk=row.pk).update(**columns)
