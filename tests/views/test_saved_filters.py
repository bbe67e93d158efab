"""Filters of the list of plans that a person keeps under a name."""

import pytest

from plans.actions.saved_filters import MOST_FILTERS
from plans.models import SavedFilter
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


def views_on(answer):
    """Name and address of each, and the current one's name."""
    links = soup(answer).select(".plan-views > a")
    current = [link.get_text() for link in links if link.get("aria-current")]
    return {link.get_text(): link["href"] for link in links}, current


def save(client, name, query):
    return client.post(url_of("filter_save"), {"name": name, "query": query})


def test_a_filter_is_kept_and_found_again(plan, alice, bob):
    client = signed_in(alice)
    page = client.get(url_of("plan_list", state="draft", sort="title", page="1"))
    form = soup(page).select_one(".plan-views form")
    data = {i["name"]: i.get("value", "") for i in form.select("input")}
    answer = client.post(form["action"], data | {"name": " My  drafts "})
    views, current = views_on(client.get(answer["Location"]))
    assert current == ["My drafts"]
    assert views["My drafts"] == "/?sort=title&state=draft"
    # The same filter in another order is the same one; it need not be saved again.
    page = client.get("/?state=draft&sort=title&nonsense=1")
    assert views_on(page)[1] == ["My drafts"]
    assert "Save this filter" not in words_of(page)
    assert "My drafts" not in words_of(signed_in(bob).get("/"))


def test_a_filter_is_renamed_deleted_and_brought_back(plan, alice):
    client = signed_in(alice)
    there = save(client, "Drafts", "state=draft")["Location"]
    rename, delete = soup(client.get(there)).select(".plan-views .menu form")
    client.post(rename["action"], {"name": "All drafts"})
    assert views_on(client.get(there))[1] == ["All drafts"]
    page = client.get(client.post(delete["action"])["Location"])
    assert "All drafts" not in views_on(page)[0]
    undo = soup(page).select_one(".messages form")
    fields = {i["name"]: i.get("value", "") for i in undo.select("input")}
    client.post(undo["action"], fields)
    assert "All drafts" in views_on(client.get("/"))[0]


def test_nobody_touches_another_s_filters(plan, alice, bob):
    save(signed_in(alice), "Drafts", "state=draft")
    saved = SavedFilter.objects.get()
    for name in ("filter_rename", "filter_delete"):
        answer = signed_in(bob).post(url_of(name, None, saved.pk), {"name": "x"})
        assert answer.status_code == 404
    assert SavedFilter.objects.get().name == "Drafts"


@pytest.mark.parametrize("name", ["", " \u200b ", "x" * 41, "\u202e"])
def test_a_name_has_to_be_one(plan, alice, name):
    assert save(signed_in(alice), name, "state=draft").status_code == 422
    assert not SavedFilter.objects.exists()


def test_what_the_list_does_not_understand_is_not_kept(plan, alice):
    save(signed_in(alice), "Odd", "state=x&team=none&page=7&q=&evil=<b>")
    assert SavedFilter.objects.get().query == ""
    save(signed_in(alice), "Odd", "q=" + "é" * 3000)
    assert len(SavedFilter.objects.get().query) <= 1000 + 2


def test_a_name_is_used_once_and_filters_are_few(plan, alice):
    client = signed_in(alice)
    for number in range(MOST_FILTERS):
        save(client, f"Filter {number}", f"q={number}")
    assert save(client, "One more", "q=x").status_code == 422
    assert save(client, "Filter 0", "q=x").status_code == 302
    assert SavedFilter.objects.count() == MOST_FILTERS
    one = SavedFilter.objects.get(name="Filter 1")
    answer = client.post(url_of("filter_rename", None, one.pk), {"name": "Filter 0"})
    assert answer.status_code == 422
