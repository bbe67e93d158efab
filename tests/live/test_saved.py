"""What a save hands over to the feed of its process: after its commit, and only where
it is what the feed would read."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from plans.actions import assignments, comments, items, questions
from plans.errors import NotAllowed, Stale
from plans.live import fragments
from plans.live.broker import Broker
from plans.live.channel import PlanChannel
from plans.live.subscribers import PlanGrant
from plans.live.updates import RecentSaves, load_update_after, update_of_saved
from plans.models import Item, Plan
from plans.notifications import notify
from plans.page import item_html
from plans.page.items import view_of_row
from plans.views.shortcuts import item_for
from tests import make
from tests.kept import kept_plan, small_plan

KINDS = [True, False]


team, plan = kept_plan(small_plan)


@pytest.fixture
def handed(django_capture_on_commit_callbacks):
    """Runs something and commits; what subscribers then receive."""

    def run(action):
        received = []

        def receive(message, saved):
            received.append((message, saved))

        notify.subscribe(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                action()
        finally:
            notify.unsubscribe(receive)
        return received

    return run


def read(plan, **known):
    """A plan and an item of it, as a view reads them."""
    plan = Plan.objects.get(pk=plan.pk)
    return plan, item_for(plan, make.find(plan, **known).pk)


def recent(*saves):
    """What a channel remembers that all of these were handed to, in any order."""
    recent = RecentSaves()
    for one in reversed(saves):
        recent.add(one, update_of_saved(one, KINDS))
    return recent


def items_of(update):
    """The markup without pictures, which come with the side panels."""
    return {
        kind: html.partition('<hx-partial hx-target="#pictures')[0]
        for kind, html in update.html.items()
    }


def save(plan, item, actor, **values):
    return items.save_item(plan=plan, item=item, actor=actor, values=values, seen=None)


@pytest.mark.parametrize(
    ("known", "values"),
    [
        ({"label": "Category"}, {"value": "A <b>plan</b> | of & “tides”"}),
        ({"label": "Category"}, {"label": "Sort", "value": "Plan"}),
        ({"text": "Problem statement clear"}, {"done": True}),
        ({"text": "Problem statement clear"}, {"text": "Clear", "done": True}),
        ({"text": "research.md"}, {"text": "[research](research.md)"}),
        ({"cell": "R-001"}, {"cell-1": "Rain", "cell-2": "Low"}),
        ({"cell": "Response time"}, {"cell-1": "< 100 ms"}),
        ({"cell": "A second project"}, {"cell-1": "One\nis not enough"}),
        ({"text": "Show the tides of a harbour."}, {"text": "Show **all** tides."}),
    ],
)
def test_it_is_rendered_as_what_would_be_read(plan, alice, bob, handed, known, values):
    row = make.find(plan, **known)
    comments.comment(plan=plan, actor=bob, item=row, text="Which ones?")
    assignments.assign(plan=plan, actor=alice, item=row, assignee=bob, due=None)
    now, item = read(plan, **known)
    before = now.change_number
    ((message, saved),) = handed(lambda: save(now, item, alice, **values))
    assert message == f"change {plan.pk} {before + 1}"
    after = Plan.objects.get(pk=plan.pk)
    expected = load_update_after(after, before, KINDS)
    update = update_of_saved(saved, KINDS)
    assert (update.number, update.html) == (expected.number, items_of(expected))
    assert update.authors == {
        pk: {name: tuple(who) for name, who in names.items()}
        for pk, names in expected.authors.items()
    }
    assert update.changed_at == after.updated_at
    assert f"item-{item.pk}" in update.html[True]


def test_it_needs_no_query(plan, alice, handed):
    now, item = read(plan, label="Category")
    ((_, saved),) = handed(lambda: save(now, item, alice, value="Programme"))
    with CaptureQueriesContext(connection) as queries:
        update = update_of_saved(saved, KINDS)
    assert "Programme" in update.html[False]
    assert not len(queries)


def test_several_in_a_row_are_one_update(plan, alice, bob, handed):
    start = Plan.objects.get(pk=plan.pk).change_number
    received = []
    for actor, label, value in (
        (alice, "Category", "first"),
        (bob, "Storage", "files"),
        (alice, "Category", "second"),
    ):
        now, item = read(plan, label=label)
        received += handed(partial(save, now, item, actor, value=value))
    saves = [one for _, one in received]
    update = recent(*saves).take_after(start)
    expected = load_update_after(Plan.objects.get(pk=plan.pk), start, KINDS)
    assert update.number == expected.number
    assert update.authors == expected.authors
    assert update.changed_at == saves[-1].plan.updated_at
    for kind in KINDS:
        # Of what was saved twice, a page keeps what comes last.
        earlier, *parts = update.html[kind].split("<hx-partial")[1:]
        assert "first" in earlier
        assert sorted(parts) == sorted(expected.html[kind].split("<hx-partial")[1:])
    # What the page has already does no harm; with one missing, the log is read.
    update = recent(*saves).take_after(start + 1)
    assert (update.number, "first" in update.html[True]) == (start + 3, False)
    assert recent(*saves).take_after(start + 3) is None
    assert recent(saves[0], saves[2]).take_after(start) is None
    assert recent(saves[0], saves[2]).take_after(start + 1) is None


def test_nothing_is_handed_over_when_the_save_is_taken_back(plan, alice, handed):
    now, item = read(plan, label="Category")

    def save_in_vain():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            save(now, item, alice, value="Programme")
            raise ZeroDivisionError

    assert handed(save_in_vain) == []
    assert Plan.objects.get(pk=plan.pk).change_number == now.change_number - 1


def test_nothing_is_handed_over_when_the_save_is_refused(plan, alice, bob, handed):
    now, item = read(plan, label="Category")
    save(*read(plan, label="Category"), bob, value="Programme")

    def save_late():
        with pytest.raises(Stale):
            save(now, item, alice, value="Project")

    assert handed(save_late) == []
    locked, item = read(plan, label="Category")
    Plan.objects.filter(pk=plan.pk).update(locked_by=bob, locked_at="2026-01-01T00:00Z")

    def save_locked():
        with pytest.raises(NotAllowed):
            save(locked, item, alice, value="Project")

    assert handed(save_locked) == []
    assert item_for(plan, item.pk).field.value == "Programme"


@pytest.mark.parametrize("between", ["comment", "assignment"])
def test_the_log_is_read_when_something_happened_since(
    plan, alice, bob, handed, between
):
    """A save that was read before somebody commented does not know of the comment."""
    now, item = read(plan, label="Category")
    start = now.change_number
    match between:
        case "comment":
            comments.comment(
                plan=Plan.objects.get(pk=plan.pk), actor=bob, item=item, text="Why?"
            )
        case _:
            assignments.assign(
                plan=Plan.objects.get(pk=plan.pk),
                actor=alice,
                item=item_for(plan, item.pk),
                assignee=bob,
                due=None,
            )
    ((_, saved),) = handed(lambda: save(now, item, alice, value="Programme"))
    assert recent(saved).take_after(start) is None
    assert recent(saved).take_after(start + 1) is None


def test_people_who_save_other_items_at_the_same_time_are_known(
    plan, alice, bob, handed
):
    """Of two who read at the same number, the second has not read the first one's."""
    now, item = read(plan, label="Category")
    start = now.change_number
    ((_, first),) = handed(
        lambda: save(*read(plan, label="Storage"), bob, value="files")
    )
    ((_, second),) = handed(lambda: save(now, item, alice, value="Programme"))
    update = recent(first, second).take_after(start)
    expected = load_update_after(Plan.objects.get(pk=plan.pk), start, KINDS)
    assert sorted(update.html[True]) == sorted(expected.html[True])
    known = recent(first)
    assert known.take_after(start).number == start + 1
    of_second = update_of_saved(second, KINDS)
    known.add(second, of_second)
    assert known.take_after(start + 1) == of_second
    assert recent(second).take_after(start + 1) is None


