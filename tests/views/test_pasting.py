"""Several lines or cells, posted as JSON to the item that they were pasted into."""

import json

import pytest

from tests import make
from tests.kept import kept_plan, small_plan
from tests.pages import OpenPage
from tests.views.asking import HTMX, signed_in, url_of, words_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


def rows(*rows):
    return {"rows": json.dumps(rows), "seen": 0}


def test_pasted_rows_show_as_a_reload_does(plan, bob):
    client = signed_in(bob)
    page = OpenPage(client.get(url_of("plan", plan)).content.decode())
    check = make.find(plan, text="Problem statement clear")
    url = url_of("item_paste", plan, check.pk)
    answer = client.post(url, rows({}, {"text": "Ice"}), headers=HTMX)
    new = make.find(plan, text="Ice")
    assert f'"id": "item-{new.pk}"' in answer["HX-Trigger"]
    page.apply(answer.content.decode())
    reloaded = OpenPage(client.get(url_of("plan", plan)).content.decode())
    assert page.lines() == reloaded.lines()


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"rows": "no json"},
        {"rows": "[]"},
        {"rows": "{}"},
        {"rows": "[1]"},
        {"rows": '[{"cell-1": 1}]'},
        {"rows": '[{"value": "x"}]'},
        {"rows": '[{"cell-1": "x"}]' * 2},
        rows({}, *[{"cell-1": "x"}] * 501),
        rows({"cell-1": "x" * 100_001}),
    ],
)
def test_anything_else_is_refused_in_words(plan, bob, posted):
    risk = make.find(plan, cell="R-001")
    answer = signed_in(bob).post(url_of("item_paste", plan, risk.pk), posted)
    assert answer.status_code == 422
    assert words_of(answer)
    assert make.text_of(plan) == make.SMALL


def test_pasting_over_a_colleague_is_a_conflict(plan, bob):
    risk = make.find(plan, cell="R-001")
    posted = rows({"cell-1": "x"}) | {"seen": 5}
    answer = signed_in(bob).post(url_of("item_paste", plan, risk.pk), posted)
    assert answer.status_code == 409


def test_what_takes_no_lines_takes_no_paste(plan, bob):
    text = make.find(plan, text="Show the tides of a harbour.")
    url = url_of("item_paste", plan, text.pk)
    assert signed_in(bob).post(url, rows({"text": "x"})).status_code == 422
