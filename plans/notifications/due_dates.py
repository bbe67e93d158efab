"""Working days, and by when the approvers of a version should decide."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from plans.models import AuditRecord, Plan, ReminderRules, Version

FRIDAY = 4


def add_working_days(day: date, count: int) -> date:
    """The day that is so many working days later. A request of the weekend counts from
    its Monday on, as if it had come on Friday."""
    while day.weekday() > FRIDAY:
        day -= timedelta(days=1)
    weeks, rest = divmod(count, 5)
    day += timedelta(weeks=weeks)
    for _ in range(rest):
        day += timedelta(days=3 if day.weekday() == FRIDAY else 1)
    return day


def requested_on(version: Version) -> date:
    """When it was submitted, the last time if its request ended meanwhile."""
    submitted = version.records.filter(kind=AuditRecord.Kind.SUBMITTED)
    newest = submitted.order_by("-number").values_list("at", flat=True).first()
    return day_of(newest or version.created_at)


def day_of(moment: datetime) -> date:
    """By the server's clock, for a version has approvers in several zones."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def due_date_of(plan: Plan, version: Version) -> date | None:
    rules = ReminderRules.objects.filter(plan=plan).first()
    if rules is None or rules.due_after is None:
        return None
    return add_working_days(requested_on(version), rules.due_after)
