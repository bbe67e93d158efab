"""What the page that people start from shows above the list of plans: what is due, and
what their teams changed lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from plans.models import Approval, AuditRecord, Change, Plan, ReminderRules, User
from plans.notifications.due_dates import add_working_days, day_of, days_off_of
from plans.page.assignments import today
from plans.page.inbox.box import Inbox, MarkedEntry, Show
from plans.page.inbox.entries import Kind
from plans.page.inbox.lines import EntryLine
from plans.permissions import TeamIds

MOST_DUE = 6
MOST_ACTIVE_PLANS = 4
# Of each plan, how many of its last changes are told in one line.
_CHANGES_OF_PLAN = 30


@dataclass(frozen=True)
class DueLine:
    """Something with a day: a part of a plan that is the person's, or a sign-off that
    they give or wait for."""

    day: date
    what: str
    plan: str
    url: str

    @property
    def is_overdue(self) -> bool:
        return self.day < today()


def due_entries(box: Inbox) -> list[MarkedEntry]:
    """Those of an inbox that have a day, the first days first."""
    rows = [one for one in box.listed(Show.OPEN, Kind.ASSIGNED) if one.entry.due]
    return rows[:MOST_DUE]


def due_lines(
    user: User, teams: TeamIds, assigned: Iterable[EntryLine]
) -> list[DueLine]:
    """One query. `assigned`: the lines of `due_entries`."""
    lines = [
        DueLine(line.entry.due, line.place, line.plan.title, line.url)
        for line in assigned
        if line.entry.due
    ]
    lines += _due_sign_offs(user, teams)
    return sorted(lines, key=lambda line: (line.day, line.plan, line.what))[:MOST_DUE]


def _due_sign_offs(user: User, teams: TeamIds) -> Iterable[DueLine]:
    """Of plans that they created or sign, while those are in review."""
    submitted = AuditRecord.objects.filter(
        plan=OuterRef("plan"), kind=AuditRecord.Kind.SUBMITTED
    ).order_by("-number")
    slots = Approval.objects.present().filter(approvers=user)
    signed = slots.values("item__block__section__plan")
    rules = (
        ReminderRules.objects.filter(
            Q(plan__created_by=user) | Q(plan__in=signed),
            plan__team__in=teams.see,
            plan__archived=False,
            plan__review_state="review",
            due_after__isnull=False,
        )
        .select_related("plan")
        .annotate(requested_at=Subquery(submitted.values("at")[:1]))
    )
    due = list(rules.exclude(requested_at=None).order_by("-plan__updated_at")[:100])
    off = days_off_of(rule.plan.team_id for rule in due) if due else {}
    for rule in due:
        assert rule.due_after is not None
        requested = day_of(rule.requested_at)
        day = add_working_days(requested, rule.due_after, off[rule.plan.team_id])
        url = reverse("plans:review", args=[rule.plan.slug])
        yield DueLine(day, "Sign-off", rule.plan.title, url)


@dataclass(frozen=True)
class Activity:
    """What one person lately did to a plan. `change`: the newest; `others`: how many
    more of theirs there are."""

    plan: Plan
    change: Change
    others: int

    @property
    def at(self) -> datetime:
        return self.change.created_at


def recent_activity(teams: TeamIds) -> list[Activity]:
    """Of the plans of the person's teams that changed last, a line for whoever changed
    each last. One query."""
    current = Plan.objects.filter(team__in=teams.see, archived=False)
    newest = current.order_by("-updated_at", "-pk").values("pk")[:MOST_ACTIVE_PLANS]
    least = F("plan__change_number") - _CHANGES_OF_PLAN
    rows = Change.objects.filter(plan__in=newest, number__gt=least).defer("edits")
    rows = rows.select_related("plan", "actor", "suggested_by").order_by("-number")
    by_plan: dict[Plan, list[Change]] = defaultdict(list)
    for change in rows:
        by_plan[change.plan].append(change)
    return [
        Activity(plan, by_plan[plan][0], _others(by_plan[plan]))
        for plan in sorted(by_plan, key=lambda p: (p.updated_at, p.pk), reverse=True)
    ]


def _others(changes: Sequence[Change]) -> int:
    """How many changes the newest one's actor made before it, without a break."""
    actor = changes[0].actor_id
    count = 0
    for change in changes[1:]:
        if change.actor_id != actor:
            break
        count += 1
    return count
