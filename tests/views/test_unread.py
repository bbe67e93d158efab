"""Comments that a person has not read: marked for them alone, until they open them."""

import json

import pytest

from plans.actions.comments import comment, remove_comment, resolve
from plans.live.fragments import render_side
from plans.models import Plan, ThreadReader
from tests import make
from tests.views.asking import HTMX, signed_in, soup, url_of

pytestmark = pytest.mark.once


@pytest.fixture
def item(plan):
    return make.find(plan, label="Storage")


@pytest.fixture
def thread(plan, item, bob):
    return comment(plan=plan, item=item, actor=bob, text="Is it enough?").thread


def unread_of(user, plan):
    """The threads that the scripts of the person's page would mark."""
    page = soup(signed_in(user).get(url_of("plan", plan)))
    marks = json.loads(page.select_one("#plan")["data-read"])
    return [
        line["data-thread"]
        for line in page.select("#plan-threads > li")
        if int(line["data-by"]) != user.pk
        and int(line["data-newest"]) > marks.get(line["data-thread"], 0)
    ]


@pytest.mark.slow
def test_it_is_unread_for_others_until_they_open_it(
    plan, item, thread, alice, bob, victor
):
    for user, lines in ((alice, 1), (victor, 1), (bob, 0)):
        assert len(unread_of(user, plan)) == lines
    shown = soup(signed_in(alice).get(url_of("comments", plan, item=item.pk)))
    assert len(shown.select(".comment.is-new")) == 1
    assert not unread_of(alice, plan) and unread_of(victor, plan)
    shown = soup(signed_in(alice).get(url_of("comments", plan, item=item.pk)))
    assert not shown.select(".comment.is-new")
    # An answer is new again, for everybody but its author.
    comment(plan=plan, thread=thread, actor=alice, text="It is.")
    assert unread_of(bob, plan) and not unread_of(alice, plan)


def test_the_drawer_and_the_page_of_all_read_too(plan, item, thread, alice, victor):
    signed_in(alice).get(url_of("comments", plan, item=item.pk), headers=HTMX)
    signed_in(victor).get(url_of("comments", plan))
    assert not unread_of(alice, plan) and not unread_of(victor, plan)


def test_another_place_is_not_read_with_it(plan, item, thread, alice):
    other = make.find(plan, label="Category")
    signed_in(alice).get(url_of("comments", plan, item=other.pk))
    assert unread_of(alice, plan)


def test_what_is_resolved_or_removed_is_not_unread(plan, item, thread, bob, alice):
    more = comment(plan=plan, item=item, actor=bob, text="And this?")
    assert len(unread_of(alice, plan)) == 2
    resolve(plan=plan, thread=thread, actor=bob)
    remove_comment(plan=plan, comment=more, actor=bob)
    assert not unread_of(alice, plan)


def test_the_feed_says_which_is_the_newest_and_nothing_of_a_reader(
    plan, item, thread, alice, bob
):
    signed_in(alice).get(url_of("comments", plan, item=item.pk))
    newest = comment(plan=plan, thread=thread, actor=bob, text="Well?")
    side = render_side(Plan.objects.get(pk=plan.pk), can_edit=True)
    assert f'data-newest="{newest.pk}"' in side and f'data-by="{bob.pk}"' in side
    page = soup(signed_in(alice).get(url_of("plan", plan)))
    marks = json.loads(page.select_one("#plan")["data-read"])
    assert marks == {str(thread.pk): ThreadReader.objects.get(user=alice).read_until}


def test_it_takes_as_many_queries_for_many(
    plan, item, alice, bob, django_assert_num_queries
):
    client = signed_in(alice)
    for many in (2, 20):
        while plan.threads.count() < many:
            comment(plan=plan, item=item, actor=bob, text="One more")
        with django_assert_num_queries(13):
            client.get(url_of("plan", plan))
        with django_assert_num_queries(9):
            client.get(url_of("comments", plan, item=item.pk), headers=HTMX)
        assert ThreadReader.objects.filter(user=alice).count() == many
