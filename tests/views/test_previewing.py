"""How a text that is being typed would look, which is how it looks once it is saved."""

import re

import pytest

from plans.actions.locks import lock_editing
from tests import make
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of
from tests.views.test_items import kinds_of, motley  # noqa: F401

pytestmark = pytest.mark.once

TEXT = "Two **tides** a day, `high` and low <script>alert(1)</script>"


@pytest.fixture
def summary(plan):
    return make.find(plan, text="Show the tides of a harbour.")


def preview(user, plan, item, headers=HTMX, **typed):
    url = url_of("item_preview", plan, item.pk)
    return signed_in(user).post(url, typed, headers=headers)


def name_of(item):
    return {"field": "value", "row": "cell-1"}.get(item.kind, "text")


def test_it_looks_as_it_will_at_rest(motley, bob):  # noqa: F811
    client, shown = signed_in(bob), 0
    for kind, items in kinds_of(motley).items():
        item, name = items[0], name_of(items[0])
        answer = preview(bob, motley, item, **{name: TEXT})
        before = make.text_of(motley)
        url = url_of("item", motley, item.pk)
        saved = client.post(url, {name: TEXT, "seen": item.version}, headers=HTMX)
        value = soup(saved).select_one(f"#item-{item.pk}-{name}-view")
        if saved.status_code != 200 or value is None:
            continue  # of a kind that holds no such text
        value.select_one(".edit").extract()
        assert answer.status_code == 200, kind
        assert soup(answer).decode().strip() == value.decode_contents().strip(), kind
        assert "<script" not in answer.content.decode()
        assert make.text_of(motley) != before
        shown += 1
    assert shown >= 5


def test_nothing_is_stored(plan, bob, summary):
    changes = plan.changes.count()
    assert preview(bob, plan, summary, text="Something else").status_code == 200
    assert make.text_of(plan) == make.SMALL
    assert plan.changes.count() == changes


def test_what_is_open_is_marked(plan, bob, summary):
    answer = soup(preview(bob, plan, summary, text="A [NEEDS CLARIFICATION: why?] B"))
    assert answer.select_one("mark.open-question").get_text() == "why?"
    assert soup(preview(bob, plan, summary, text="")).get_text().strip()


def test_who_may_not_write_sees_no_preview(plan, alice, bob, dana, charlie, summary):
    assert preview(dana, plan, summary, text="x").status_code == 403
    assert preview(charlie, plan, summary, text="x").status_code == 404
    url = url_of("item_preview", plan, summary.pk)
    assert signed_in(bob).get(url).status_code == 405
    lock_editing(plan=plan, actor=alice)
    answer = preview(bob, plan, summary, text="x")
    assert answer.status_code == 403 and "Alice locked this plan" in words_of(answer)


def test_a_text_too_long_is_refused_in_words(plan, bob, summary):
    for headers in (HTMX, {}):
        answer = preview(bob, plan, summary, headers, text="x" * 100_001)
        assert answer.status_code == 422
        assert "up to 100,000" in words_of(answer)
    assert preview(bob, plan, summary, other="x").status_code == 422


def test_without_javascript_it_shows_on_the_item_s_page(plan, bob, summary):
    make.edit(plan, bob, value="Feature")  # of another item
    answer = preview(bob, plan, summary, {}, text=TEXT, seen="0")
    page = soup(answer)
    assert page.select_one(".text-preview strong").get_text() == "tides"
    assert page.select_one("#editor-text").get_text().strip() == TEXT
    assert "Nothing is saved yet" in words_of(answer)
    # What was saved meanwhile is not overwritten.
    bobs = signed_in(bob)
    bobs.post(url_of("item", plan, summary.pk), {"text": "Ebb", "seen": "0"})
    page = soup(preview(bob, plan, summary, {}, text=TEXT, seen="0"))
    form = page.select_one("#editor")
    assert form.select_one("[name=seen]")["value"] == "0"
    assert re.search("preview/$", form.select_one("[formaction]")["formaction"])
    saved = bobs.post(form["action"], {"text": TEXT, "seen": "0"})
    assert saved.status_code == 409
