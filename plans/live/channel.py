"""One plan that somebody has open in this process.

Each change is rendered once for each kind of reader (may edit, may read), and all
streams of that kind are handed the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any, Protocol, TypeVar

from django.utils import timezone

from planner.ops import metrics
from plans.live import presence
from plans.live.events import Stream, encode_event, goodbye_event
from plans.live.fragments import render_side_panels
from plans.live.presence import Presence, PresenceTracker
from plans.live.subscribers import PlanGrant
from plans.live.updates import Update, load_update_after
from plans.models import Plan
from plans.page.contexts import side_context

Result = TypeVar("Result")

# Seconds between two looks at the panels beside the plan, which take all of it to make.
SIDE_INTERVAL = 2.0
# Seconds between two updates of a busy plan, at most.
MAX_UPDATE_PAUSE = 0.25


class ChannelHost(Protocol):
    """What a channel needs of the process that it is in (broker.Broker)."""

    loop: asyncio.AbstractEventLoop

    def start(self, work: Awaitable[Result]) -> asyncio.Task[Result]: ...

    async def in_thread(self, work: Callable[[], Result]) -> Result: ...

    def tell_processes(
        self, channel: PlanChannel, people: list[Presence], gone: Iterable[str] = ()
    ) -> None: ...


@dataclass(eq=False)
class Subscription:
    """One stream's part in one plan. Until it has caught up, what is new is held."""

    stream: Stream
    may_edit: bool
    held: list[tuple[int, bytes]] | None = field(default_factory=list)
    needs_side: bool = False

    def push_change(self, number: int, data: bytes) -> None:
        if self.held is None:
            self.stream.push(data)
        else:
            self.held.append((number, data))

    def caught_up(self, number: int) -> None:
        held, self.held = self.held or [], None
        for at, data in held:
            if at > number:
                self.stream.push(data)


class PlanChannel:
    """A plan that somebody has open here. `number`: the newest change told."""

    def __init__(self, broker: ChannelHost, grant: PlanGrant) -> None:
        self.broker = broker
        self.plan_id = grant.plan_id
        self.slug = grant.slug
        self.number = grant.number
        self.subscriptions: set[Subscription] = set()
        self.people = PresenceTracker()
        self._is_updating = False
        self._is_behind = False
        self._catching_up: dict[tuple[int, bool], asyncio.Task[Update]] = {}
        self._sides: dict[bool, bytes] = {}
        self._side_at = 0.0
        self._side_is_due = False

    # --- changes ---

    def on_change(self, number: int) -> None:
        """A change is there: tell everybody, together with those that follow it."""
        if number > self.number:
            self._is_behind = True
            if not self._is_updating:
                self._is_updating = True
                self.broker.start(self._update())

    async def _update(self) -> None:
        try:
            while self._is_behind and self.subscriptions:
                self._is_behind = False
                kinds = {one.may_edit for one in self.subscriptions}
                before = self.number
                read = partial(load_update, self.plan_id, before, kinds)
                began = monotonic()
                update = await self.broker.in_thread(read)
                if update.number > before:
                    self.number = update.number
                    self._tell(update)
                    self.refresh_side()
                # As long again for others: while people save faster than this, their
                # changes are told together, and the more so the busier the process.
                await asyncio.sleep(min(monotonic() - began, MAX_UPDATE_PAUSE))
        finally:
            self._is_updating = False

    def _tell(self, update: Update) -> None:
        by_kind = {kind: self._event_of(update, kind) for kind in (True, False)}
        for one in self.subscriptions:
            one.push_change(update.number, by_kind[one.may_edit])
        metrics.delivered_changes.inc(len(self.subscriptions))
        if update.made_at:
            lag = timezone.now() - update.made_at
            metrics.feed_lag.observe(max(lag.total_seconds(), 0))

    def _event_of(self, update: Update, may_edit: bool) -> bytes:
        told: dict[str, Any] = {"plan": self.slug, "number": update.number}
        if update.authors:
            told["authors"] = update.authors
        # Nobody of this kind was here when it was read: that is as good as too much.
        if update.is_reload or may_edit not in update.html:
            return encode_event("reload", **told)
        return encode_event("changes", html=update.html[may_edit], **told)

    async def catch_up(self, one: Subscription, number: int) -> None:
        """Tell a page that is at a number what it has missed."""
        if number == self.number:
            one.caught_up(number)
            return
        # After a restart hundreds of pages come back at one number: read it once.
        key = (number, one.may_edit)
        if key not in self._catching_up:
            read = partial(load_update, self.plan_id, number, {one.may_edit})
            task = self.broker.start(self.broker.in_thread(read))
            self._catching_up[key] = task
            task.add_done_callback(lambda _: self._catching_up.pop(key, None))
        try:
            update = await asyncio.shield(self._catching_up[key])
        except Exception:  # logged by the broker
            # Held back for ever, the page would take itself for up to date.
            one.stream.end(goodbye_event(1.0))
            return
        if update.number != number or update.is_reload:
            one.stream.push(self._event_of(update, one.may_edit))
            one.needs_side = True
        one.caught_up(update.number)
        self.refresh_side()

    # --- the panels beside the plan ---

    def refresh_side(self) -> None:
        """Soon, but at most once in a while."""
        if not self._side_is_due:
            self._side_is_due = True
            wait = max(0.1, self._side_at + SIDE_INTERVAL - monotonic())
            self.broker.loop.call_later(wait, self._start_side)

    def _start_side(self) -> None:
        self.broker.start(self._send_side())

    async def _send_side(self) -> None:
        self._side_is_due = False
        self._side_at = monotonic()
        kinds = {one.may_edit for one in self.subscriptions}
        if not kinds:
            return
        sides = await self.broker.in_thread(
            partial(load_side_panels, self.plan_id, kinds)
        )
        for may_edit, html in sides.items():
            data = encode_event("side", plan=self.slug, html=html)
            is_new = self._sides.get(may_edit) != data
            self._sides[may_edit] = data
            for one in self.subscriptions:
                if one.may_edit == may_edit and (is_new or one.needs_side):
                    one.needs_side = False
                    one.stream.push(data)

    # --- people ---

    def broadcast_presence(self) -> None:
        """One message for all that happened since the last one."""
        changed, gone = self.people.news()
        if not changed and not gone:
            return
        data = encode_event(
            "here", plan=self.slug, **presence.encode_presence(changed, gone)
        )
        for one in self.subscriptions:
            one.stream.push(data)
        own = {person.key for person in self.people.own()}
        ours = [person for person in changed if person.key in own]
        self.broker.tell_processes(self, ours, gone)


# --- what is asked of the database, in a thread --------------------------------------


def load_update(plan_id: int, number: int, kinds: set[bool]) -> Update:
    plan = Plan.objects.get(pk=plan_id)
    update = load_update_after(plan, number, kinds)
    # The plan's time is that of its newest change (actions.record.take_turn).
    return replace(update, made_at=plan.updated_at)


def load_side_panels(plan_id: int, kinds: set[bool]) -> dict[bool, str]:
    """The whole plan is loaded for them: once, for whoever may do what."""
    plan = Plan.objects.get(pk=plan_id)
    context = side_context(plan, can_edit=False)
    return {kind: render_side_panels(context | {"can_edit": kind}) for kind in kinds}
