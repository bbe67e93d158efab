"""The open streams of this process, by plan, and what wakes them.

Everything here happens on the event loop; what asks the database goes to a few threads.
A plan's `Room` renders each change once for each kind of reader and hands the same
bytes to all of its streams.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

from django.db import close_old_connections, connection

from plans import wakeups
from plans.live import people as presence
from plans.live.fragments import side_html
from plans.live.listener import Listener
from plans.live.log import Update, update_after
from plans.live.people import People, Person
from plans.live.visitors import Seat, Visitor, no_longer_allowed
from plans.models import Plan

log = logging.getLogger(__name__)
Result = TypeVar("Result")

# Seconds. The log is looked at for what no message told, access is checked again, and
# other processes hear who is here.
LOOK_EVERY = 3.0
BEAT_EVERY = 10.0
SIDE_EVERY = 1.0
PRESENCE_EVERY = 0.5
# A page that reloads, or a stream that takes in another plan, is away for a moment.
GONE_AFTER = 2.0
LONGEST_STREAM = 600.0
# A stream that takes its events too slowly starts over instead of filling the memory.
MOST_WAITING = 4_000_000
THREADS = 2
# NOTIFY carries 8,000 bytes.
PEOPLE_IN_MESSAGE = 25
# Of one browser.
MOST_TABS = 100

BEAT = b":\n\n"


def event(kind: str, **told: Any) -> bytes:
    """One event of a stream: one line of JSON, ended by LF."""
    line = json.dumps({"kind": kind, **told}, separators=(",", ":"), ensure_ascii=False)
    return b"data: " + line.encode() + b"\n\n"


def bye(wait: float = 0.0) -> bytes:
    """Connect again after `wait` seconds, give or take: not all at the same moment."""
    return event("bye", wait=round(1000 * wait * random.uniform(0.5, 1.5)))  # noqa: S311


class Stream:
    """What one browser has still to be sent."""

    def __init__(self, token: str, visitor: Visitor) -> None:
        self.token = token
        self.visitor = visitor
        self.opened_at = monotonic()
        self.is_ending = False
        self._waiting: list[bytes] = []
        self._size = 0
        self._woken = asyncio.Event()

    def push(self, data: bytes) -> None:
        if self.is_ending:
            return
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST_WAITING:
            self._waiting.clear()
            self.end(bye(1.0))
        self._woken.set()

    def end(self, last: bytes = b"") -> None:
        if last:
            self._waiting.append(last)
        self.is_ending = True
        self._woken.set()

    async def take(self) -> bytes:
        """All that waits, once something does; empty at the end."""
        await self._woken.wait()
        self._woken.clear()
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        if self.is_ending:
            self._woken.set()
        return data


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


class Room:
    """A plan that somebody has open here. `number`: the newest change told."""

    def __init__(self, hub: Hub, seat: Seat) -> None:
        self.hub = hub
        self.plan_id = seat.plan_id
        self.slug = seat.slug
        self.number = seat.number
        self.subscriptions: set[Subscription] = set()
        self.people = People()
        self._is_updating = False
        self._is_behind = False
        self._catching_up: dict[tuple[int, bool], asyncio.Task[Update]] = {}
        self._sides: dict[bool, bytes] = {}
        self._side_at = 0.0
        self._side_is_due = False

    # --- changes ---

    def hears_of(self, number: int) -> None:
        """A change is there: tell everybody, together with those that follow it."""
        if number > self.number:
            self._is_behind = True
            if not self._is_updating:
                self._is_updating = True
                self.hub.start(self._update())

    async def _update(self) -> None:
        try:
            while self._is_behind and self.subscriptions:
                self._is_behind = False
                kinds = {one.may_edit for one in self.subscriptions}
                before = self.number
                read = partial(read_update, self.plan_id, before, kinds)
                update = await self.hub.in_thread(read)
                if update.number > before:
                    self.number = update.number
                    self._tell(update)
        finally:
            self._is_updating = False
        self.refresh_side()

    def _tell(self, update: Update) -> None:
        by_kind = {kind: self._event_of(update, kind) for kind in (True, False)}
        for one in self.subscriptions:
            one.push_change(update.number, by_kind[one.may_edit])

    def _event_of(self, update: Update, may_edit: bool) -> bytes:
        told = {"plan": self.slug, "number": update.number}
        # Nobody of this kind was here when it was read: that is as good as too much.
        if update.is_reload or may_edit not in update.html:
            return event("reload", **told)
        return event("changes", html=update.html[may_edit], **told)

    async def catch_up(self, one: Subscription, number: int) -> None:
        """Tell a page that is at a number what it has missed."""
        if number == self.number:
            one.caught_up(number)
            return
        # After a restart hundreds of pages come back at one number: read it once.
        key = (number, one.may_edit)
        if key not in self._catching_up:
            read = partial(read_update, self.plan_id, number, {one.may_edit})
            task = self.hub.start(self.hub.in_thread(read))
            self._catching_up[key] = task
            task.add_done_callback(lambda _: self._catching_up.pop(key, None))
        update = await asyncio.shield(self._catching_up[key])
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
            wait = max(0.1, self._side_at + SIDE_EVERY - monotonic())
            self.hub.loop.call_later(wait, self._start_side)

    def _start_side(self) -> None:
        self.hub.start(self._send_side())

    async def _send_side(self) -> None:
        self._side_is_due = False
        self._side_at = monotonic()
        kinds = {one.may_edit for one in self.subscriptions}
        if not kinds:
            return
        sides = await self.hub.in_thread(partial(read_sides, self.plan_id, kinds))
        for may_edit, html in sides.items():
            data = event("side", plan=self.slug, html=html)
            is_new = self._sides.get(may_edit) != data
            self._sides[may_edit] = data
            for one in self.subscriptions:
                if one.may_edit == may_edit and (is_new or one.needs_side):
                    one.needs_side = False
                    one.stream.push(data)

    # --- people ---

    def tell_people(self) -> None:
        """One message for all that happened since the last one."""
        changed, gone = self.people.news()
        if not changed and not gone:
            return
        data = event("here", plan=self.slug, **presence.message_of(changed, gone))
        for one in self.subscriptions:
            one.stream.push(data)
        own = {person.key for person in self.people.own()}
        ours = [person for person in changed if person.key in own]
        self.hub.tell_processes(self, ours, gone)


class Hub:
    """All rooms of this process. Made when the server starts, on its event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = uuid4().hex[:12]
        self.rooms: dict[int, Room] = {}
        self.streams: dict[str, Stream] = {}
        self.list_watchers: set[Stream] = set()
        self.is_closing = False
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self.listener: Listener | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._list_is_due = False
        # Of each stream's tabs: the keys of their people, with the plan they have open.
        self._tabs: dict[str, dict[str, int]] = {}
        wakeups.listen(self._hear_from_thread)
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
        elif kind == "people":
            self._hear_people(json.loads(rest))
        elif kind == "tab":
            self._hear_tab(json.loads(rest))

    def _hear_people(self, told: dict[str, Any]) -> None:
        room = self.rooms.get(told["plan"])
        if room and told["process"] != self.name:
            room.people.hear(presence.people_in(told), told.get("gone", []))

    def tell_processes(
        self, room: Room, people: list[Person], gone: Iterable[str] = ()
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
            self.start(self.in_thread(partial(wakeups.send, f"people {text}")))
            gone = []

    # --- streams ---

    def let_in(self, stream: Stream, *, watches_list: bool) -> dict[str, Subscription]:
        """Let a stream in to its plans. Call `catch_up` for each of them next."""
        if earlier := self.streams.get(stream.token):
            earlier.end()
        self.streams[stream.token] = stream
        if watches_list:
            self.list_watchers.add(stream)
        found = {}
        for seat in stream.visitor.seats.values():
            room = self.rooms.get(seat.plan_id)
            if room is None:
                room = self.rooms[seat.plan_id] = Room(self, seat)
            found[seat.slug] = Subscription(stream, seat.may_edit)
            room.subscriptions.add(found[seat.slug])
            room.hears_of(seat.number)
            if everybody := room.people.everybody():
                told = presence.message_of(everybody.values(), is_full=True)
                stream.push(event("here", plan=seat.slug, **told))
        return found

    def let_out(self, stream: Stream) -> None:
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

    def _close_if_empty(self, room: Room | None) -> None:
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
                colour=visitor.user_id % presence.COLOURS,
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
            self.start(self.in_thread(partial(wakeups.send, f"tab {text}")))

    async def _tell_people(self) -> None:
        for room in list(self.rooms.values()):
            room.people.forget_unconfirmed()
            room.tell_people()

    # --- the list of plans ---

    def plans_changed(self) -> None:
        """Whoever has the list of plans open is told so, once in a while."""
        if self.list_watchers and not self._list_is_due:
            self._list_is_due = True
            self.loop.call_later(SIDE_EVERY, self._tell_list_watchers)

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
        look = partial(read_look, list(self.rooms), [one.visitor for one in streams])
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
        wakeups.unlisten(self._hear_from_thread)
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


def read_update(plan_id: int, number: int, kinds: set[bool]) -> Update:
    return update_after(Plan.objects.get(pk=plan_id), number, kinds)


def read_sides(plan_id: int, kinds: set[bool]) -> dict[bool, str]:
    plan = Plan.objects.get(pk=plan_id)
    return {may_edit: side_html(plan, can_edit=may_edit) for may_edit in kinds}


def read_look(
    plan_ids: list[int], visitors: list[Visitor]
) -> tuple[dict[int, int], set[str]]:
    plans = Plan.objects.filter(pk__in=plan_ids)
    numbers = dict(plans.values_list("pk", "change_number"))
    return numbers, no_longer_allowed(visitors)
