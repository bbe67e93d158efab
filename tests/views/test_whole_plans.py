"""The menu of a plan, and what it does with the plan as a whole."""

import pytest

from plans.models import Plan
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


def entries_of(plan, user, **query):
    answer = signed_in(user).get(url_of("plan_menu", plan, **query), headers=HTMX)
    return [
        " ".join(entry.get_text().split()) for entry in soup(answer).select("a, button")
    ]


def test_the_menu_offers_what_a_person_may_do(plan, alice, bob, dana):
    assert {"Download plan.md", "Lock…", "Archive"} <= {*entries_of(plan, alice)}
    for person in (bob, dana):
        assert "Download plan.md" in entries_of(plan, person)
        assert not {"Lock…", "Archive"} & {*entries_of(plan, person)}
    Plan.objects.update(archived=True)
    assert "Restore" in entries_of(plan, alice)


def test_without_javascript_the_menu_is_a_page(plan, alice):
    client = signed_in(alice)
    row = soup(client.get(url_of("plan_list"))).select_one(
        ".plan-row .plan-menu-button"
    )
    page = soup(client.get(row["href"]))
    assert page.select_one("h1").get_text() == "Actions for this plan"
    form = page.select_one(".plan-menu form")
    assert form.select_one("[name=next]")["value"] == url_of("plan_list")


def test_what_was_archived_is_restored_by_the_button_of_its_message(plan, alice):
    client = signed_in(alice)
    there = url_of("plan_list", q="tide")
    fields = {"archived": "1", "next": there}
    answer = client.post(url_of("archive", plan), fields)
    assert answer["Location"] == there
    page = soup(client.get(there))
    (message,) = page.select(".messages .notice")
    assert "Archived “Tide tables”." in message.get_text()
    form = message.select_one("form")
    posted = {one["name"]: one.get("value", "") for one in form.select("input")}
    answer = client.post(form["action"], posted)
    assert answer["Location"] == there
    assert "Restored “Tide tables”." in words_of(client.get(there))
    assert not Plan.objects.get().archived


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "x:y"])
def test_nobody_is_led_away(plan, alice, where):
    answer = signed_in(alice).post(
        url_of("archive", plan), {"archived": "1", "next": where}
    )
    assert answer["Location"] == plan.get_absolute_url()
    assert where not in words_of(
        signed_in(alice).get(url_of("plan_menu", plan, next=where))
    )