def test_who_merges_with_what_was_saved_meanwhile_hands_the_merged_row_over(
    plan, alice, bob, handed
):
    text = "Show the tides of a harbour."
    now, item = read(plan, text=text)
    start = now.change_number
    longer = "Show all the tides of a harbour."
    ((_, first),) = handed(lambda: save(*read(plan, text=text), bob, text=longer))
    ((_, second),) = handed(
        lambda: items.save_item(
            plan=now,
            item=item,
            actor=alice,
            values={"text": "Show the tides of a harbour daily."},
            seen=None,
            based_on={"text": text},
        )
    )
    update = recent(second).take_after(start + 1)
    assert "all the tides of a harbour daily." in update.html[True]
    expected = load_update_after(Plan.objects.get(pk=plan.pk), start + 1, KINDS)
    assert update.html == expected.html
    assert recent(first, second).take_after(start).number == start + 2


def test_an_answer_to_a_question_is_handed_over_with_its_thread(
    plan, alice, bob, handed
):
    now, item = read(plan, label="Goal")
    before = now.change_number
    ((_, saved),) = handed(
        lambda: questions.answer(
            plan=now, item=item, actor=alice, key="value", number=0, text="Two", seen=0
        )
    )
    expected = load_update_after(Plan.objects.get(pk=plan.pk), before, KINDS)
    assert update_of_saved(saved, KINDS).html == items_of(expected)


