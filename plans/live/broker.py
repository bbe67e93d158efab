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
from plans.live.events import BEAT, Stream, bye, event
from plans.live.listener import Listener
from plans.live.presence import Person
from plans.live.subscribers import Subscriber, no_longer_allowed
from plans.models import Plan
from plans.notifications import notify

log = logging.getLogger(__name__)
Result = TypeVar("Result")

# Seconds. The log is looked at for what no message told, access is checked again, and
# other processes hear who is here.
LOOK_EVERY = 3.0
BEAT_EVERY = 10.0
PRESENCE_EVERY = 0.5
LIST_EVERY = 1.0
# A page that reloads, or a stream that takes in another plan, is away for a moment.
GONE_AFTER = 2.0
LONGEST_STREAM = 600.0
THREADS = 2
# NOTIFY carries 8,000 bytes.
PEOPLE_IN_MESSAGE = 25
# Of one browser.
MOST_TABS = 100


class Broker:
    """All rooms of this process. Made when the server starts, on its event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid4().hex[:12]
        self.rooms: dict[int, PlanChannel] = {}
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
            (LOOK_EVERY, self.look),
            (BEAT_EVERY, self._beat),
            (PRESENCE_EVERY, self._tell_people),
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
            self.loop.call_soon_threadsafe(lambda: self.start(self.look()))

    def _hear(self, message: str) -> None:
        kind, _, rest = message.partition(" ")
        if kind == "change":
            plan_id, number = map(int, rest.split())
            if room := self.rooms.get(plan_id):
                room.hears_of(number)
            self.plans_changed()
        elif kind == "access":
            self.start(self.look())
        elif kind == "people":
            self._hear_people(json.loads(rest))
        elif kind == "tab":
            self._hear_tab(json.loads(rest))

    def _hear_people(self, told: dict[str, Any]) -> None:
        room = self.rooms.get(told["plan"])
        if room and told["process"] != self.name:
            room.people.hear(presence.people_in(told), told.get("gone", []))

    def tell_processes(
        self, room: PlanChannel, people: list[Person], gone: Iterable[str] = ()
    ) -> None:
        """Only PostgreSQL has other processes."""
        if self.listener is None:
            return
        gone = list(gone)
        for start in range(0, max(len(people), 1), PEOPLE_IN_MESSAGE):
            some = people[start : start + PEOPLE_IN_MESSAGE]
            told = presence.message_of(some, gone)
            told |= {"process": self.name, "plan": room.plan_id}
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            self.start(self.in_thread(partial(notify.send, f"people {text}")))
            gone = []

    # --- streams ---

    def let_in(self, stream: Stream, *, watches_list: bool) -> dict[str, Subscription]:
        """Let a stream in to its plans. Call `catch_up` for each of them next."""
        if earlier := self.streams.get(stream.token):
            earlier.end()
        self.streams[stream.token] = stream
        metrics.streams.inc()
        if watches_list:
            self.list_watchers.add(stream)
        found = {}
        for seat in stream.visitor.seats.values():
            room = self.rooms.get(seat.plan_id)
            if room is None:
                room = self.rooms[seat.plan_id] = PlanChannel(self, seat)
            found[seat.slug] = Subscription(stream, seat.may_edit)
            room.subscriptions.add(found[seat.slug])
            room.hears_of(seat.number)
            if everybody := room.people.everybody():
                told = presence.message_of(everybody.values(), is_full=True)
                stream.push(event("here", plan=seat.slug, **told))
        return found

    def let_out(self, stream: Stream) -> None:
        metrics.streams.dec()
        self.list_watchers.discard(stream)
        for seat in stream.visitor.seats.values():
            room = self.rooms[seat.plan_id]
            room.subscriptions = {
                one for one in room.subscriptions if one.stream is not stream
            }
        self.loop.call_later(GONE_AFTER, self._is_gone, stream)

    def _is_gone(self, stream: Stream) -> None:
        """Unless the same browser is back by now, its people are gone."""
        now = self.streams.get(stream.token)
        if now is stream:
            del self.streams[stream.token]
            now = None
        tabs = self._tabs.get(stream.token, {})
        still = {seat.plan_id for seat in now.visitor.seats.values()} if now else set()
        for key, plan_id in list(tabs.items()):
            if plan_id not in still:
                self._drop_tab(stream.token, key)
        for seat in stream.visitor.seats.values():
            self._close_if_empty(self.rooms.get(seat.plan_id))

    def _close_if_empty(self, room: PlanChannel | None) -> None:
        if room and not room.subscriptions and not room.people.own():
            room.tell_people()
            del self.rooms[room.plan_id]

    # --- people ---

    def tab_is_at(
        self, *, token: str, tab: str, slug: str, item: int | None, is_gone: bool
    ) -> bool:
        """What a browser says of one of its tabs; false when its stream is not here."""
        stream = self.streams.get(token)
        if stream is None:
            return False
        seat = stream.visitor.seats.get(slug)
        room = self.rooms.get(seat.plan_id) if seat else None
        if room is None:
            return True
        key = presence.key_of(token, tab)
        tabs = self._tabs.setdefault(token, {})
        if is_gone or (key not in tabs and len(tabs) >= MOST_TABS):
            self._drop_tab(token, key)
            return True
        tabs[key] = room.plan_id
        visitor = stream.visitor
        room.people.put(
            Person(
                key=key,
                user=visitor.user_id,
                name=visitor.name[:60],
                initials=visitor.initials[:3],
                colour=visitor.colour,
                item=item,
            )
        )
        return True

    def _drop_tab(self, token: str, key: str) -> None:
        tabs = self._tabs.get(token, {})
        if room := self.rooms.get(tabs.pop(key, 0)):
            room.people.drop(key)
        if not tabs:
            self._tabs.pop(token, None)

    def _hear_tab(self, told: dict[str, Any]) -> None:
        """A request of a browser whose stream may be here came to another process."""
        if told.pop("process") != self.name:
            self.tab_is_at(**told)

    def pass_on_tab(self, **told: Any) -> None:
        if self.listener is not None:
            text = json.dumps({"process": self.name, **told})
            self.start(self.in_thread(partial(notify.send, f"tab {text}")))

    async def _tell_people(self) -> None:
        for room in list(self.rooms.values()):
            room.people.forget_unconfirmed()
            room.tell_people()

    # --- the list of plans ---

    def plans_changed(self) -> None:
        """Whoever has the list of plans open is told so, once in a while."""
        if self.list_watchers and not self._list_is_due:
            self._list_is_due = True
            self.loop.call_later(LIST_EVERY, self._tell_list_watchers)

    def _tell_list_watchers(self) -> None:
        self._list_is_due = False
        for stream in self.list_watchers:
            stream.push(event("plans"))

    # --- every few seconds ---

    async def look(self) -> None:
        """What no message told: changes, lost access, and people elsewhere."""
        streams = list(self.streams.values())
        if not streams:
            return
        look = partial(read_poll, list(self.rooms), [one.visitor for one in streams])
        numbers, ended = await self.in_thread(look)
        for plan_id, number in numbers.items():
            if room := self.rooms.get(plan_id):
                room.hears_of(number)
        for stream in streams:
            if stream.visitor.session_key in ended:
                stream.end(bye())  # it learns why when it connects again
        for room in self.rooms.values():
            if people := room.people.own():
                self.tell_processes(room, people)

    async def _beat(self) -> None:
        old = monotonic() - LONGEST_STREAM
        for stream in self.streams.values():
            if stream.opened_at < old:
                stream.end(bye())
            else:
                stream.push(BEAT)

    # --- the end ---

    def end_streams(self) -> None:
        """The server stops: browsers come back to the next one, not all at once."""
        self.is_closing = True
        for stream in self.streams.values():
            stream.end(bye(1.0))

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


def read_poll(
    plan_ids: list[int], visitors: list[Subscriber]
) -> tuple[dict[int, int], set[str]]:
    plans = Plan.objects.filter(pk__in=plan_ids)
    numbers = dict(plans.values_list("pk", "change_number"))
    return numbers, no_longer_allowed(visitors)
