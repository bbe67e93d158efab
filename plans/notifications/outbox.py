"""Writing notices, in the transaction of the action that they are about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from plans.models import Notice, NoticeSettings, Plan, User, Webhook
from plans.notifications.digest_time import next_digest

log = logging.getLogger(__name__)

Facts = Mapping[str, Any]
# Notices to one person or webhook about one topic: repeating an action must not flood
# a mailbox.
MAX_PER_HOUR = 6
HOUR = timedelta(hours=1)

# Called when a notice is committed; the sender of this process wakes up.
_listeners: set[Callable[[], None]] = set()


def on_notices(callback: Callable[[], None]) -> None:
    _listeners.add(callback)


def off_notices(callback: Callable[[], None]) -> None:
    _listeners.discard(callback)


def add_notices(
    *,
    kind: Notice.Kind,
    plan: Plan,
    actor: User | None,
    to: Mapping[User, Facts],
    topic: str,
    facts: Facts | None = None,
    key: str = "",
) -> None:
    """Write a notice to each person, as they have chosen, and to the webhooks of the
    team.

    `to`: the people, each with facts for them alone. `facts`: for everybody. `key`: for
    what must be written once, however often this is called.
    """
    now = timezone.now()
    facts = {**(facts or {}), "actor": actor.pk if actor else None}
    common = {"kind": kind, "plan": plan, "topic": topic, "created_at": now}
    rows = [
        Notice(
            **common,
            recipient=person,
            facts={**facts, **to[person]},
            key=f"{key}:{person.pk}" if key else "",
            is_digest=when == NoticeSettings.When.DIGEST,
            due_at=due_at,
        )
        for person, when, due_at in _wanted(kind, to, topic, now)
    ]
    names = sorted(person.name for person in to)
    rows += [
        Notice(
            **common,
            webhook=webhook,
            facts={**facts, "people": names},
            key=f"{key}:webhook-{webhook.pk}" if key else "",
            due_at=now,
        )
        for webhook in _listening(kind, plan, topic, now)
    ]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=bool(key))
        wake_on_commit()


def wake_on_commit() -> None:
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    for callback in list(_listeners):
        callback()


def _wanted(
    kind: str, people: Iterable[User], topic: str, now: datetime
) -> Iterable[tuple[User, str, datetime]]:
    """Those of these people who want such a notice by mail, when each does, and from
    which moment on it may be sent."""
    reachable = [
        person for person in people if person.contact_email and person.is_active
    ]
    if not reachable or not settings.SENDS_MAIL:
        return
    chosen = NoticeSettings.objects.in_bulk([person.pk for person in reachable])
    about_it = Notice.objects.filter(recipient__in=reachable, topic=topic)
    recent = _count_recent(about_it, "recipient", now)
    held_back = 0
    for person in reachable:
        own = chosen.get(person.pk) or NoticeSettings(user=person)
        when = own.when(kind)
        if when == NoticeSettings.When.NEVER:
            continue
        if recent.get(person.pk, 0) >= MAX_PER_HOUR:
            held_back += 1
        elif when == NoticeSettings.When.DIGEST:
            yield person, when, next_digest(own.digest_hour, person.time_zone, now)
        else:
            yield person, when, now
    if held_back:
        log.warning("%s mails were held back.", held_back)


def _listening(kind: str, plan: Plan, topic: str, now: datetime) -> Iterable[Webhook]:
    """The webhooks that are told of this kind, and not too often of this topic."""
    webhooks = [
        webhook
        for webhook in Webhook.objects.filter(team=plan.team_id, ended_at=None)
        if kind in webhook.kinds
    ]
    if not webhooks:
        return
    about_it = Notice.objects.filter(webhook__in=webhooks, topic=topic)
    recent = _count_recent(about_it, "webhook", now)
    for webhook in webhooks:
        if recent.get(webhook.pk, 0) < MAX_PER_HOUR:
            yield webhook


def _count_recent(
    notices: QuerySet[Notice], receiver: str, now: datetime
) -> dict[int, int]:
    """How many each got within the hour, by id."""
    rows = notices.filter(created_at__gt=now - HOUR).order_by()
    return dict(rows.values_list(receiver).annotate(Count("pk")))
