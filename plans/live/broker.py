"""The broker of a process: passes changes, presence and heartbeats to its open streams.

It runs on the event loop; database work goes to a few threads.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, time_ns
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import close_old_connections, connection
from django.urls import set_script_prefix

from planner.ops import metrics
from plans.live.channel import PlanChannel, Subscription
from plans.live.events import HEARTBEAT, Stream, encode_event, goodbye_event
from plans.live.inboxes import Inboxes
from plans.live.listener import Listener
from plans.live.presence import (
    Presence,
    decode_presence,
    encode_presence,
    presence_key,
)
from plans.live.subscribers import Subscriber, sessions_without_access
from plans.live.updates import Update
from plans.models import Plan
from plans.notifications import notify

log = logging.getLogger(__name__)
Result = TypeVar("Result")

# All in seconds. A poll looks for changes without a message, checks access again, and
# confirms this process's presences to the others.
POLL_INTERVAL = 3.0
HEARTBEAT_INTERVAL = 10.0
PRESENCE_INTERVAL = 0.5
LIST_REFRESH_DELAY = 1.0
# A reloading page, or a stream that reconnects to add a plan, comes back within this.
DISCONNECT_GRACE = 2.0
MAX_STREAM_AGE = 600.0
THREADS = 2
# PostgreSQL limits the payload of NOTIFY to 8,000 bytes.
PRESENCES_PER_MESSAGE = 25
# In one browser.
MAX_TABS = 100


class Broker:
    """All channels of this process; created on its event loop at startup."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid4().hex[:12]
        self.channels: dict[int, PlanChannel] = {}
        self.streams: dict[str, Stream] = {}
        self.list_watchers: set[Stream] = set()
        self.inboxes = Inboxes(self)
        self.is_closing = False
        self.threads = ThreadPoolExecutor(
            THREADS,
            thread_name_prefix="live",
            # Without a request, Django would build URLs without this prefix.
            initializer=set_script_prefix,
            initargs=(f"{settings.BASE_PATH}/",),
        )
        self.listener: Listener | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._list_is_due = False
        # What changed before, this process cannot know.
        self._list_changed_at = now_in_milliseconds()
        # By stream token: the presence key of each of its tabs, and the tab's plan.
        self._tabs: dict[str, dict[str, int]] = {}
        notify.subscribe(self._receive_from_thread)
        if connection.vendor == "postgresql":
            self.listener = Listener(self._receive_from_thread, self._poll_from_thread)
            self.listener.start()
        for every, work in (
            (POLL_INTERVAL, self.poll),
            (HEARTBEAT_INTERVAL, self._heartbeat),
            (PRESENCE_INTERVAL, self._broadcast_presence),
        ):
            self.spawn(self._repeat(every, work))

    # --- work ---

    def spawn(self, work: Awaitable[Result]) -> asyncio.Task[Result]:
        """Run a task in the background; its failure is only logged."""
        task: asyncio.Task[Result] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish_task)
        return task

    def _finish_task(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("A task of the live feed failed.", exc_info=error)

    async def run_in_thread(self, work: Callable[[], Result]) -> Result:
        """Do database work, and release its connection afterwards."""
        return await self.loop.run_in_executor(self.threads, _with_database, work)

    async def _repeat(self, every: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await work()
            except Exception:
                log.exception("A periodic task of the live feed failed.")

    def unready_reason(self) -> str:
        """Why the readiness probe should fail; "" if it should not."""
        if self.is_closing:
            return "the server is stopping"
        if self.listener and not self.listener.is_connected:
            return "the live feed is not connected to the database"
        return ""

    # --- messages ---

    def _receive_from_thread(
        self, message: str, saved: notify.SavedItem | None = None
    ) -> None:
        """In the thread that saves, or in that of the listener."""
        if not self.is_closing:
            update = self._render(saved) if saved else None
            self.loop.call_soon_threadsafe(self._dispatch, message, saved, update)

    def _render(self, saved: notify.SavedItem) -> Update | None:
        """Here, and not in a thread of the broker, so that the answer to who saves has
        the same markup, rendered once, and no thread waits for another one."""
        channel = self.channels.get(saved.plan.pk)
        try:
            return channel.render_saved(saved) if channel else None
        except Exception:
            log.exception("A saved item could not be rendered for the live feed.")
            return None  # it is stored; the log is read

    def _poll_from_thread(self) -> None:
        if not self.is_closing:
            self.loop.call_soon_threadsafe(lambda: self.spawn(self.poll()))

    def _dispatch(
        self, message: str, saved: notify.SavedItem | None, update: Update | None
    ) -> None:
        kind, _, rest = message.partition(" ")
        if kind == "change":
            plan_id, number = map(int, rest.split())
            if channel := self.channels.get(plan_id):
                channel.on_change(number, saved, update)
            verb = saved.change.verb if saved else None
            self.inboxes.on_change(plan_id, number, verb)
            self.schedule_list_refresh()
        elif kind == "access":
            self.spawn(self.poll())
            self.inboxes.tell()
        elif kind == "inbox":
            self.inboxes.tell_soon({int(rest)})
        elif kind == "people":
            self._merge_presence(json.loads(rest))
        elif kind == "tab":
            self._receive_tab(json.loads(rest))

    def _merge_presence(self, message: dict[str, Any]) -> None:
        channel = self.channels.get(message["plan"])
        if channel and message["process"] != self.name:
            presences = decode_presence(message)
            channel.presence.merge_remote(presences, message.get("gone", []))

    def publish_presence(
        self,
        channel: PlanChannel,
        presences: list[Presence],
        gone: Iterable[str] = (),
    ) -> None:
        """Tell other processes, which there are only with PostgreSQL."""
        if self.listener is None:
            return
        gone = list(gone)
        for start in range(0, max(len(presences), 1), PRESENCES_PER_MESSAGE):
            batch = presences[start : start + PRESENCES_PER_MESSAGE]
            message = encode_presence(batch, gone)
            message |= {"process": self.name, "plan": channel.plan_id}
            text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            self.spawn(
                self.run_in_thread(partial(notify.send_to_processes, f"people {text}"))
            )
            gone = []

    # --- streams ---

    def subscribe(
        self, stream: Stream, *, list_at: int | None
    ) -> dict[str, Subscription]:
        """Subscribe a stream to its plans; call `catch_up` for each of them next.

        `list_at`: the moment, in milliseconds since 1970, that the list of plans is of
        which its page shows; None if it shows none.
        """
        if earlier := self.streams.get(stream.token):
            earlier.end()
        self.streams[stream.token] = stream
        metrics.streams.inc()
        if list_at is not None:
            self.list_watchers.add(stream)
            if list_at < self._list_changed_at:
                stream.push(plans_event())
        subscriptions = {}
        for grant in stream.subscriber.grants.values():
            channel = self.channels.get(grant.plan_id)
            if channel is None:
                channel = self.channels[grant.plan_id] = PlanChannel(self, grant)
            subscription = Subscription(stream, grant.may_edit)
            subscriptions[grant.slug] = subscription
            channel.subscriptions.add(subscription)
            channel.on_change(grant.number)
            if everyone := channel.presence.everyone():
                message = encode_presence(everyone.values(), is_full=True)
                stream.push(encode_event("here", plan=grant.slug, **message))
        return subscriptions

    def unsubscribe(self, stream: Stream) -> None:
        metrics.streams.dec()
        self.list_watchers.discard(stream)
        for grant in stream.subscriber.grants.values():
            channel = self.channels[grant.plan_id]
            channel.subscriptions = {
                one for one in channel.subscriptions if one.stream is not stream
            }
        self.loop.call_later(DISCONNECT_GRACE, self._forget_stream, stream)

    def _forget_stream(self, stream: Stream) -> None:
        """Remove its tabs, except those on plans that a new stream of it has open."""
        current = self.streams.get(stream.token)
        if current is stream:
            del self.streams[stream.token]
            current = None
        grants = current.subscriber.grants.values() if current else ()
        open_plans = {grant.plan_id for grant in grants}
        for key, plan_id in list(self._tabs.get(stream.token, {}).items()):
            if plan_id not in open_plans:
                self._drop_tab(stream.token, key)
        for grant in stream.subscriber.grants.values():
            self._close_if_empty(self.channels.get(grant.plan_id))

    def _close_if_empty(self, channel: PlanChannel | None) -> None:
        if channel and not channel.subscriptions and not channel.presence.local():
            channel.broadcast_presence()
            del self.channels[channel.plan_id]

    # --- presence ---

    def update_tab(
        self, *, token: str, tab: str, slug: str, item: int | None, is_gone: bool
    ) -> bool:
        """Note where a tab is. False if its stream is not in this process."""
        stream = self.streams.get(token)
        if stream is None:
            return False
        grant = stream.subscriber.grants.get(slug)
        channel = self.channels.get(grant.plan_id) if grant else None
        if channel is None:
            return True
        key = presence_key(token, tab)
        tabs = self._tabs.setdefault(token, {})
        if is_gone or (key not in tabs and len(tabs) >= MAX_TABS):
            self._drop_tab(token, key)
            return True
        tabs[key] = channel.plan_id
        subscriber = stream.subscriber
        channel.presence.track(
            Presence(
                key=key,
                user=subscriber.user_id,
                name=subscriber.name[:60],
                initials=subscriber.initials[:3],
                colour=subscriber.colour,
                item=item,
            )
        )
        return True

    def _drop_tab(self, token: str, key: str) -> None:
        tabs = self._tabs.get(token, {})
        if channel := self.channels.get(tabs.pop(key, 0)):
            channel.presence.untrack(key)
        if not tabs:
            self._tabs.pop(token, None)

    def _receive_tab(self, message: dict[str, Any]) -> None:
        """A position that another process forwarded: its stream may be here."""
        if message.pop("process") != self.name:
            self.update_tab(**message)

    def forward_tab(self, **position: Any) -> None:
        """Pass a tab's position on to the process that has its stream."""
        if self.listener is not None:
            text = json.dumps({"process": self.name, **position})
            self.spawn(
                self.run_in_thread(partial(notify.send_to_processes, f"tab {text}"))
            )

    async def _broadcast_presence(self) -> None:
        for channel in list(self.channels.values()):
            channel.presence.expire_remote()
            channel.broadcast_presence()

    # --- the list of plans ---

    def schedule_list_refresh(self) -> None:
        """Tell open lists of plans to reload, at most once in LIST_REFRESH_DELAY."""
        self._list_changed_at = now_in_milliseconds()
        if self.list_watchers and not self._list_is_due:
            self._list_is_due = True
            self.loop.call_later(LIST_REFRESH_DELAY, self._refresh_lists)

    def _refresh_lists(self) -> None:
        self._list_is_due = False
        for stream in self.list_watchers:
            stream.push(plans_event())

    # --- every few seconds ---

    async def poll(self) -> None:
        """Find changes that no message announced, and streams that lost access."""
        streams = list(self.streams.values())
        if not streams:
            return
        load = partial(
            load_poll, list(self.channels), [one.subscriber for one in streams]
        )
        numbers, ended = await self.run_in_thread(load)
        for plan_id, number in numbers.items():
            if channel := self.channels.get(plan_id):
                channel.on_change(number)
        for stream in streams:
            if stream.subscriber.session_key in ended:
                stream.end(goodbye_event())  # reconnecting tells it why
        for channel in self.channels.values():
            if presences := channel.presence.local():
                self.publish_presence(channel, presences)

    async def _heartbeat(self) -> None:
        old = monotonic() - MAX_STREAM_AGE
        for stream in self.streams.values():
            if stream.opened_at < old:
                stream.end(goodbye_event())
            else:
                stream.push(HEARTBEAT)

    # --- shutdown ---

    def end_streams(self) -> None:
        """Ask the browsers to reconnect, to the server that replaces this one."""
        self.is_closing = True
        for stream in self.streams.values():
            stream.end(goodbye_event(1.0))

    async def close(self) -> None:
        self.end_streams()
        notify.unsubscribe(self._receive_from_thread)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.listener:
            await asyncio.to_thread(self.listener.stop)


def now_in_milliseconds() -> int:
    """The moment by the clock of this server, since 1970."""
    return time_ns() // 1_000_000


def plans_event() -> bytes:
    """A page that loads its list now has everything up to this moment."""
    return encode_event("plans", at=now_in_milliseconds())


# --- database work, done in a thread --------------------------------------------------


def _with_database(work: Callable[[], Result]) -> Result:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def load_poll(
    plan_ids: list[int], subscribers: list[Subscriber]
) -> tuple[dict[int, int], set[str]]:
    plans = Plan.objects.filter(pk__in=plan_ids)
    numbers = dict(plans.values_list("pk", "change_number"))
    return numbers, sessions_without_access(subscribers)
