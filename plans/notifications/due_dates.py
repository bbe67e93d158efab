"""Working days, and by when the approvers of a version should decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from plans.models import AuditRecord, DayOff, Plan, ReminderRules, Version

FRIDAY = 4


def add_working_days(
    day: date, count: int, days_off: Collection[date] = frozenset()
) -> date:
    """The day that is so many working days later. A request of the weekend counts from
    its Monday on, as if it had come on Friday; one of a day off likewise."""
    while not is_working_day(day, days_off):
        day -= timedelta(days=1)
    if days_off:
        for _ in range(count):
            day += timedelta(days=1)
            while not is_working_day(day, days_off):
                day += timedelta(days=1)
        return day
    weeks, rest = divmod(count, 5)
    day += timedelta(weeks=weeks)
    for _ in range(rest):
        day += timedelta(days=3 if day.weekday() == FRIDAY else 1)
    return day


def is_working_day(day: date, days_off: Collection[date] = frozenset()) -> bool:
    return day.weekday() <= FRIDAY and day not in days_off


def days_off_of(teams: Iterable[int]) -> dict[int, set[date]]:
    """The days on which teams do not work, by their ids; all in one query."""
    days: defaultdict[int, set[date]] = defaultdict(set)
    rows = DayOff.objects.filter(team__in=set(teams)).order_by()
    for team, day in rows.values_list("team", "day"):
        days[team].add(day)
    return days


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
    days_off = days_off_of([plan.team_id])[plan.team_id]
    return add_working_days(requested_on(version), rules.due_after, days_off)
