"""What is assigned to one person, in all plans that they can see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from plans.content import storage
from plans.models import Item, Plan, Section, User
from plans.page.assignments import is_overdue, today
from plans.page.comments import place_label

PER_PAGE = 20


@dataclass(frozen=True)
class AssignedPart:
    """A section or an item of a plan that is somebody's."""

    plan: Plan
    label: str
    anchor: str
    due: date | None
    is_overdue: bool


@dataclass(frozen=True)
class AssignedPage:
    """A page of a person's list; its length is not counted."""

    parts: list[AssignedPart]
    number: int
    has_next: bool


@dataclass(frozen=True)
class AssignedCounts:
    total: int
    overdue: int


def assigned_page(user: User, number: int) -> AssignedPage:
    """What is a person's, in all current plans that they can see: by the day on which
    it is due, so what is overdue comes first. Four queries."""
    sections, items = _assigned_rows(user)
    keys = _keys(sections, "section").union(_keys(items, "item"), all=True)
    start = (number - 1) * PER_PAGE
    page = list(keys.order_by("by", "kind_of_part", "pk")[start : start + PER_PAGE + 1])
    ids = {
        kind: [pk for _, each, pk in page[:PER_PAGE] if each == kind]
        for kind in ("section", "item")
    }
    rows: dict[tuple[str, int], tuple[Plan, Section | Item]] = {}
    for section in Section.objects.select_related("plan__team").filter(
        pk__in=ids["section"]
    ):
        rows["section", section.pk] = section.plan, section
    for item in (
        storage.items_with_details()
        .select_related("block__section__plan__team")
        .filter(pk__in=ids["item"])
    ):
        rows["item", item.pk] = item.block.section.plan, item
    shown = [(kind, pk) for _, kind, pk in page[:PER_PAGE] if (kind, pk) in rows]
    parts = [_part(kind, *rows[kind, pk]) for kind, pk in shown]
    return AssignedPage(parts, number, len(page) > PER_PAGE)


def _part(kind: str, plan: Plan, row: Section | Item) -> AssignedPart:
    anchor = f"#{kind}-{row.pk}"
    return AssignedPart(plan, place_label(row), anchor, row.due, is_overdue(row))


def assigned_counts(user: User) -> AssignedCounts:
    """Three queries."""
    total, overdue = 0, 0
    for rows in _assigned_rows(user):
        counts = rows.order_by().aggregate(
            total=Count("pk"), overdue=Count("pk", filter=Q(due__lt=today()))
        )
        total += counts["total"]
        overdue += counts["overdue"]
    return AssignedCounts(total, overdue)


def _assigned_rows(user: User) -> tuple[QuerySet[Section], QuerySet[Item]]:
    """What is ticked already is nobody's work."""
    teams = list(user.memberships.values_list("team", flat=True))
    sections = Section.objects.present().filter(
        _may_see("plan", teams), assignee=user, plan__archived=False
    )
    items = Item.objects.present().filter(
        _may_see("block__section__plan", teams),
        assignee=user,
        block__section__plan__archived=False,
    )
    return sections, items.exclude(checklist_item__done=True)


def _may_see(plan: str, teams: list[int]) -> Q:
    return Q(**{f"{plan}__team__in": teams}) | Q(**{f"{plan}__is_open": True})


def _keys(rows: QuerySet[Any], kind: str) -> QuerySet[Any, Any]:
    last = Value(date.max, DateField())
    return (
        rows.order_by()
        .annotate(by=Coalesce("due", last), kind_of_part=Value(kind))
        .values_list("by", "kind_of_part", "pk")
    )
