"""Mail to whoever was given a section or an item, sent once that is committed."""

from __future__ import annotations

from plans.models import Item, Plan, Section, User
from plans.notifications.mail import message_about, send_on_commit


def tell_assignee(plan: Plan, row: Section | Item, label: str, actor: User) -> None:
    """`label`: what the section or item is called."""
    person = row.assignee
    if person is None:
        return
    kind = "section" if isinstance(row, Section) else "item"
    mail = message_about(
        plan,
        person,
        f"Assigned to you: {label} ({plan.title})",
        "mail/assigned.txt",
        place=f"{plan.get_absolute_url()}#{kind}-{row.pk}",
        label=label,
        due=row.due,
        actor=actor,
    )
    send_on_commit([mail], about=f"assigned {plan.pk}")
