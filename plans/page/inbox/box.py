"""A person's inbox: their entries with their own marks, counted and in pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from plans import permissions
from plans.models import InboxMark, Plan, User
from plans.page.assignments import today
from plans.page.inbox.assignments import assigned_entries
from plans.page.inbox.conversations import (
    mention_entries,
    question_entries,
    suggestion_entries,
)
from plans.page.inbox.entries import Entry, Kind
from plans.page.inbox.reviews import review_entries
from plans.permissions import TeamIds
from plans.reviews.model import ReviewStatus

PER_PAGE = 25
# A larger number says no more; it stands in the navigation.
MAX_COUNT = 99


class Show(StrEnum):
    """The lists of an inbox: what waits now, what waits until later, what is done."""

    OPEN = "open"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True)
class MarkedEntry:
    """An entry with the person's mark on it, if they put one on it as it is now."""

    entry: Entry
    is_read: bool = False
    snoozed_until: datetime | None = None
    is_done: bool = False

    @property
    def list(self) -> Show:
        if self.is_done:
            return Show.DONE
        is_later = self.snoozed_until or self.entry.kind is Kind.TURN
        return Show.LATER if is_later else Show.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.entry.due is not None and self.entry.due < today()


@dataclass(frozen=True)
class Inbox:
    """What waits for a person: all of it, or more than anybody counts (`load_inbox`).
    `teams`: where they may do what. `statuses`: those that were computed, by plan."""

    user: User
    teams: TeamIds
    marked: list[MarkedEntry]
    statuses: dict[int, ReviewStatus] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.listed(Show.OPEN))

    @property
    def count_label(self) -> str:
        return count_label(self.count)

    def listed(self, show: Show, kind: Kind | None = None) -> list[MarkedEntry]:
        """Overdue ones first, then the newest; those assigned, by their days; those
        for later, by when they come back."""
        rows = [one for one in self.marked if one.list is show]
        if kind is not None:
            rows = [one for one in rows if one.entry.kind is kind]
        rows.sort(key=lambda one: (one.entry.since, one.entry.key), reverse=True)
        if kind is Kind.ASSIGNED:
            rows.sort(key=lambda one: one.entry.due or date.max)
        if show is Show.LATER:
            never = datetime.max.replace(tzinfo=timezone.get_default_timezone())
            rows.sort(key=lambda one: one.snoozed_until or never)
        return sorted(rows, key=lambda one: not one.is_overdue)

    def kinds(self, show: Show) -> list[tuple[Kind, int]]:
        """How many of each kind are in a list, without those that are not."""
        counts = Counter(one.entry.kind for one in self.listed(show))
        return [(kind, counts[kind]) for kind in Kind if counts[kind]]

    def find(self, key: str) -> Entry | None:
        return next((one.entry for one in self.marked if one.entry.key == key), None)


def load_inbox(
    user: User, *, is_whole: bool = True, listed: Sequence[Plan] = ()
) -> Inbox:
    """The number of queries does not depend on how much waits. Where the sign-off of
    thousands of plans stands takes its time: what is not `is_whole` leaves out those
    that changed long ago once there are more than `MAX_COUNT` entries without them.
    `listed`: plans whose statuses the caller wants, if some are computed anyway."""
    teams = permissions.teams_of(user)
    entries = [
        *mention_entries(user, teams),
        *question_entries(user, teams),
        *suggestion_entries(user, teams),
        *assigned_entries(user, teams),
    ]
    marks = _marks_of(user)
    now = timezone.now()
    inbox = Inbox(user, teams, [_marked(entry, marks, now) for entry in entries])
    for portion in review_entries(user, teams, listed, inbox.statuses):
        inbox.marked.extend(_marked(entry, marks, now) for entry in portion)
        if not is_whole and inbox.count > MAX_COUNT:
            break
    return inbox


def count_label(count: int) -> str:
    return str(count) if count <= MAX_COUNT else f"{MAX_COUNT}+"


def _marks_of(user: User) -> dict[tuple[str, str], InboxMark]:
    """All of them: as many as entries that were ever marked, and one query."""
    marks = InboxMark.objects.filter(user=user)
    return {(mark.key, mark.stamp): mark for mark in marks}


def _marked(
    entry: Entry, marks: dict[tuple[str, str], InboxMark], now: datetime
) -> MarkedEntry:
    mark = marks.get((entry.key, entry.stamp))
    if mark is None:
        return MarkedEntry(entry)
    until = mark.snoozed_until
    return MarkedEntry(
        entry,
        is_read=mark.read_at is not None,
        snoozed_until=until if until and until > now else None,
        is_done=mark.done_at is not None,
    )
