"""Who looks after a section or an item, as the page shows it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from plans.document import ItemKind
from plans.models import Item, Section


@dataclass(frozen=True)
class Assignment:
    """As it is shown at a section or an item."""

    name: str
    due: date | None
    is_overdue: bool


def assignment_view(row: Section | Item) -> Assignment | None:
    """None where nobody looks after it, and no day is set."""
    if not row.assignee_id and not row.due:
        return None
    name = row.assignee.name if row.assignee else ""
    return Assignment(name, row.due, is_overdue(row))


def is_overdue(row: Section | Item) -> bool:
    return row.due is not None and row.due < today() and not _is_done(row)


def today() -> date:
    """The server's day: what is overdue is so for everybody at once."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def _is_done(row: Section | Item) -> bool:
    if isinstance(row, Section) or row.kind != ItemKind.CHECK:
        return False
    return row.checklist_item.done
