"""What wakes the open streams of this process: changes, people, and the time.

Everything here happens on the event loop; what asks the database goes to a few threads.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import close_old_connections, connection
from django.urls import set_script_prefix

from planner.ops import metrics
from plans.live import presence
from plans.live.channel import PlanChannel, Subscription
from plans.live.events import HEARTBEAT, Stream, encode_event, goodbye_event
from plans.live.listener import Listener
from plans.live.presence import Presence
from plans.live.subscribers import Subscriber, sessions_without_access
from plans.models import Plan
from plans.notifications import notify

log = logging.getLogger(__name__)
Result = TypeVar("Result")

# Seconds. The log is looked at for what no message told, access is checked again, and
# other processes hear who is here.
POLL_INTERVAL = 3.0
HEARTBEAT_INTERVAL = 10.0
PRESENCE_INTERVAL = 0.5
LIST_REFRESH_DELAY = 1.0
# A page that reloads, or a stream that takes in another plan, is away for a moment.
DISCONNECT_GRACE = 2.0
MAX_STREAM_AGE = 600.0
THREADS = 2
# NOTIFY carries 8,000 bytes.
PRESENCES_PER_MESSAGE = 25
# Of one browser.
MAX_TABS = 100


class Broker:
    """All channels of this process. Made when the server starts, on its event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid4().hex[:12]
        self.channels: dict[int, PlanChannel] = {}
        self.streams: dict[str, Stream] = {}
        self.list_watchers: set[Stream] = set()
        self.is_closing = False
        self.threads = ThreadPoolExecutor(
            THREADS,
            thread_name_prefix="live",
            # A thread that answers no request would give addresses without it.
            initializer=set_script_prefix,
            initargs=(f"{settings.BASE_PATH}/",),
        )
        self.listener: Listener | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._list_is_due = False
        # Of each stream's tabs: the keys of their people, with the plan they have open.
        self._tabs: dict[str, dict[str, int]] = {}
        notify.subscribe(self._hear_from_thread)
        if connection.vendor == "postgresql":
            self.listener = Listener(self._hear_from_thread, self._look_from_thread)
            self.listener.start()
        for every, work in (
            (POLL_INTERVAL, self.poll),
            (HEARTBEAT_INTERVAL, self._beat),
            (PRESENCE_INTERVAL, self._tell_people),
        ):
            self.start(self._repeat(every, work))

    # --- work ---

    def start(self, work: Awaitable[Result]) -> asyncio.Task[Result]:
        """Run it beside everything else; a failure is logged, and nothing more."""
        task: asyncio.Task[Result] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._is_done)
        return task

    def _is_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("The live feed failed at something.", exc_info=error)

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Do what asks the database, whose connection it then gives back."""
        return await self.loop.run_in_executor(self.threads, _with_database, work)

    async def _repeat(self, every: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await work()
            except Exception:
                log.exception("The live feed failed at something it does every time.")

    def obstacle(self) -> str:
        """Why people had better not be sent here, for probes."""
        if self.is_closing:
            return "the server is stopping"
        if self.listener and not self.listener.is_connected:
            return "the live feed does not hear the database"
        return ""

    # --- messages ---

    def _hear_from_thread(self, message: str) -> None:
        if not self.is_closing:
            self.loop.call_soon_threadsafe(self._hear, message)

    def _look_from_thread(self) -> None:
        if not self.is_closing:
            self.loop.call_soon_threadsafe(lambda: self.start(self.poll()))

    def _hear(self, message: str) -> None:
        kind, _, rest = message.partition(" ")
        if kind == "change":
            plan_id, number = map(int, rest.split())
            if channel := self.channels.get(plan_id):
                channel.on_change(number)
            self.plans_changed()
        elif kind == "access":
            self.start(self.poll())
        elif kind == "people":
            self._hear_people(json.loads(rest))
        elif kind == "tab":
            self._hear_tab(json.loads(rest))

    def _hear_people(self, told: dict[str, Any]) -> None:
        channel = self.channels.get(told["plan"])
        if channel and told["process"] != self.name:
            channel.people.hear(presence.decode_presence(told), told.get("gone", []))

    def tell_processes(
        self, channel: PlanChannel, people: list[Presence], gone: Iterable[str] = ()
    ) -> None:
        """Only PostgreSQL has other processes."""
        if self.listener is None:
            return
        gone = list(gone)
        for start in range(0, max(len(people), 1), PRESENCES_PER_MESSAGE):
            some = people[start : start + PRESENCES_PER_MESSAGE]
            told = presence.encode_presence(some, gone)
            told |= {"process": self.name, "plan": channel.plan_id}
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            self.start(
                self.in_thread(partial(notify.send_to_processes, f"people {text}"))
            )
            gone = []

    # --- streams ---

    def subscribe(
        self, stream: Stream, *, watches_list: bool
    ) -> dict[str, Subscription]:
        """Let a stream in to its plans. Call `catch_up` for each of them next."""
        if earlier := self.streams.get(stream.token):
            earlier.end()
        self.streams[stream.token] = stream
        metrics.streams.inc()
        if watches_list:
            self.list_watchers.add(stream)
        found = {}
        for grant in stream.subscriber.grants.values():
            channel = self.channels.get(grant.plan_id)
            if channel is None:
                channel = self.channels[grant.plan_id] = PlanChannel(self, grant)
            found[grant.slug] = Subscription(stream, grant.may_edit)
            channel.subscriptions.add(found[grant.slug])
            channel.on_change(grant.number)
            if everybody := channel.people.everybody():
                told = presence.encode_presence(everybody.values(), is_full=True)
                stream.push(encode_event("here", plan=grant.slug, **told))
        return found

    def unsubscribe(self, stream: Stream) -> None:
        metrics.streams.dec()
        self.list_watchers.discard(stream)
        for grant in stream.subscriber.grants.values():
            channel = self.channels[grant.plan_id]
            channel.subscriptions = {
                one for one in channel.subscriptions if one.stream is not stream
            }
        self.loop.call_later(DISCONNECT_GRACE, self._is_gone, stream)

    def _is_gone(self, stream: Stream) -> None:
        """Unless the same browser is back by now, its people are gone."""
        now = self.streams.get(stream.token)
        if now is stream:
            del self.streams[stream.token]
            now = None
        tabs = self._tabs.get(stream.token, {})
        still = (
            {grant.plan_id for grant in now.subscriber.grants.values()}
            if now
            else set()
        )
        for key, plan_id in list(tabs.items()):
            if plan_id not in still:
                self._drop_tab(stream.token, key)
        for grant in stream.subscriber.grants.values():
            self._close_if_empty(self.channels.get(grant.plan_id))

    def _close_if_empty(self, channel: PlanChannel | None) -> None:
        if channel and not channel.subscriptions and not channel.people.own():
            channel.broadcast_presence()
            del self.channels[channel.plan_id]

    # --- people ---

    def tab_is_at(
        self, *, token: str, tab: str, slug: str, item: int | None, is_gone: bool
    ) -> bool:
        """What a browser says of one of its tabs; false when its stream is not here."""
        stream = self.streams.get(token)
        if stream is None:
            return False
        grant = stream.subscriber.grants.get(slug)
        channel = self.channels.get(grant.plan_id) if grant else None
        if channel is None:
            return True
        key = presence.presence_key(token, tab)
        tabs = self._tabs.setdefault(token, {})
        if is_gone or (key not in tabs and len(tabs) >= MAX_TABS):
            self._drop_tab(token, key)
            return True
        tabs[key] = channel.plan_id
        subscriber = stream.subscriber
        channel.people.put(
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
            channel.people.drop(key)
        if not tabs:
            self._tabs.pop(token, None)

    def _hear_tab(self, told: dict[str, Any]) -> None:
        """A request of a browser whose stream may be here came to another process."""
        if told.pop("process") != self.name:
            self.tab_is_at(**told)

    def pass_on_tab(self, **told: Any) -> None:
        if self.listener is not None:
            text = json.dumps({"process": self.name, **told})
            self.start(self.in_thread(partial(notify.send_to_processes, f"tab {text}")))

    async def _tell_people(self) -> None:
        for channel in list(self.channels.values()):
            channel.people.forget_unconfirmed()
            channel.broadcast_presence()

    # --- the list of plans ---

    def plans_changed(self) -> None:
        """Whoever has the list of plans open is told so, once in a while."""
        if self.list_watchers and not self._list_is_due:
            self._list_is_due = True
            self.loop.call_later(LIST_REFRESH_DELAY, self._tell_list_watchers)

    def _tell_list_watchers(self) -> None:
        self._list_is_due = False
        for stream in self.list_watchers:
            stream.push(encode_event("plans"))

    # --- every few seconds ---

    async def poll(self) -> None:
        """What no message told: changes, lost access, and people elsewhere."""
        streams = list(self.streams.values())
        if not streams:
            return
        look = partial(
            load_poll, list(self.channels), [one.subscriber for one in streams]
        )
        numbers, ended = await self.in_thread(look)
        for plan_id, number in numbers.items():
            if channel := self.channels.get(plan_id):
                channel.on_change(number)
        for stream in streams:
            if stream.subscriber.session_key in ended:
                stream.end(goodbye_event())  # it learns why when it connects again
        for channel in self.channels.values():
            if people := channel.people.own():
                self.tell_processes(channel, people)

    async def _beat(self) -> None:
        old = monotonic() - MAX_STREAM_AGE
        for stream in self.streams.values():
            if stream.opened_at < old:
                stream.end(goodbye_event())
            else:
                stream.push(HEARTBEAT)

    # --- the end ---

    def end_streams(self) -> None:
        """The server stops: browsers come back to the next one, not all at once."""
        self.is_closing = True
        for stream in self.streams.values():
            stream.end(goodbye_event(1.0))

    async def close(self) -> None:
        self.end_streams()
        notify.unsubscribe(self._hear_from_thread)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.listener:
            await asyncio.to_thread(self.listener.stop)


# --- what is asked of the database, in a thread --------------------------------------


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
