"""The columns of plain tables, through the page's menu and without scripts."""

import pytest

from plans.models import Block
from tests import make
from tests.pages import OpenPage
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once

TABLE = "# A\n\n## B\n\n| One | Two |\n|-----|-----|\n| a | b |\n"


@pytest.fixture
def table(team):
    plan = make.make_plan(team=team, text=TABLE)
    block = Block.objects.get(section__plan=plan, kind="table")
    return plan, url_of("columns", plan, block.pk), block.item_set.get()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"do": "add", "column": 2, "name": "Three"}, "| One | Two | Three |"),
        ({"do": "rename", "column": 0, "named": "One", "name": "1"}, "| 1   | Two |"),
        ({"do": "move", "column": 0, "named": "One", "to": 1}, "| Two | One |"),
        ({"do": "remove", "column": 0, "named": "One"}, "| Two |\n|-----|\n| b |"),
    ],
)
def test_the_page_shows_the_columns_as_a_reload_does(bob, table, values, expected):
    plan, url, _ = table
    client = signed_in(bob)
    page = OpenPage(client.get(url_of("plan", plan)).content.decode())
    answer = client.post(url, values, headers=HTMX)
    assert answer.status_code == 200, words_of(answer)
    page.apply(answer.content.decode())
    reloaded = OpenPage(client.get(url_of("plan", plan)).content.decode())
    assert page.lines() == reloaded.lines()
    assert expected in make.text_of(plan)


def test_without_scripts_a_page_has_a_form_for_each_column(bob, table):
    plan, url, _ = table
    page = soup(signed_in(bob).get(url))
    assert [each["value"] for each in page.select("[name=name][value]")] == [
        "One",
        "Two",
    ]
    assert {form["action"] for form in page.select("main form")} == {url}
    answer = signed_in(bob).post(url, {"do": "add", "column": 2, "name": "Three"})
    assert answer.status_code == 302
    assert "Three" in make.text_of(plan)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"do": "add", "column": 0, "name": ""}, 422),
        ({"do": "add", "column": "x", "name": "y"}, 422),
        ({"do": "nothing", "column": 0}, 422),
        ({"do": "remove", "column": 0, "named": "Two"}, 409),
    ],
)
def test_what_cannot_be_is_refused(bob, table, values, status):
    plan, url, _ = table
    assert signed_in(bob).post(url, values).status_code == status
    assert make.text_of(plan) == TABLE


def test_columns_are_for_those_who_may_edit(table, victor, charlie, client):
    plan, url, _ = table
    values = {"do": "add", "column": 0, "name": "x"}
    for user, status in ((victor, 403), (charlie, 404)):
        assert signed_in(user).post(url, values).status_code == status
        assert signed_in(user).get(url).status_code == status
    assert client.post(url, values).status_code == 302
    assert client.post(url, values, headers=HTMX).status_code == 401
    assert client.put(url).status_code == 405
    assert make.text_of(plan) == TABLE


def test_a_known_table_has_no_such_page(bob, plan):
    risks = Block.objects.get(section__plan=plan, kind="risks")
    assert signed_in(bob).get(url_of("columns", plan, risks.pk)).status_code == 422


def test_a_cell_is_saved_in_its_column_wherever_that_is_by_now(bob, table):
    plan, url, row = table
    client = signed_in(bob)
    client.post(url, {"do": "add", "column": 0, "name": "Zero"})
    typed = {"cell-1": "bb", "was-cell-1": "b", "column-cell-1": "Two", "seen": 0}
    item = url_of("item", plan, row.pk)
    assert client.post(item, typed, headers=HTMX).status_code == 200
    assert "|      | a | bb |" in make.text_of(plan)
    client.post(url, {"do": "remove", "column": 2, "named": "Two"})
    answer = client.post(item, typed, headers=HTMX)
    assert answer.status_code == 422
    assert "no longer in the table" in words_of(answer)
    assert "|      | a |\n" in make.text_of(plan)


def test_the_history_says_which_columns_there_were(bob, table):
    plan, url, row = table
    signed_in(bob).post(url, {"do": "remove", "column": 0, "named": "One"})
    words = words_of(signed_in(bob).get(url_of("history", plan)))
    assert "changed the columns in" in words
    assert "One" in words
    assert signed_in(bob).get(url_of("item_history", plan, row.pk)).status_code == 200
