"""Tells people's open pages that something else may wait for them.

What waits is computed when a page asks for it (plans.page.inbox), so a stream only
says that it is worth asking: to the members of the plan's team, soon after somebody
asked for something, and later after mere edits, which rarely change what waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import Protocol, TypeVar

from django.db.models import Q

from plans.live.events import Stream, encode_event
from plans.models import Change, Membership

Result = TypeVar("Result")

# In seconds: from the first change until people are told of it and all after it.
ASK_DELAY = 1.0
EDIT_DELAY = 10.0
_EDITS = frozenset(
    {
        Change.Verb.ITEM_ADDED,
        Change.Verb.ITEM_EDITED,
        Change.Verb.ITEM_MOVED,
        Change.Verb.SECTION_RENAMED,
        Change.Verb.SECTION_MOVED,
        Change.Verb.SECTION_COLUMNS,
    }
)


class InboxHost(Protocol):
    """What this needs of its process (broker.Broker)."""

    loop: asyncio.AbstractEventLoop
    streams: dict[str, Stream]

    def spawn(self, work: Awaitable[Result]) -> asyncio.Task[Result]: ...

    async def run_in_thread(self, work: Callable[[], Result]) -> Result: ...


class Inboxes:
    """The open pages of a process. Changes are gathered, so that people who save all
    the time cost next to nothing."""

    def __init__(self, broker: InboxHost) -> None:
        self.broker = broker
        self._changes: set[tuple[int, int]] = set()  # plans with numbers of changes
        self._edited: set[int] = set()  # plans

    def on_change(self, plan_id: int, number: int, verb: str | None = None) -> None:
        """`verb`: of the change, where it is known without asking the database."""
        if not self.broker.streams:
            return
        if verb in _EDITS:
            self._note_edits([plan_id])
            return
        if not self._changes:
            self.broker.loop.call_later(ASK_DELAY, self._start)
        self._changes.add((plan_id, number))

    def tell(self, user_ids: Collection[int] | None = None) -> None:
        """These people, or everybody."""
        event = encode_event("inbox")
        for stream in self.broker.streams.values():
            if user_ids is None or stream.subscriber.user_id in user_ids:
                stream.push(event)

    def tell_soon(self, user_ids: Collection[int]) -> None:
        """Once the page that marked an entry has its own answer: both at the same
        moment would be put into it over each other."""
        self.broker.loop.call_later(ASK_DELAY, self.tell, user_ids)

    def _note_edits(self, plan_ids: Collection[int]) -> None:
        if plan_ids and not self._edited:
            self.broker.loop.call_later(EDIT_DELAY, self._start_after_edits)
        self._edited.update(plan_ids)

    def _start(self) -> None:
        changes, self._changes = self._changes, set()
        self.broker.spawn(self._look_at(changes))

    async def _look_at(self, changes: set[tuple[int, int]]) -> None:
        load = partial(plans_asked_in, changes)
        plan_ids = await self.broker.run_in_thread(load)
        self._note_edits({plan_id for plan_id, _ in changes} - plan_ids)
        await self._tell_members(plan_ids)

    def _start_after_edits(self) -> None:
        edited, self._edited = self._edited, set()
        self.broker.spawn(self._tell_members(edited))

    async def _tell_members(self, plan_ids: Collection[int]) -> None:
        users = {stream.subscriber.user_id for stream in self.broker.streams.values()}
        if plan_ids and users:
            load = partial(members_among, users, plan_ids)
            self.tell(await self.broker.run_in_thread(load))


# --- database work, done in a thread --------------------------------------------------


def plans_asked_in(changes: Iterable[tuple[int, int]]) -> set[int]:
    """The plans in which some of these changes are more than edits. One query."""
    changes = set(changes)
    numbers: dict[int, list[int]] = {}
    for plan_id, number in changes:
        numbers.setdefault(plan_id, []).append(number)
    these = Q()
    for plan_id, known in numbers.items():
        these |= Q(plan=plan_id, number__in=known)
    rows = Change.objects.filter(these).exclude(verb__in=_EDITS)
    return set(rows.order_by().values_list("plan", flat=True))


def members_among(user_ids: Iterable[int], plan_ids: Iterable[int]) -> set[int]:
    """Those of these people who are in the team of one of the plans."""
    rows = Membership.objects.filter(user__in=user_ids, team__plans__in=plan_ids)
    return set(rows.values_list("user", flat=True))
