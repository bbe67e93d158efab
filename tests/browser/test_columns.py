"""The columns of a plain table: added, renamed, moved and removed at its header."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser import steps

pytestmark = pytest.mark.once

TABLE = "# A\n\n## B\n\n| One | Two |\n|-----|-----|\n| a | b |\n| c | d |\n"


@pytest.fixture
def plan(team):
    return make.make_plan(team=team, text=TABLE)


def choose(page, column, name):
    page.get_by_role("link", name=column, exact=True).click()
    page.get_by_role("menuitem", name=name, exact=True).click()


def names_of(page):
    return page.locator("th:not(.row-tools)")


def test_columns_change_for_everybody(visit, alice, bob, plan):
    page = steps.open_plan(visit(alice), plan)
    other = steps.open_plan(visit(bob), plan)
    page.get_by_role("link", name="Two", exact=True).press("Enter")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    expect(page.get_by_role("menuitem", name="Move right")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # Add a column before
    page.get_by_label("Name", exact=True).fill("New")
    page.keyboard.press("Enter")
    expect(names_of(other)).to_have_text(["One", "New", "Two"])
    expect(page.get_by_role("link", name="New", exact=True)).to_be_focused()
    choose(page, "One", "Move right")
    expect(names_of(other)).to_have_text(["New", "One", "Two"])
    choose(page, "New", "Rename")
    page.get_by_label("Name", exact=True).fill("First")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(names_of(other)).to_have_text(["First", "One", "Two"])
    choose(page, "First", "Remove")
    expect(names_of(other)).to_have_text(["One", "Two"])
    assert make.text_of(plan) == TABLE
    steps.undo(page)
    expect(names_of(other)).to_have_text(["First", "One", "Two"])


def test_who_types_in_a_cell_stays_in_it(visit, alice, bob, plan):
    row = plan_row(plan)
    page = steps.open_plan(visit(alice), plan)
    control = steps.control(page, row, "cell-1")
    control.press("End")
    page.keyboard.type("ee")
    steps.expect_saved(page, row)
    other = steps.open_plan(visit(bob), plan)
    choose(other, "Two", "Move left")
    expect(names_of(page)).to_have_text(["Two", "One"])
    expect(page.get_by_label("Two", exact=True)).to_be_focused()
    page.keyboard.type("f")
    expect(page.get_by_label("Two", exact=True)).to_have_value("beef")
    steps.expect_saved(page, row)
    assert "| beef | a |" in make.text_of(plan)


def plan_row(plan):
    return make.find(plan, cell="a")


WIDTHS = """() => [...document.querySelectorAll("table.rows th")]
  .map((cell) => Math.round(cell.getBoundingClientRect().width)).join()"""


@pytest.mark.parametrize("name", ["Risk ID", "Description", "Impact", "Owner"])
def test_an_open_cell_moves_no_column(visit, alice, team, name):
    page = steps.open_plan(visit(alice), make.make_plan(team=team, text=make.SMALL))
    before = page.evaluate(WIDTHS)
    control = steps.written_in(steps.risks(page).first, name)
    expect(control).to_be_focused()
    assert page.evaluate(WIDTHS) == before
    assert control.bounding_box()["width"] >= 100
    assert page.evaluate(
        "[...document.querySelectorAll('.rows-scroll')]"
        ".every((each) => each.scrollWidth === each.clientWidth)"
    )
