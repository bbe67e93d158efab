"""Notices to whoever was given a section or an item."""

from __future__ import annotations

from plans.models import Item, Notice, Plan, Section, User
from plans.notifications.outbox import add_notices


def tell_assignee(plan: Plan, row: Section | Item, label: str, actor: User) -> None:
    """`label`: what the section or item is called."""
    if row.assignee is None:
        return
    kind = "section" if isinstance(row, Section) else "item"
    add_notices(
        kind=Notice.Kind.ASSIGNED,
        plan=plan,
        actor=actor,
        to={row.assignee: {}},
        topic=f"assigned {plan.pk}",
        facts={
            kind: row.pk,
            "label": label[:200],
            "due": row.due.isoformat() if row.due else "",
        },
    )
