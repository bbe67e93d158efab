"""One plan that is open in browsers of this process.

Each change is rendered once for each kind of reader (may edit, may only read); all
streams of that kind get the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic, thread_time
from typing import Any, Protocol, TypeVar

from django.utils import timezone

from planner.ops import metrics
from plans.live.events import Stream, encode_event, goodbye_event
from plans.live.fragments import render_sides
from plans.live.presence import Presence, PresenceTracker, encode_presence
from plans.live.subscribers import PlanGrant
from plans.live.updates import (
    RecentSaves,
    Update,
    load_update_after,
    update_of_saved,
)
from plans.models import Plan
from plans.notifications.notify import SavedItem

Result = TypeVar("Result")

# Seconds between two renderings of the side panels, which load the whole plan.
SIDE_INTERVAL = 2.0
# The longest pause, in seconds, between two updates of a busy plan.
MAX_UPDATE_PAUSE = 0.25
# What sending an update to one stream takes of the processor, roughly.
SECONDS_PER_STREAM = 0.00005


class ChannelHost(Protocol):
    """What a channel needs of its process (broker.Broker)."""

    loop: asyncio.AbstractEventLoop

    def spawn(self, work: Awaitable[Result]) -> asyncio.Task[Result]: ...

    async def run_in_thread(self, work: Callable[[], Result]) -> Result: ...

    def publish_presence(
        self,
        channel: PlanChannel,
        presences: list[Presence],
        gone: Iterable[str] = (),
    ) -> None: ...


@dataclass(eq=False)
class Subscription:
    """One stream's subscription to one plan.

    `held`: updates that arrived before the stream caught up; None afterwards.
    `needs_side`: nobody knows which panels its page shows, so it gets all of them next
    time, and later those that changed.
    """

    stream: Stream
    may_edit: bool
    held: list[tuple[int, bytes]] | None = field(default_factory=list)
    needs_side: bool = True

    def push_change(self, number: int, data: bytes) -> None:
        if self.held is None:
            self.stream.push(data)
        else:
            self.held.append((number, data))

    def finish_catch_up(self, number: int) -> None:
        """Send the held updates that are newer than `number`, and hold no more."""
        held, self.held = self.held or [], None
        for held_number, data in held:
            if held_number > number:
                self.stream.push(data)


class PlanChannel:
    """An open plan. `number`: the newest change that was sent to its subscribers."""

    def __init__(self, broker: ChannelHost, grant: PlanGrant) -> None:
        self.broker = broker
        self.plan_id = grant.plan_id
        self.slug = grant.slug
        self.number = grant.number
        self.subscriptions: set[Subscription] = set()
        self.presence = PresenceTracker()
        self._is_updating = False
        self._is_behind = False
        self._saved = RecentSaves()
        self._catching_up: dict[tuple[int, bool], asyncio.Task[Update]] = {}
        self._sides: dict[bool, list[str]] = {}
        self._side_sent_at = 0.0
        self._side_is_due = False

    # --- changes ---

    def render_saved(self, saved: SavedItem) -> Update:
        """Called in the thread that saved it, for `on_change`."""
        kinds = {one.may_edit for one in self.subscriptions.copy()}
        # A person who saves may have another one.
        with timezone.override(None):
            return update_of_saved(saved, kinds)

    def on_change(
        self,
        number: int,
        saved: SavedItem | None = None,
        update: Update | None = None,
    ) -> None:
        """Send an update soon; changes that arrive meanwhile are sent with it. `saved`,
        `update`: what this change has saved, where a thread of this process hands it
        over."""
        if saved and update:
            self._saved.add(saved, update)
        if number > self.number:
            self._is_behind = True
            if not self._is_updating:
                self._is_updating = True
                self.broker.spawn(self._update())

    async def _update(self) -> None:
        pause = 0.0
        try:
            while self._is_behind and self.subscriptions:
                self._is_behind = False
                update, seconds = await self._next_update()
                if update.number > self.number:
                    self.number = update.number
                    self._publish(update)
                    self.schedule_side()
                    seconds += SECONDS_PER_STREAM * len(self.subscriptions)
                # Rest for as long as the update keeps the processor busy. While people
                # save faster than that, rest longer: their changes share an update.
                pause = min(max(seconds, 2 * pause), 8 * seconds, MAX_UPDATE_PAUSE)
                await asyncio.sleep(pause)
        finally:
            self._is_updating = False

    async def _next_update(self) -> tuple[Update, float]:
        """With the seconds for which it was computed for the feed alone."""
        if update := self._saved.take_after(self.number):
            return update, 0.0
        kinds = {one.may_edit for one in self.subscriptions}
        load = partial(timed_update, self.plan_id, self.number, kinds)
        return await self.broker.run_in_thread(load)

    def _publish(self, update: Update) -> None:
        events = {kind: self._encode_update(update, kind) for kind in (True, False)}
        for one in self.subscriptions:
            one.push_change(update.number, events[one.may_edit])
        metrics.delivered_changes.inc(len(self.subscriptions))
        if update.changed_at:
            lag = timezone.now() - update.changed_at
            metrics.feed_lag.observe(max(lag.total_seconds(), 0))

    def _encode_update(self, update: Update, may_edit: bool) -> bytes:
        fields: dict[str, Any] = {"plan": self.slug, "number": update.number}
        if update.authors:
            fields["authors"] = update.authors
        # A reader whose kind had no subscriber when the update was loaded reloads too.
        if update.needs_reload or may_edit not in update.html:
            return encode_event("reload", **fields)
        return encode_event("changes", html=update.html[may_edit], **fields)

    async def catch_up(self, subscription: Subscription, number: int) -> None:
        """Send a page that is at `number` what it has missed."""
        if number == self.number:
            subscription.finish_catch_up(number)
            return
        try:
            update = await self._load_missed(number, subscription.may_edit)
        except Exception:  # logged by the broker
            # Otherwise the page would hold updates forever and look up to date.
            subscription.stream.end(goodbye_event(1.0))
            return
        if update.number != number or update.needs_reload:
            event = self._encode_update(update, subscription.may_edit)
            subscription.stream.push(event)
            subscription.needs_side = True
        subscription.finish_catch_up(update.number)
        self.schedule_side()

    async def _load_missed(self, number: int, may_edit: bool) -> Update:
        """Shared by all who ask for it: after a restart, hundreds of pages reconnect at
        the same number."""
        key = (number, may_edit)
        if key not in self._catching_up:
            load = partial(load_update, self.plan_id, number, {may_edit})
            task = self.broker.spawn(self.broker.run_in_thread(load))
            self._catching_up[key] = task
            task.add_done_callback(lambda _: self._catching_up.pop(key, None))
        return await asyncio.shield(self._catching_up[key])

    # --- the side panels and the pictures ---

    def schedule_side(self) -> None:
        """Send the side panels soon, at most once in SIDE_INTERVAL."""
        if not self._side_is_due:
            self._side_is_due = True
            wait = max(0.1, self._side_sent_at + SIDE_INTERVAL - monotonic())
            self.broker.loop.call_later(wait, self._start_side)

    def _start_side(self) -> None:
        self.broker.spawn(self._send_side())

    async def _send_side(self) -> None:
        self._side_is_due = False
        self._side_sent_at = monotonic()
        kinds = {one.may_edit for one in self.subscriptions}
        if not kinds:
            return
        load = partial(load_side_panels, self.plan_id, kinds)
        sides = await self.broker.run_in_thread(load)
        for may_edit, panels in sides.items():
            before = self._sides.get(may_edit, [])
            changed = [panel for panel in panels if panel not in before]
            self._sides[may_edit] = panels
            whole = encode_event("side", plan=self.slug, html="".join(panels))
            part = encode_event("side", plan=self.slug, html="".join(changed))
            for one in self.subscriptions:
                if one.may_edit == may_edit and (changed or one.needs_side):
                    one.stream.push(whole if one.needs_side else part)
                    one.needs_side = False

    # --- presence ---

    def broadcast_presence(self) -> None:
        """Send everything that changed since the last broadcast in one message."""
        changed, gone = self.presence.take_changes()
        if not changed and not gone:
            return
        message = encode_presence(changed, gone)
        data = encode_event("here", plan=self.slug, **message)
        for one in self.subscriptions:
            one.stream.push(data)
        local_keys = {presence.key for presence in self.presence.local()}
        local = [presence for presence in changed if presence.key in local_keys]
        self.broker.publish_presence(self, local, gone)


# --- database work, done in a thread --------------------------------------------------


def timed_update(plan_id: int, number: int, kinds: set[bool]) -> tuple[Update, float]:
    """With the seconds for which it was computed, waiting not counted."""
    began = thread_time()
    return load_update(plan_id, number, kinds), thread_time() - began


def load_update(plan_id: int, number: int, kinds: set[bool]) -> Update:
    plan = Plan.objects.get(pk=plan_id)
    update = load_update_after(plan, number, kinds)
    # A plan's time is that of its newest change (actions.change_log.lock_plan).
    return replace(update, changed_at=plan.updated_at)


def load_side_panels(plan_id: int, kinds: set[bool]) -> dict[bool, list[str]]:
    # Each kind of reader is shown the tags.
    plan = Plan.objects.prefetch_related("tags").get(pk=plan_id)
    return render_sides(plan, kinds)
