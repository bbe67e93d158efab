"""The page that compares versions of a plan."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.items import save_item
from plans.actions.reviews import request_review
from tests import make
from tests.kept import kept_plan
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


def make_signed(team, alice, bob, dana):
    """A plan with two versions, and edited since."""
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    for number, text in enumerate(["SQLite", "PostgreSQL", "Files"]):
        save(plan, alice, text)
        if number < 2:
            request_review(plan=plan, actor=alice)
    return plan


team, signed = kept_plan(make_signed)


def save(plan, actor, text):
    row = make.find(plan, label="Storage")
    save_item(plan=plan, item=row, actor=actor, values={"value": text}, seen=None)


def compare(plan, user, **query):
    return signed_in(user).get(url_of("compare", plan, **query))


def values(answer):
    return [
        " ".join(each.get_text().split())
        for each in soup(answer).select(".history-diff")
    ]


def test_two_versions_item_by_item(signed, alice):
    answer = compare(signed, alice, before=1, after=2)
    assert "What changed from version 1 to version 2" in words_of(answer)
    assert values(answer) == ["[removed: SQLite][added: PostgreSQL]"]
    assert not soup(answer).select(".changes a")


def test_the_other_way_round(signed, alice):
    answer = compare(signed, alice, before=2, after=1)
    assert values(answer) == ["[removed: PostgreSQL][added: SQLite]"]


def test_the_newest_version_and_now_without_a_choice_with_links(signed, alice):
    answer = compare(signed, alice)
    assert "from version 2 to the plan as it is now" in words_of(answer)
    assert values(answer) == ["[removed: PostgreSQL][added: Files]"]
    row = make.find(signed, label="Storage")
    links = [link["href"] for link in soup(answer).select(".changes a")]
    assert f"{signed.get_absolute_url()}#item-{row.pk}" in links


def test_the_same_version_twice_says_so(signed, alice):
    assert "Nothing changed" in words_of(compare(signed, alice, before=1, after=1))


def test_a_plan_without_a_version_says_so(plan, alice):
    assert "No version yet" in words_of(compare(plan, alice))


@pytest.mark.parametrize("number", ["3", "x", "0", "-1", "9" * 30])
def test_a_version_that_is_not_there(signed, alice, number):
    assert compare(signed, alice, before=number).status_code == 404


def test_it_takes_the_same_queries_for_any_number_of_versions(signed, alice):
    client = signed_in(alice)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url_of("compare", signed, before=1, after=2))
        return len(captured)

    queries()  # the digests of the plan as it is are kept from now on
    few = queries()
    for text in ("a", "b", "c", "d"):
        save(signed, alice, text)
        request_review(plan=signed, actor=alice)
    save(signed, alice, "Files")
    queries()
    assert queries() == few