def test_other_actions_hand_nothing_over(plan, alice, handed):
    now, item = read(plan, text="research.md")
    ((message, saved),) = handed(
        lambda: items.remove_item(plan=now, item=item, actor=alice)
    )
    assert message == f"change {plan.pk} {now.change_number}"
    assert saved is None
    assert Item.objects.get(pk=item.pk).removed


def test_readers_of_a_kind_that_it_was_not_rendered_for_load_the_page(
    plan, alice, bob, handed
):
    start = Plan.objects.get(pk=plan.pk).change_number
    known = RecentSaves()
    for label, kinds in (("Category", [True]), ("Storage", KINDS)):
        now, item = read(plan, label=label)
        ((_, saved),) = handed(partial(save, now, item, alice, value="new"))
        known.add(saved, update_of_saved(saved, kinds))
    assert known.take_after(start).html.keys() == {True}


def test_the_answer_and_the_feed_have_the_same_markup(plan, alice, handed):
    now, item = read(plan, label="Category")
    ((_, saved),) = handed(lambda: save(now, item, alice, value="Programme"))
    of_feed = update_of_saved(saved, [True]).html[True]
    part = view_of_row(saved.item)
    part.is_saved = True
    answer = item_html.with_token(item_html.item_html(part, plan, can_edit=True))
    status = (
        f'<span class="item-status" id="item-{item.pk}-status" data-state="saved">'
        "Saved</span>\n"
    )
    assert status in answer
    as_sent = answer.replace(status, "")
    assert of_feed == fragments.hx_partial(f"item-{item.pk}", as_sent)


def test_an_item_that_cannot_be_rendered_is_left_to_the_log(
    plan, alice, handed, caplog
):
    now, item = read(plan, label="Category")
    ((_, saved),) = handed(lambda: save(now, item, alice, value="Programme"))

    async def rendered(one):
        broker = Broker()
        grant = PlanGrant(plan.pk, plan.slug, plan.team_id, number=1, may_edit=True)
        broker.channels[plan.pk] = PlanChannel(broker, grant)
        try:
            return broker._render(one)
        finally:
            await broker.close()

    assert asyncio.run(rendered(saved)).number == saved.change.number
    assert asyncio.run(rendered(replace(saved, item=None))) is None
    assert "could not be rendered" in caplog.text
