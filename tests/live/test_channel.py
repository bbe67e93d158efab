"""How often a channel queries the database, and what it does when that fails."""

import asyncio
import re
import time
from datetime import timedelta

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.live import channel as channels
from plans.live.channel import PlanChannel, Subscription, load_side_panels
from plans.live.events import Stream
from plans.live.fragments import render_side
from plans.live.subscribers import PlanGrant, Subscriber
from plans.live.updates import Update
from plans.models import Change, Plan


def test_the_panels_of_all_kinds_are_read_as_one(plan):
    # Long ago, so that "3 seconds ago" does not become 4 on a busy machine.
    long_ago = timezone.now() - timedelta(days=2, hours=12)
    Change.objects.filter(plan=plan).update(created_at=long_ago)
    Plan.objects.filter(pk=plan.pk).update(updated_at=long_ago)
    with CaptureQueriesContext(connection) as of_one:
        load_side_panels(plan.pk, {True})
    with CaptureQueriesContext(connection) as of_both:
        sides = load_side_panels(plan.pk, {True, False})
    assert len(of_both) == len(of_one)
    for may_edit in (True, False):
        # What a page gets that asks by itself.
        assert "".join(sides[may_edit]) == render_side(plan, can_edit=may_edit)


class FakeHost:
    """A broker whose threads wait for 20 ms before they begin."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.spawn = asyncio.ensure_future
        self.busy = 0.0

    async def run_in_thread(self, work):
        await asyncio.sleep(0.02)
        began = time.thread_time()
        try:
            return work()
        finally:
            self.busy += time.thread_time() - began


def test_while_people_save_without_a_break(monkeypatch):
    """The side panels are still sent, and half of the time is left to other work."""
    monkeypatch.setattr(
        channels, "load_side_panels", lambda plan_id, kinds: {True: ["panels"]}
    )
    monkeypatch.setattr(channels, "load_update", load_update)
    result = asyncio.run(saved_without_a_break(seconds=0.6))
    assert result["busy"] < 0.6 * result["seconds"]
    assert b'"kind":"side"' in result["data"]
    assert result["data"].count(b'"kind":"changes"') > 3


def load_update(plan_id, number, kinds):
    until = time.thread_time() + 0.005
    while time.thread_time() < until:
        pass
    return Update(number + 1, dict.fromkeys(kinds, "markup"))


def open_channel(host):
    """A channel with one stream that has not caught up yet."""
    channel = PlanChannel(host, PlanGrant(1, "plan", 1, number=0, may_edit=True))
    stream = Stream("token", Subscriber("session", 1, "Alice", "A", 1, "proof"))
    one = Subscription(stream, may_edit=True)
    channel.subscriptions.add(one)
    return channel, one


async def saved_without_a_break(seconds):
    host = FakeHost()
    channel, one = open_channel(host)
    one.finish_catch_up(0)
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        channel.on_change(channel.number + 1)
        await asyncio.sleep(0.001)
    data = await one.stream.take()
    return {"data": data, "busy": host.busy, "seconds": passed}


def test_panels_are_sent_once_whole_and_then_as_far_as_they_changed(monkeypatch):
    sides = iter(
        [["outline 1", "state 1"], ["outline 2", "state 1"], ["outline 2", "state 1"]]
    )
    monkeypatch.setattr(
        channels, "load_side_panels", lambda plan_id, kinds: {True: next(sides)}
    )

    async def sent():
        host = FakeHost()
        channel, one = open_channel(host)
        other = None
        events = []
        for _ in range(3):
            await channel._send_side()
            events.append([await taken(each) for each in (one, other) if each])
            if other is None:
                stream = Stream("2", Subscriber("session", 2, "Bob", "B", 2, "proof"))
                other = Subscription(stream, may_edit=True)
                channel.subscriptions.add(other)
        return events

    first, second, third = asyncio.run(sent())
    assert first == [["outline 1", "state 1"]]
    # Who came meanwhile gets all, for nobody knows what their page shows.
    assert second == [["outline 2"], ["outline 2", "state 1"]]
    assert third == [[], []]


async def taken(one):
    """Which panels a stream was sent since it was asked last."""
    try:
        data = await asyncio.wait_for(one.stream.take(), 0.01)
    except TimeoutError:
        return []
    return re.findall(r"(?:outline|state) \d", data.decode())


def test_a_page_that_cannot_be_told_what_it_missed_comes_again(monkeypatch):
    def fail(plan_id, number, kinds):
        raise OperationalError("the database is away")

    async def caught_up():
        channel, one = open_channel(FakeHost())
        await channel.catch_up(one, 7)
        return await one.stream.take()

    monkeypatch.setattr(channels, "load_update", fail)
    assert b'"kind":"bye"' in asyncio.run(caught_up())
